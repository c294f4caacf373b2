# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds records and members that are not aligned as whoever uses them expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.abis import get
from abicheck.checks.facts import Hit, Role
from abicheck.checks.leaves import (
    by_abi,
    declared_evidence,
    find,
    own,
    pairs,
    path_of,
    same_text,
    size_evidence,
)
from abicheck.checks.words import unit_bytes
from abicheck.model import Cause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import RecordFacts
    from abicheck.model import Leaf, MemberLayout, RecordLayout, Rule

_LOOSE = frozenset({Role.NETLINK, Role.WIRE, Role.NATIVE, Role.COMPAT_TWIN, Role.KERNEL_ONLY})


def varies(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """Records inside others whose alignment alone differs between a kernel and its programs."""
    if not facts.crosses or not facts.holders:
        return
    for small, narrow, large, wide in pairs(facts.across):
        same = narrow.size == wide.size and _offsets(narrow) == _offsets(wide)
        if same and narrow.align != wide.align:
            yield Hit(
                span=wide.record.span,
                subject=facts.across.name,
                abis=tuple(
                    abi
                    for abi, layout in by_abi(facts.across).items()
                    if layout.align != wide.align
                ),
                evidence=size_evidence(facts.across),
                fields=(
                    ("small", small),
                    ("large", large),
                    ("narrow", str(narrow.align)),
                    ("wide", str(wide.align)),
                    ("holder", facts.holders[0]),
                ),
            )
            return


def boundary(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """Records within a record that an ABI aligns to more than what they hold needs."""
    if not facts.crosses:
        return
    layouts = by_abi(facts.across)
    plain = [layout for abi, layout in layouts.items() if get(abi).record_boundary == 1]
    for abi, layout in layouts.items():
        if get(abi).record_boundary > 1:
            leaf = _first_apart(layout, [other for other in plain if same_text(layout, other)])
            if leaf is not None:
                yield _boundary_hit(facts, abi, leaf)


def misaligned(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """Members of a packed record that lie where their type may not lie."""
    roles = {use.role for use in facts.uses}
    layout = facts.across.groups[0].layout
    if not roles or roles & _LOOSE or layout.record.kind != "struct":
        return
    found = [leaf for leaf in own(layout) if _is_misplaced(leaf)]
    if found:
        first, member = found[0], found[0].placed.member
        more = len(found) - 1
        yield Hit(
            span=member.span,
            subject=f"{facts.across.name}.{first.path}",
            abis=tuple(by_abi(facts.across)),
            evidence=declared_evidence(facts.across, member),
            fields=(
                ("member", first.path),
                ("offset", str(first.bit_offset // 8)),
                ("natural", str(_natural(first.placed))),
            ),
            consequence=f"and {more} more like it" if more else "",
        )


def _offsets(layout: RecordLayout) -> list[int]:
    return [leaf.bit_offset for leaf in own(layout)]


def _first_apart(layout: RecordLayout, others: list[RecordLayout]) -> Leaf | None:
    """The first record within that lies or ends where no other ABI has it."""
    for leaf in own(layout):
        if leaf.placed.element is None:
            continue
        there = [found.placed for other in others if (found := find(other, leaf.placed.member))]
        mine = (leaf.placed.bit_offset, leaf.placed.bit_size)
        if there and all((one.bit_offset, one.bit_size) != mine for one in there):
            return leaf
    return None


def _boundary_hit(facts: RecordFacts, abi: str, leaf: Leaf) -> Hit:
    member = leaf.placed.member
    path = path_of(leaf)
    inner = find(facts.across.groups[0].layout, member)
    align = inner.placed.element.align if inner and inner.placed.element else 1
    attribute = f"packed, aligned({align})" if align > 1 else "packed"
    return Hit(
        span=member.span,
        subject=f"{facts.across.name}.{path}",
        abis=(abi,),
        evidence=declared_evidence(facts.across, member),
        fields=(
            ("member", path),
            ("abi", abi),
            ("boundary", str(get(abi).record_boundary)),
        ),
        suggestion=f"\t}} __attribute__(({attribute})) {member.name or ''}".rstrip() + ";",
    )


def _is_misplaced(leaf: Leaf) -> bool:
    natural = _natural(leaf.placed)
    packed = leaf.placed.cause in (Cause.PACKED, Cause.PRAGMA_PACK)
    return packed and natural > 1 and leaf.bit_offset % (8 * natural) != 0


def _natural(placed: MemberLayout) -> int:
    """Bytes to which a member's type is aligned outside of a packed record."""
    if placed.element is not None:
        return placed.element.align
    if placed.member.bit_width is not None:
        return 1
    size = placed.bit_size // 8 // (placed.count or 1)
    return size if size in (2, 4, 8) else min(unit_bytes(placed.member.type_text), 1)
