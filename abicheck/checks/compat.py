# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds records that a 32-bit program and its 64-bit kernel lay out differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.checks.causes import end_of, moved, stable, tails
from abicheck.checks.facts import Hit, Role
from abicheck.checks.holes import arm_of, gap_before, gaps, repair
from abicheck.checks.leaves import (
    by_abi,
    declared_evidence,
    evidence,
    find,
    own,
    pairs,
    same_text,
    size_evidence,
)
from abicheck.checks.words import amount, filler
from abicheck.model import Breaks, Evidence, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.causes import Moved, Tail
    from abicheck.checks.facts import RecordFacts
    from abicheck.model import Edit, Member, RecordAcross, RecordLayout, Rule

_OUTSIDE = frozenset(
    {Role.IOCTL_IN, Role.IOCTL_OUT, Role.IOCTL_BOTH, Role.SYSCALL, Role.STREAM, Role.MAPPED}
)
_IOCTLS = frozenset({Role.IOCTL_IN, Role.IOCTL_OUT, Role.IOCTL_BOTH})


class _Sides(Struct, frozen=True):
    """Two ABIs that read one declaration, and whom a difference between them breaks."""

    small: str
    narrow: RecordLayout
    large: str
    wide: RecordLayout
    breaks: Breaks


def offset(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """Members at another offset although every width agrees: alignment alone moves them."""
    if not facts.crosses:
        return
    done: set[str] = set()
    for sides in _sides(facts.across):
        for first in moved(sides.narrow, sides.wide):
            if first.path not in done and _by_wide_scalars(first, sides):
                done.add(first.path)
                yield _moved_hit(facts, sides, first)


def size(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """Records of another size although every width agrees: only the padding at the end differs."""
    if not facts.crosses:
        return
    done: set[str] = set()
    for sides in _sides(facts.across):
        for tail in tails(sides.narrow, sides.wide):
            if tail.path not in done:
                done.add(tail.path)
                yield _tail_hit(facts, sides, tail)


def _sides(across: RecordAcross) -> Iterator[_Sides]:
    """The compat pairs; where there is none, each narrower ABI beside the first that is not."""
    found = False
    for small, narrow, large, wide in pairs(across):
        found = True
        yield _Sides(small, narrow, large, wide, Breaks.COMPAT)
    if found:
        return
    layouts = by_abi(across)
    large, wide = max(layouts.items(), key=lambda item: item[1].bit_align)
    for small, narrow in layouts.items():
        if narrow is not wide and same_text(narrow, wide):
            yield _Sides(small, narrow, large, wide, Breaks.PORTABILITY)


def _by_wide_scalars(first: Moved, sides: _Sides) -> bool:
    """Outside of compat pairs, holes in front of narrow types are nobody's offset error."""
    return sides.breaks is Breaks.COMPAT or first.wide.members[first.index].bit_align >= 64


def _moved_hit(facts: RecordFacts, sides: _Sides, first: Moved) -> Hit:
    member = first.wide.members[first.index].member
    here, there = find(sides.narrow, member), find(sides.wide, member)
    gap = gap_before(sides.wide, member.span)
    suggestion, edits = repair(facts.header, gap) if gap else ("", ())
    return Hit(
        span=member.span,
        subject=f"{facts.across.name}.{first.path}",
        abis=_others(facts.across, member, sides.wide),
        evidence=declared_evidence(facts.across, member),
        fields=(
            ("member", first.path),
            ("small", sides.small),
            ("large", sides.large),
            ("narrow", str(here.bit_offset // 8 if here else "")),
            ("wide", str(there.bit_offset // 8 if there else "")),
            ("why", _why(first, sides)),
        ),
        consequence=_moved_consequence(facts, sides, first),
        suggestion=suggestion or _mended(first),
        edits=edits,
        severity=_severity(facts, sides, Severity.ERROR),
        breaks=sides.breaks,
    )


def _mended(first: Moved) -> str:
    """What to write in the record whose size moves the member."""
    grown = _grown(first)
    if first.because is None or grown is None:
        return ""
    small, large = grown
    if end_of(small) != end_of(large):
        return f"Give {large.record.name} one layout everywhere; this member then has one place."
    missing = filler(large.size - small.size, 0, "reserved")
    return f"/* at the end of {large.record.name} */\n\t{missing}"


def _grown(first: Moved) -> tuple[RecordLayout, RecordLayout] | None:
    """The record in front of the member that has another size, under both layouts."""
    for one, other in zip(first.narrow.members, first.wide.members, strict=False):
        if one.element and other.element and one.bit_size != other.bit_size:
            return one.element, other.element
    return None


def _others(across: RecordAcross, member: Member, wide: RecordLayout) -> tuple[str, ...]:
    """The ABIs under which a member lies elsewhere in its aggregate."""
    expected = find(wide, member)
    found = []
    for abi, layout in by_abi(across).items():
        leaf = find(layout, member)
        if leaf and expected and leaf.placed.bit_offset != expected.placed.bit_offset:
            found.append(abi)
    return tuple(found)


def _why(first: Moved, sides: _Sides) -> str:
    placed = first.wide.members[first.index]
    grown = _grown(first)
    if first.because is not None and grown is not None:
        small, large = grown
        both = f"{large.size} bytes under {sides.large}, {small.size} under {sides.small}"
        return f": {large.record.name} in front of it takes {both}"
    if placed.element is None:
        return ""
    deepest = [
        leaf
        for leaf in own(placed.element)
        if leaf.placed.bit_align == placed.bit_align and leaf.path
    ]
    leaf = next((leaf for leaf in deepest if leaf.placed.element is None), None)
    if leaf is None or leaf.path == first.path.rpartition(".")[2]:
        return ""
    return f": {leaf.path} inside it is {placed.bit_align // 8}-aligned under {sides.large}"


def _moved_consequence(facts: RecordFacts, sides: _Sides, first: Moved) -> str:
    parts = []
    if first.follows:
        moves = "member moves" if first.follows == 1 else "members move"
        parts.append(
            f"and {first.follows} later {moves} by the same {abs(first.distance) // 8} bytes"
        )
    gap = gap_before(sides.wide, first.wide.members[first.index].member.span)
    if gap is not None and first.because is None:
        parts.append(f"under {sides.large}, the {amount(gap.bit_size)} in front of it have no name")
    if sides.narrow.size != sides.wide.size and stable(sides.narrow, sides.wide):
        large = f"{sides.wide.size} bytes under {sides.large}"
        parts.append(f"the whole takes {large}, {sides.narrow.size} under {sides.small}")
        parts += _number(facts)
    parts += _repeated(facts)
    return "; ".join(parts)


def _number(facts: RecordFacts) -> list[str]:
    names = [use.by for use in facts.uses if use.role in _IOCTLS]
    if not names:
        return []
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return [f"so the number of {names[0]}{more} differs too"]


def _repeated(facts: RecordFacts) -> list[str]:
    return [f"{facts.twin} repeats the 32-bit layout"] if facts.twin else []


def _severity(facts: RecordFacts, sides: _Sides, full: Severity) -> Severity:
    if facts.twin is not None or sides.breaks is not Breaks.COMPAT:
        return Severity.NOTE
    return full


def _tail_hit(facts: RecordFacts, sides: _Sides, tail: Tail) -> Hit:
    placed = tail.wide.members[-1]
    suggestion, edits = _tail_repair(facts, sides, tail)
    name = facts.across.name
    return Hit(
        span=placed.member.span if tail.path else facts.across.groups[0].layout.record.span,
        subject=f"{name}.{tail.path}" if tail.path else name,
        abis=_otherwise(facts.across, tail),
        evidence=_tail_evidence(facts.across, tail),
        fields=(
            ("what", tail.path or "the record"),
            ("small", sides.small),
            ("large", sides.large),
            ("narrow", str(tail.narrow.size)),
            ("wide", str(tail.wide.size)),
        ),
        consequence="; ".join([*_number(facts), *_held(facts), *_repeated(facts)]),
        suggestion=suggestion,
        edits=edits,
        severity=_severity(facts, sides, _weight(facts, sides, tail)),
        breaks=sides.breaks,
    )


def _tail_repair(facts: RecordFacts, sides: _Sides, tail: Tail) -> tuple[str, tuple[Edit, ...]]:
    """What gives the aggregate one end everywhere, and the edits that write it."""
    if _is_open(tail.wide):
        return "Leave it, as long as neither side takes sizeof for where the array begins.", ()
    if tail.wide.record.kind == "union":
        return arm_of(facts.header, sides.wide, tail.wide)
    gap = next((g for g in gaps(sides.wide) if g.after is None and g.parent is tail.wide), None)
    return repair(facts.header, gap) if gap else ("", ())


def _weight(facts: RecordFacts, sides: _Sides, tail: Tail) -> Severity:
    """An error where somebody outside reads the size; a note where nobody does."""
    roles = {use.role for use in facts.uses}
    if roles & _OUTSIDE or tail.path:
        return Severity.ERROR
    if roles == {Role.NETLINK}:
        return Severity.WARNING
    if facts.hidden_in or (_is_open(sides.wide) and not any(moved(sides.narrow, sides.wide))):
        return Severity.NOTE
    return Severity.ERROR if facts.holders else Severity.WARNING


def _is_open(layout: RecordLayout) -> bool:
    """Whether the record ends in an array without a size of its own."""
    return bool(layout.members) and layout.members[-1].count == 0


def _held(facts: RecordFacts) -> list[str]:
    if not facts.holders:
        return []
    more = len(facts.holders) - 1
    others = f" and {more} more" if more else ""
    return [f"{facts.holders[0]}{others} {'hold' if more else 'holds'} it"]


def _otherwise(across: RecordAcross, tail: Tail) -> tuple[str, ...]:
    found = []
    for abi, layout in by_abi(across).items():
        other = _aggregate(layout, tail)
        if other is not None and other.size != tail.wide.size:
            found.append(abi)
    return tuple(found)


def _tail_evidence(across: RecordAcross, tail: Tail) -> tuple[Evidence, ...]:
    if not tail.path:
        return size_evidence(across)

    def measure(layout: RecordLayout) -> Evidence | None:
        inner = _aggregate(layout, tail)
        return Evidence(abis=(), size=inner.size, align=inner.align) if inner else None

    return evidence(across, measure)


def _aggregate(layout: RecordLayout, tail: Tail) -> RecordLayout | None:
    """The same aggregate under another ABI."""
    if not tail.path:
        return layout
    leaf = find(layout, tail.wide.members[-1].member)
    return leaf.parent if leaf else None
