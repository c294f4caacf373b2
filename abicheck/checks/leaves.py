# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads layouts as rules need them: leaf by leaf, and ABI by ABI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.abis import compat_pairs
from abicheck.checks.once import once
from abicheck.model import Evidence, is_copy, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from abicheck.model import Leaf, Member, MemberLayout, RecordAcross, RecordLayout, Span


_LAYOUTS = 1024
"""Layouts that rules come back to: those of one record, and of the records that hold it."""


@once(_LAYOUTS)
def leaves(layout: RecordLayout) -> Mapping[str, Leaf]:
    """By dotted path: every member with a name, records as well as what they hold, in order.

    Of union arms that share a path the first one counts; nameless members have no path.
    """
    found: dict[str, Leaf] = {}
    for leaf in walk(layout):
        if leaf.placed.member.name:
            found.setdefault(leaf.path, leaf)
    return found


@once(_LAYOUTS)
def own(layout: RecordLayout) -> tuple[Leaf, ...]:
    """Every member that the record's own body declares, nameless ones too, in order, once.

    A member whose record has a name is one of them; what that record holds is its own affair.
    """
    found: list[Leaf] = []
    deepest = -1
    for leaf in walk(layout, into_named=False):
        if 0 <= deepest < leaf.depth:
            continue
        deepest = leaf.depth if is_copy(leaf.parent, leaf.placed) else -1
        found.append(leaf)
    return tuple(found)


def first_name(placed: MemberLayout) -> str:
    """The member's name, or the first name inside a nameless one."""
    if placed.member.name:
        return placed.member.name
    inner = placed.element
    return first_name(named_first(inner)) if inner is not None and inner.members else ""


def named_first(layout: RecordLayout) -> MemberLayout:
    """The first member that holds something; stddef.h puts an empty one in front of an array."""
    return next((each for each in layout.members if not _is_empty(each)), layout.members[0])


def _is_empty(placed: MemberLayout) -> bool:
    return placed.element is not None and not placed.element.members


def path_of(leaf: Leaf) -> str:
    """The member's path; that of the first name inside a nameless one."""
    if leaf.placed.member.name:
        return leaf.path
    return ".".join(part for part in (leaf.path, first_name(leaf.placed)) if part)


def by_abi(across: RecordAcross) -> dict[str, RecordLayout]:
    """By ABI name: the record's layout, in the order of its groups."""
    return {abi: group.layout for group in across.groups for abi in group.abis}


def same_text(one: RecordLayout, other: RecordLayout) -> bool:
    """Whether both are layouts of one declaration: no ``#if`` shows them different members."""
    if one is other or one.record is other.record:
        return True
    here, there = one.record, other.record
    return here.span == there.span and [leaf.placed.member.span for leaf in own(one)] == [
        leaf.placed.member.span for leaf in own(other)
    ]


def pairs(across: RecordAcross) -> Iterator[tuple[str, RecordLayout, str, RecordLayout]]:
    """(32-bit ABI, layout, 64-bit ABI, layout) for each compat pair that reads one declaration."""
    layouts = by_abi(across)
    for small, large in compat_pairs():
        if small.name in layouts and large.name in layouts:
            narrow, wide = layouts[small.name], layouts[large.name]
            if same_text(narrow, wide):
                yield small.name, narrow, large.name, wide


def find(layout: RecordLayout, member: Member) -> Leaf | None:
    """The member of that declaration in a layout of the record's own body."""
    return _declared(layout).get((member.span, member.name))


@once(_LAYOUTS)
def _declared(layout: RecordLayout) -> Mapping[tuple[Span, str | None], Leaf]:
    """By place and name: the members of the record's own body, of two the first."""
    found: dict[tuple[Span, str | None], Leaf] = {}
    for leaf in own(layout):
        found.setdefault((leaf.placed.member.span, leaf.placed.member.name), leaf)
    return found


def evidence(
    across: RecordAcross, measure: Callable[[RecordLayout], Evidence | None]
) -> tuple[Evidence, ...]:
    """What ``measure`` makes of each layout, ABIs that agree together; None is left out."""
    found: dict[Evidence, list[str]] = {}
    for group in across.groups:
        measured = measure(group.layout)
        if measured is not None:
            found.setdefault(measured, []).extend(group.abis)
    return tuple(
        Evidence(abis=tuple(abis), offset=e.offset, size=e.size, align=e.align, text=e.text)
        for e, abis in found.items()
    )


def member_evidence(across: RecordAcross, path: str) -> tuple[Evidence, ...]:
    """Where a member lies and how large it is, in bytes, under each group of ABIs that agree."""
    return evidence(across, lambda layout: _measured(leaves(layout).get(path)))


def declared_evidence(across: RecordAcross, member: Member) -> tuple[Evidence, ...]:
    """The same for the member of one declaration, with or without a name."""
    return evidence(across, lambda layout: _measured(find(layout, member)))


def _measured(leaf: Leaf | None) -> Evidence | None:
    if leaf is None:
        return None
    bit = leaf.bit_offset % 8
    return Evidence(
        abis=(),
        offset=leaf.bit_offset // 8,
        size=leaf.placed.bit_size // 8,
        align=leaf.placed.bit_align // 8,
        text=f"bit {bit}" if bit else "",
    )


def size_evidence(across: RecordAcross) -> tuple[Evidence, ...]:
    """The record's size and alignment in bytes under each group of ABIs that agree."""
    return evidence(across, lambda layout: Evidence(abis=(), size=layout.size, align=layout.align))
