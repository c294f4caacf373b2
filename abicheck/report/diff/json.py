# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes what a comparison found as the JSON document ``diff-1``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.report.diff.verdicts import verdicts
from abicheck.report.findings.json import finding_object
from abicheck.report.json import absent, document, not_checked, span_object

if TYPE_CHECKING:
    from abicheck.model import DiffReport, Finding, HeaderChange, Shift, Side
    from abicheck.report.diff.verdicts import Verdict
    from abicheck.report.json import Object

_PLACE = ("path", "line", "column", "evidence")
"""What a change says in its own way: ``old``, ``new`` and ``groups``."""


def render(report: DiffReport) -> str:
    """The document: headers with their verdicts, every change, and what was not checked."""
    by_path = {header.path: header for header in report.headers}
    content: Object = {
        "baseline": report.baseline,
        "current": report.current,
        "abis": list(report.abis),
        "headers": [_header(item, by_path.get(item.path)) for item in verdicts(report)],
        "changes": [change(item) for item in report.findings],
        "suppressed": [
            {"by": item.by, "reason": item.reason, "change": change(item.finding)}
            for item in report.suppressed
        ],
        "not_checked": [not_checked(item) for item in report.not_checked],
        "absent": [absent(item) for item in report.absent],
        "notes": list(report.notes),
    }
    return document("diff-1", content)


def _header(verdict: Verdict, header: HeaderChange | None) -> Object:
    changed = header.records if header is not None else ()
    return {
        "path": verdict.path,
        "old_path": header.old_path if header is not None else None,
        "removed": header.removed if header is not None else False,
        "outcome": verdict.outcome.value,
        "verdict": verdict.text,
        "records": [pair.name for pair in changed if pair.old and pair.new],
    }


def change(item: Finding) -> Object:
    """All that one change does, and to whom."""
    said = {key: value for key, value in finding_object(item).items() if key not in _PLACE}
    gone = bool(item.shifts) and all(shift.new is None for shift in item.shifts)
    return {
        "kind": item.kind,
        **said,
        "victims": [victim.name.lower().replace("_", "-") for victim in item.victims],
        "old": span_object(item.older) if item.older else None,
        "new": None if gone else span_object(item.span),
        "groups": [_group(shift) for shift in item.shifts],
    }


def _group(shift: Shift) -> Object:
    return {"abis": list(shift.abis), "old": _side(shift.old), "new": _side(shift.new)}


def _side(side: Side | None) -> Object | None:
    if side is None:
        return None
    return {
        "offset": side.offset,
        "size": side.size,
        "alignment": side.align,
        "value": side.value,
        "text": side.text,
    }
