# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds padding that a compiler inserts and nobody names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.causes import moved_in_pairs, padding, stable, tails
from abicheck.checks.facts import Hit, Role
from abicheck.checks.holes import gaps, repair
from abicheck.checks.leaves import (
    by_abi,
    declared_evidence,
    find,
    first_name,
    own,
    pairs,
    size_evidence,
)
from abicheck.checks.words import amount
from abicheck.model import Breaks, Cause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import RecordFacts
    from abicheck.checks.holes import Gap
    from abicheck.model import Leaf, MemberLayout, RecordAcross, RecordLayout, Rule

_APART = 16
"""Bytes; a member aligned to as much stands in a cache line of its own on purpose."""
_FEW = 4
"""ABIs that a sentence names; the evidence has them all."""
_TO_PROGRAM = frozenset({Role.IOCTL_OUT, Role.IOCTL_BOTH, Role.STREAM, Role.NETLINK})


def hole(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """Unnamed bytes between members, unless another rule reports what is behind them."""
    if not facts.crosses:
        return
    told = moved_in_pairs(facts.across)
    for gap in gaps(facts.across.groups[0].layout):
        after = gap.after
        if after is None or after.member.span in told or _is_apart(after):
            continue
        if not _width_varies(facts.across, gap.before, after):
            yield _hole_hit(facts, gap, after)


def tail(facts: RecordFacts, rule: Rule) -> Iterator[Hit]:
    """Unnamed bytes at the end, or none where what follows needs them."""
    layout = facts.across.groups[0].layout
    if not facts.crosses or layout.record.kind == "union":
        return
    follower = _follower(layout, rule)
    if follower is not None and layout.size % 8:
        yield _follower_hit(facts, follower)
    elif layout.record.aligned is None and not _told_by_size(facts.across):
        for gap in gaps(layout):
            if gap.after is None and gap.top and gap.before.count != 0:
                yield _tail_hit(facts, gap)


def _told_by_size(across: RecordAcross) -> bool:
    """Whether the end differs inside a compat pair: by alignment, or by a pointer's width."""
    return any(
        any(tails(narrow, wide)) or (not stable(narrow, wide) and padding(narrow) != padding(wide))
        for _, narrow, _, wide in pairs(across)
    )


def _is_apart(placed: MemberLayout) -> bool:
    return placed.cause is Cause.MEMBER_ATTRIBUTE and placed.bit_align >= 8 * _APART


def _width_varies(across: RecordAcross, *members: MemberLayout) -> bool:
    """Whether a member holds a pointer or a long: that is then what to mend."""
    for _, narrow, _, wide in pairs(across):
        for placed in members:
            here, there = find(narrow, placed.member), find(wide, placed.member)
            if here is not None and there is not None and not _as_wide(here, there):
                return True
    return False


def _as_wide(here: Leaf, there: Leaf) -> bool:
    one, other = here.placed.element, there.placed.element
    if one is not None and other is not None:
        return stable(one, other)
    return here.placed.bit_size == there.placed.bit_size


def _hole_hit(facts: RecordFacts, gap: Gap, after: MemberLayout) -> Hit:
    name = facts.across.name
    elsewhere = _elsewhere(facts.across, after)
    suggestion, edits = repair(facts.header, gap)
    return Hit(
        span=after.member.span,
        subject=f"{name}.{gap.path}" if gap.path else name,
        abis=_with_hole(facts.across, after),
        evidence=declared_evidence(facts.across, after.member),
        fields=(
            ("amount", f"{amount(gap.bit_size)} without a name {_lies(gap)}"),
            ("before", first_name(gap.before) or "what stands before"),
            ("member", gap.path or "what follows"),
        ),
        consequence=_consequence(facts, elsewhere, gap.path),
        suggestion=suggestion,
        edits=edits,
        breaks=Breaks.PORTABILITY if elsewhere else Breaks.HYGIENE,
    )


def _lies(gap: Gap) -> str:
    return "lies" if gap.bit_size in (1, 8) else "lie"


def _elsewhere(across: RecordAcross, placed: MemberLayout) -> dict[int, list[str]]:
    """By another byte offset from its aggregate: the ABIs that put the member there."""
    found: dict[int, list[str]] = {}
    for abi, layout in by_abi(across).items():
        leaf = find(layout, placed.member)
        if leaf is not None and leaf.placed.bit_offset != placed.bit_offset:
            found.setdefault(leaf.bit_offset // 8, []).append(abi)
    return found


def _consequence(facts: RecordFacts, elsewhere: dict[int, list[str]], member: str) -> str:
    parts = []
    for offset, abis in elsewhere.items():
        parts.append(f"{member} is at byte {offset} on {_some(abis)}")
    parts.append(_leak(facts))
    return "; ".join(parts)


def _some(abis: list[str]) -> str:
    more = f" and {len(abis) - _FEW} more" if len(abis) > _FEW else ""
    return ", ".join(abis[:_FEW]) + more


def _leak(facts: RecordFacts) -> str:
    if any(use.role in _TO_PROGRAM for use in facts.uses):
        return (
            "unless the kernel clears the whole record, programs see there what memory held before"
        )
    return "nobody writes there, so it holds what memory held before"


def _with_hole(across: RecordAcross, after: MemberLayout) -> tuple[str, ...]:
    """The ABIs under which a hole lies in front of the member."""
    found: list[str] = []
    for group in across.groups:
        spans = (gap.after.member.span for gap in gaps(group.layout) if gap.after)
        if after.member.span in spans:
            found += group.abis
    return tuple(found)


def _tail_hit(facts: RecordFacts, gap: Gap) -> Hit:
    across = facts.across
    suggestion, edits = repair(facts.header, gap)
    sizes = {group.layout.size for group in across.groups}
    padded = [abi for g in across.groups if padding(g.layout) for abi in g.abis]
    return Hit(
        span=gap.before.member.span,
        subject=across.name,
        abis=tuple(padded),
        evidence=size_evidence(across),
        fields=(
            ("size", str(gap.parent.size)),
            ("what", f"the last {amount(gap.bit_size)} of it without a name"),
            ("member", first_name(gap.before)),
        ),
        consequence=_leak(facts),
        suggestion=suggestion,
        edits=edits,
        breaks=Breaks.PORTABILITY if len(sizes) > 1 else Breaks.HYGIENE,
    )


def _follower(layout: RecordLayout, rule: Rule) -> Leaf | None:
    """The member that says where data behind the record begins."""
    names = rule.parameter("followers")
    for leaf in own(layout):
        if isinstance(names, tuple) and leaf.placed.member.name in names:
            return leaf
    return None


def _follower_hit(facts: RecordFacts, follower: Leaf) -> Hit:
    layout = facts.across.groups[0].layout
    member = follower.placed.member
    return Hit(
        span=member.span,
        subject=facts.across.name,
        abis=tuple(by_abi(facts.across)),
        evidence=size_evidence(facts.across),
        fields=(
            ("size", str(layout.size)),
            ("what", f"and {member.name} leads to data behind it"),
            ("member", member.name or ""),
        ),
        consequence="64-bit members of that data are not aligned",
        suggestion="\t__u32 reserved;" if layout.size % 8 == 4 else "",
        breaks=Breaks.BINARY,
    )
