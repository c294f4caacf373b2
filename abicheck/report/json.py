# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes results as JSON, to the schemas in ``abicheck/schemas``.

The number in a document's ``schema`` grows when a reader could break; what is only added leaves
it alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from abicheck import __version__
from abicheck.model import walk
from abicheck.report import pairing
from abicheck.report.names import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import (
        Absent,
        LayoutGroup,
        LayoutReport,
        Leaf,
        NotChecked,
        RecordAcross,
        RecordLayout,
        Span,
    )

Object: TypeAlias = "dict[str, Any]"


def document(schema: str, content: Object) -> str:
    """A JSON text that names its schema and our version, in ASCII, keys in a fixed order."""
    whole = {"schema": schema, "abicheck": __version__, **content}
    text = _quickly(whole)
    if text is None:
        import json

        text = json.dumps(whole, indent=2)
    return text + "\n"


def _quickly(whole: Object) -> str | None:
    """What ``json.dumps`` writes, in a tenth of its time; None for letters and numbers too rare."""
    from msgspec import json

    try:
        text = json.format(json.encode(whole), indent=2)
    except (OverflowError, UnicodeEncodeError):
        return None
    return text.decode() if text.isascii() and b"\x7f" not in text else None


def layouts(report: LayoutReport) -> str:
    """The document ``layout-1``."""
    return document("layout-1", _report(report))


def comparison(baseline: LayoutReport, current: LayoutReport) -> str:
    """The document ``layout-comparison-1``: what changed, then both sides whole."""
    changes = [
        change
        for was, now in pairing.records(baseline, current)
        for change in record_changes(was, now)
    ]
    content = {"changes": changes, "baseline": _report(baseline), "current": _report(current)}
    return document("layout-comparison-1", content)


def _report(report: LayoutReport) -> Object:
    return {
        "source": report.source,
        "abis": list(report.abis),
        "records": [_record(record) for record in report.records],
        "not_checked": [not_checked(each) for each in report.not_checked],
        "absent": [absent(each) for each in report.absent],
        "notes": list(report.notes),
    }


def _record(record: RecordAcross) -> Object:
    among = [abi for group in record.groups for abi in group.abis]
    return {
        "name": record.name,
        "path": record.path,
        "line": record.line,
        "layouts": [_group(group, among) for group in record.groups],
        "not_checked": [not_checked(each) for each in record.not_checked],
        "absent": list(record.absent),
    }


def _group(group: LayoutGroup, among: list[str]) -> Object:
    layout = group.layout
    return {
        "name": describe(group.abis, among),
        "abis": list(group.abis),
        "kind": layout.record.kind,
        "size": layout.size,
        "alignment": layout.align,
        "members": [_member(leaf) for leaf in walk(layout) if _listed(leaf)],
        "holes": list(_holes(layout, None, "", 0)),
        "compiler_dependent": layout.compiler_dependent,
    }


def _listed(leaf: Leaf) -> bool:
    """Everything but records without a name, whose members speak for them."""
    return leaf.placed.member.name is not None or leaf.placed.element is None


def _member(leaf: Leaf) -> Object:
    placed = leaf.placed
    return {
        "path": leaf.path if placed.member.name else None,
        "type": placed.member.type_text,
        "bit_offset": leaf.bit_offset,
        "bit_size": placed.bit_size,
        "bit_width": placed.member.bit_width,
        "array_length": placed.count,
        "bit_alignment": placed.bit_align,
        "alignment_cause": placed.cause.value,
        "line": placed.member.span.line,
    }


def _holes(layout: RecordLayout, within: str | None, prefix: str, start: int) -> Iterator[Object]:
    """The record's holes and those of records in it, from the start of the outermost one."""
    for hole in layout.holes:
        yield {
            "within": within,
            "bit_offset": start + hole.bit_offset,
            "bit_size": hole.bit_size,
            "kind": hole.kind.value,
        }
    for placed in layout.members:
        if placed.element is not None:
            name = placed.member.name
            inner = f"{prefix}{name}" if name else within
            below = f"{inner}." if name else prefix
            yield from _holes(placed.element, inner, below, start + placed.bit_offset)


def record_changes(was: RecordAcross | None, now: RecordAcross | None) -> Iterator[Object]:
    """An object for each way in which a record changed; None is a version without it."""
    shown = now or was
    assert shown is not None  # one of the two exists
    head = {"name": shown.name, "path": shown.path}
    if was is None or now is None:
        abis = [abi for group in shown.groups for abi in group.abis]
        yield {**head, "change": "added" if was is None else "removed", "abis": abis, "members": []}
        return
    for pair in pairing.pairs(was, now):
        if not pair.same:
            members = list(_member_changes(pair.old, pair.new))
            yield {**head, "change": "changed", "abis": list(pair.abis), "members": members}


def _member_changes(old: RecordLayout, new: RecordLayout) -> Iterator[Object]:
    before, after = _numbers(old), _numbers(new)
    for path in dict.fromkeys((*after, *before)):
        if before.get(path) != after.get(path):
            yield {"path": path, "old": before.get(path), "new": after.get(path)}


def _numbers(layout: RecordLayout) -> dict[str, Object]:
    return {
        leaf.path: {
            "type": leaf.placed.member.type_text,
            "bit_offset": leaf.bit_offset,
            "bit_size": leaf.placed.bit_size,
        }
        for leaf in walk(layout)
        if leaf.placed.member.name
    }


def not_checked(each: NotChecked) -> Object:
    """A header or record that could not be judged, and why."""
    return {
        "path": each.path,
        "record": each.subject,
        "abis": list(each.abis),
        "reason": each.reason,
        "span": span_object(each.span) if each.span else None,
        "include_stack": [span_object(span) for span in each.stack],
    }


def absent(each: Absent) -> Object:
    """A header that some ABIs do not have."""
    return {"path": each.path, "abis": list(each.abis), "reason": each.reason}


def span_object(span: Span) -> Object:
    """A place in a header."""
    return {"path": span.path, "line": span.line, "column": span.column}
