# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds unions whose arms do not agree about the bytes they share."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from abicheck.abis import get
from abicheck.checks.causes import moved_in_pairs, stable
from abicheck.checks.facts import Hit
from abicheck.checks.leaves import (
    by_abi,
    declared_evidence,
    find,
    first_name,
    own,
    path_of,
    same_text,
)
from abicheck.checks.source import body, code
from abicheck.checks.words import amount
from abicheck.model import Breaks, Severity
from abicheck.overlay.unions import overlays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import RecordFacts
    from abicheck.model import Leaf, MemberLayout, RecordLayout, Rule, Span
    from abicheck.overlay.unions import Arm

_HALF = re.compile(r"(?:^|_)(?:lo|low|lower|hi|high|upper|lsw|msw|[lh])(?:32|_|$)")
_ROOM = 64
"""Bytes; less is padding for what there is already."""


def budget(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """Arms larger than the padding that fixes a union's size, and arms that use all of it."""
    if not facts.crosses:
        return
    for union in overlays(facts.across.groups[0].layout):
        pad = next(filter(_is_bytes, union.arms), None)
        if pad is None:
            continue
        room = pad.bit_size // 8
        others = [arm for arm in union.arms if not _is_bytes(arm)]
        sizes = [max(_sizes(facts, arm.placed), default=0) for arm in others]
        spent = sizes.count(room) == 1 and _is_round(room)
        for arm, largest in zip(others, sizes, strict=True):
            if largest > room or (largest == room and spent):
                yield _budget_hit(facts, arm, pad, largest)


def divergence(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """Unions that one arm alone moves away from where the others would leave them."""
    if not facts.crosses:
        return
    told = moved_in_pairs(facts.across)
    done: set[object] = set()
    for group in facts.across.groups:
        if get(group.abis[0]).record_boundary > 1:
            continue
        for leaf in own(group.layout):
            span = leaf.placed.member.span
            if span in told or span in done or leaf.parent.record.kind != "struct":
                continue
            arm = _mover(leaf)
            if arm is not None and _lies_elsewhere(facts, group.layout, leaf):
                done.add(span)
                yield _divergence_hit(facts, leaf, arm)


def mismatch(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """Arms that are meant to be the same bytes and are not, on some ABI or byte order."""
    if not facts.crosses:
        return
    told = moved_in_pairs(facts.across)
    for overlay in overlays(facts.across.groups[0].layout):
        where = f"{overlay.path}." if overlay.path else ""
        yield from _halves(facts, where, overlay.layout)
        yield from _prefixes(facts, where, overlay.layout, told)


def _is_bytes(arm: Arm) -> bool:
    """Whether it is an arm of bytes that says how large the union is to be."""
    return arm.is_room and arm.bit_size == 8 * (arm.placed.count or 0)


def _is_round(room: int) -> bool:
    """Whether a size looks like room for what is to come, not like the size of an arm."""
    return room >= _ROOM and room & (room - 1) == 0


def _sizes(facts: RecordFacts, arm: MemberLayout) -> list[int]:
    found = (find(layout, arm.member) for layout in by_abi(facts.across).values())
    return [leaf.placed.bit_size // 8 for leaf in found if leaf is not None]


def _budget_hit(facts: RecordFacts, arm: Arm, pad: Arm, largest: int) -> Hit:
    room = pad.bit_size // 8
    over = largest > room
    what = f"takes {largest} of the {room} bytes of {pad.placed.member.name}"
    return Hit(
        span=arm.placed.member.span,
        subject=f"{facts.across.name}.{arm.path}",
        abis=tuple(by_abi(facts.across)),
        evidence=declared_evidence(facts.across, arm.placed.member),
        fields=(("member", arm.path), ("what", what)),
        consequence="the record has outgrown it" if over else "no room is left in it",
        severity=Severity.ERROR if over else Severity.NOTE,
        breaks=Breaks.BINARY if over else Breaks.HYGIENE,
    )


def _mover(leaf: Leaf) -> MemberLayout | None:
    """The arm of a union without which it would lie elsewhere in its parent."""
    union = leaf.placed.element
    if union is None or union.record.kind != "union" or len(union.members) < 2:
        return None
    if union.record.aligned is not None or leaf.placed.member.aligned is not None:
        return None
    strict = [arm for arm in union.members if arm.bit_align == union.bit_align]
    others = max((arm.bit_align for arm in union.members if arm not in strict), default=0)
    if len(strict) != 1 or not others or union.bit_align < 64:
        return None
    index = leaf.parent.members.index(leaf.placed)
    before = leaf.parent.members[index - 1] if index else None
    end = before.bit_offset + before.bit_size if before else 0
    without = -(-end // others) * others
    return strict[0] if without != leaf.placed.bit_offset else None


def _lies_elsewhere(facts: RecordFacts, layout: RecordLayout, leaf: Leaf) -> bool:
    """Whether an ABI to which the union is no narrower puts it further to the front."""
    for other in by_abi(facts.across).values():
        if other is layout or not same_text(other, layout):
            continue
        found = find(other, leaf.placed.member)
        here, there = leaf.placed.element, found.placed.element if found else None
        if not found or not here or not there or not stable(there, here):
            continue
        if found.placed.bit_offset < leaf.placed.bit_offset:
            return True
    return False


def _divergence_hit(facts: RecordFacts, leaf: Leaf, arm: MemberLayout) -> Hit:
    member = leaf.placed.member
    layouts = by_abi(facts.across)
    at = leaf.bit_offset
    same = tuple(
        name
        for name, layout in layouts.items()
        if (found := find(layout, member)) is not None and found.bit_offset == at
    )
    elsewhere = sorted(
        {
            found.bit_offset // 8
            for layout in layouts.values()
            if (found := find(layout, member)) is not None and found.bit_offset != at
        }
    )
    path = path_of(leaf)
    return Hit(
        span=member.span,
        subject=f"{facts.across.name}.{path}",
        abis=same,
        evidence=declared_evidence(facts.across, member),
        fields=(
            ("member", path),
            ("arm", first_name(arm)),
            ("align", str(arm.bit_align // 8)),
            ("there", str(at // 8)),
            ("here", " or ".join(map(str, elsewhere))),
        ),
    )


def _halves(facts: RecordFacts, where: str, union: RecordLayout) -> Iterator[Hit]:
    """A 64-bit scalar over two of 32 bits whose order does not follow the byte order."""
    wide = next(
        (
            arm
            for arm in union.members
            if arm.element is None and arm.bit_size == 64 and arm.count is None
        ),
        None,
    )
    record = facts.across.groups[0].layout.record
    bounds = body(facts.header, record)
    if wide is None or not wide.member.name or bounds is None:
        return
    if any("ENDIAN" in word for word in code(facts.header).words(*bounds)):
        return
    if len({get(abi).big_endian for abi in by_abi(facts.across)}) == 1:
        return
    for arm in union.members:
        inner = arm.element
        if inner is None or inner.record.kind != "struct" or inner.record.name is not None:
            continue
        halves = [placed for placed in inner.members if placed.element is None]
        if (
            len(halves) == len(inner.members) == 2
            and _are_halves(wide, halves)
            and all(
                placed.bit_size == 32 and placed.count is None and placed.member.bit_width is None
                for placed in halves
            )
        ):
            yield _halves_hit(facts, where, wide, halves)


def _are_halves(wide: MemberLayout, halves: list[MemberLayout]) -> bool:
    """Whether the names say that two members are the halves of a third."""
    names = [placed.member.name or "" for placed in halves]
    return all(_HALF.search(name) or name.startswith(f"{wide.member.name}_") for name in names)


def _halves_hit(
    facts: RecordFacts, where: str, wide: MemberLayout, halves: list[MemberLayout]
) -> Hit:
    first, whole = halves[0].member.name or "", f"{where}{wide.member.name}"
    big = tuple(abi for abi in by_abi(facts.across) if get(abi).big_endian)
    return Hit(
        span=halves[0].member.span,
        subject=f"{facts.across.name}.{where}{first}",
        abis=big,
        evidence=declared_evidence(facts.across, halves[0].member),
        fields=(
            ("member", f"{where}{first}"),
            ("what", f"is the lower half of {whole} on little-endian ABIs, the upper on others"),
        ),
        breaks=Breaks.PORTABILITY,
    )


def _prefixes(
    facts: RecordFacts, where: str, union: RecordLayout, told: set[Span]
) -> Iterator[Hit]:
    """Arms that begin with members of the same names which line up on some ABIs only.

    Not where a compat pair disagrees about one of them, which is what is told of it.
    """
    arms = [arm for arm in union.members if arm.element is not None and arm.count is None]
    for first, second in pairwise(arms):
        for one, other in _common(first, second):
            if {one.member.span, other.member.span} & told or _varies(facts, one, other):
                break
            if len({_lined_up(layout, one, other) for layout in by_abi(facts.across).values()}) > 1:
                yield _prefix_hit(facts, where, (first, one), (second, other))
                break


def _common(
    first: MemberLayout, second: MemberLayout
) -> Iterator[tuple[MemberLayout, MemberLayout]]:
    """The members that two arms have in common at their start."""
    here = first.element.members if first.element else ()
    there = second.element.members if second.element else ()
    for one, other in zip(here, there, strict=False):
        if one.member.name is None or one.member.name != other.member.name:
            return
        yield one, other


def _varies(facts: RecordFacts, *members: MemberLayout) -> bool:
    """Whether a member is a pointer or a long: that is then what is wrong."""
    return any(len(set(_sizes(facts, placed))) > 1 for placed in members)


def _lined_up(layout: RecordLayout, one: MemberLayout, other: MemberLayout) -> bool:
    here, there = find(layout, one.member), find(layout, other.member)
    if here is None or there is None:
        return True
    return here.placed.bit_offset == there.placed.bit_offset


def _prefix_hit(
    facts: RecordFacts,
    where: str,
    first: tuple[MemberLayout, MemberLayout],
    second: tuple[MemberLayout, MemberLayout],
) -> Hit:
    arm, one = first
    later, other = second
    path = f"{where}{later.member.name or ''}.{other.member.name}".lstrip(".")
    theirs = f"{amount(one.bit_size)} at byte {one.bit_offset // 8}"
    mine = f"{amount(other.bit_size)} at byte {other.bit_offset // 8}"
    return Hit(
        span=later.member.span,
        subject=f"{facts.across.name}.{path}",
        abis=tuple(by_abi(facts.across)),
        evidence=declared_evidence(facts.across, other.member),
        fields=(
            ("member", path),
            ("what", f"is {mine} of its arm, but {theirs} of arm {arm.member.name or ''}"),
        ),
        breaks=Breaks.SOURCE,
    )
