# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the bytes that nothing names, and makes up names for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from abicheck.checks.causes import end_of
from abicheck.checks.leaves import first_name, own
from abicheck.checks.once import once
from abicheck.checks.source import (
    added,
    declaration,
    end_insertion,
    first_line,
    indent,
    insertion,
    last_line,
    replaced,
    retyped,
    spliced,
    stands_alone,
)
from abicheck.checks.words import filler, free_names, spelled, unit_bytes, worded
from abicheck.model import is_copy, walk

if TYPE_CHECKING:
    from abicheck.checks.facts import HeaderFacts
    from abicheck.model import Edit, MemberLayout, RecordLayout, Span

    Edits: TypeAlias = "tuple[Edit, ...]"


class Gap(Struct, frozen=True, kw_only=True, eq=False):
    """Unused bits in an aggregate of a record's own body; bits count from the aggregate."""

    parent: RecordLayout
    before: MemberLayout
    after: MemberLayout | None
    """None at the end of the aggregate."""
    path: str
    """Of the member behind it; of the aggregate, "" for the record itself, at its end."""
    bit_offset: int
    bit_size: int
    top: bool
    """It lies in the record itself, not in an aggregate within."""
    name: str
    """What a reserved member in it may be called."""

    @property
    def text(self) -> str:
        """The members that would fill it."""
        unit = self.before.member.bit_width is not None
        rest = -(self.bit_offset) % (8 * unit_bytes(self.before.member.type_text)) if unit else 0
        rest = min(rest, self.bit_size)
        lines = [f"{spelled(self.before.member.type_text)} :{rest};"] if rest else []
        start, size = self.bit_offset + rest, self.bit_size - rest
        if size:
            lines.append(filler(size // 8, start // 8, self.name))
        return "\n".join(lines)


@once(256)
def gaps(layout: RecordLayout) -> tuple[Gap, ...]:
    """The holes and the tail paddings of a record's own structs, in order."""
    found: list[tuple[RecordLayout, int, str, bool]] = []
    prefixes = [(layout, "", True)]
    for leaf in own(layout):
        inner = leaf.placed.element
        copy = is_copy(leaf.parent, leaf.placed)
        if inner is not None and inner.record.name is None and not copy:
            dot = "." if leaf.placed.member.name else ""
            prefixes.append((inner, f"{leaf.path}{dot}" if leaf.path else "", False))
    for aggregate, prefix, top in prefixes:
        if aggregate.record.kind == "struct":
            found += ((aggregate, index, prefix, top) for index in _gapped(aggregate))
    scopes: dict[str, list[tuple[RecordLayout, int, str, bool]]] = {}
    for where in found:
        scopes.setdefault(where[2], []).append(where)
    return tuple(
        _gap(*where, name)
        for inside in scopes.values()
        for where, name in zip(inside, free_names(layout, len(inside)), strict=True)
    )


def _gapped(layout: RecordLayout) -> list[int]:
    """The indices of members with a gap in front; the number of members for one at the end."""
    members = layout.members
    found = [
        index
        for index in range(1, len(members))
        if members[index].bit_offset > _end(members[index - 1])
        and 0 not in (members[index].member.bit_width, members[index - 1].member.bit_width)
    ]
    if members and layout.bit_size > end_of(layout) and members[-1].member.bit_width != 0:
        found.append(len(members))
    return found


def _gap(parent: RecordLayout, index: int, prefix: str, top: bool, name: str) -> Gap:
    before = parent.members[index - 1]
    after = parent.members[index] if index < len(parent.members) else None
    start = _end(before)
    stop = after.bit_offset if after else parent.bit_size
    own_name = first_name(after) if after else ""
    return Gap(
        parent=parent,
        before=before,
        after=after,
        path=f"{prefix}{own_name}" if own_name else prefix.removesuffix("."),
        bit_offset=start,
        bit_size=stop - start,
        top=top,
        name=name,
    )


def gap_before(layout: RecordLayout, span: Span) -> Gap | None:
    """The hole in front of the member declared there."""
    for gap in gaps(layout):
        if gap.after is not None and gap.after.member.span == span:
            return gap
    return None


def repair(header: HeaderFacts, gap: Gap) -> tuple[str, Edits]:
    """(the lines to write, the edits that write them); no edits where the text is unusual."""
    text = worded(header, gap.text)
    lead = _lead(header, gap)
    lines = "\n".join(f"{lead}{line}" for line in text.split("\n"))
    if gap.after is None:
        at = end_insertion(header, gap.parent)
    else:
        at = insertion(header, gap.before, gap.after)
    if at is None and (inline := spliced(header, gap.before, text)) is not None:
        line, whole = inline
        return whole, (replaced(header, line, whole),)
    edits = (added(header.path, at, lines),) if at is not None else ()
    around = (_last(header, gap), lines, _following(header, gap.after))
    return "\n".join(line for line in around if line), edits


def _last(header: HeaderFacts, gap: Gap) -> str:
    """The declaration in front of a tail, so that it shows where the text goes."""
    before = gap.before
    if gap.after is not None or not declaration(header, before):
        return ""
    return header.lines[first_line(before) - 1].split("/*")[0].rstrip()


def _following(header: HeaderFacts, after: MemberLayout | None) -> str:
    """The declaration behind a hole, as it stands in the header where it stands by itself."""
    if after is None or after.member.span.path != header.path:
        return ""
    if stands_alone(header, after):
        return header.lines[first_line(after) - 1].split("/*")[0].rstrip()
    return retyped(header, after, spelled(after.member.type_text)) if not after.element else ""


def _lead(header: HeaderFacts, gap: Gap) -> str:
    member = gap.before.member
    if member.span.path != header.path:
        return "\t"
    line = last_line(header, gap.before) or member.span.line
    return indent(header, line) or "\t"


def _end(placed: MemberLayout) -> int:
    return placed.bit_offset + placed.bit_size


def arm_of(header: HeaderFacts, whole: RecordLayout, union: RecordLayout) -> tuple[str, Edits]:
    """An arm of bytes that gives a union its size everywhere, and the edits that write it."""
    taken = {leaf.placed.member.name for leaf in walk(whole)}
    names = ("padding", *(f"padding{number}" for number in range(len(taken) + 1)))
    name = next(name for name in names if name not in taken)
    last = union.members[-1]
    lead = "\t"
    if last.member.span.path == header.path:
        lead = indent(header, last_line(header, last) or last.member.span.line) or lead
    line = worded(header, f"{lead}__u8 {name}[{union.size}];")
    at = end_insertion(header, union)
    return line, (added(header.path, at, line),) if at is not None else ()
