# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds bit-fields whose place is not what it seems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.abis import get
from abicheck.checks.facts import Hit, Role
from abicheck.checks.leaves import by_abi, declared_evidence, own, size_evidence
from abicheck.checks.source import body, code
from abicheck.checks.words import amount, unit_bytes
from abicheck.model import Breaks, Severity
from abicheck.overlay.aliases import bits_side_by_side
from abicheck.overlay.unions import overlays

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.checks.facts import RecordFacts
    from abicheck.model import MemberLayout, RecordLayout, Rule
    from abicheck.overlay.cells import Cell


def bitfield(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """Bit-fields that share one bit, align nothing, or leave a part of their unit unnamed."""
    roles = {use.role for use in facts.uses}
    if roles & {Role.KERNEL_ONLY, Role.COMPAT_TWIN, Role.NATIVE}:
        return
    layout = facts.across.groups[0].layout
    for overlay in overlays(layout):
        yield from _overlapping(facts, bits_side_by_side(overlay))
    yield from _nameless(facts)
    loose = [
        (prefix, run)
        for prefix, aggregate in _aggregates(layout)
        if aggregate.record.kind == "struct"
        for run, filled in _runs(aggregate)
        if (_follows_order(run) if Role.WIRE in roles else not filled)
        and any(placed.member.name for placed in run)
    ]
    if Role.WIRE in roles and len({get(abi).big_endian for abi in by_abi(facts.across)}) == 1:
        return
    if loose and not _has_both_orders(facts):
        yield _loose_hit(facts, *loose[0], wire=Role.WIRE in roles)


def _aggregates(layout: RecordLayout) -> Iterator[tuple[str, RecordLayout]]:
    """(prefix of its members, layout) of each aggregate in the record's own body."""
    yield "", layout
    for leaf in own(layout):
        inner = leaf.placed.element
        if inner is not None and inner.record.name is None:
            yield (f"{leaf.path}." if leaf.path else ""), inner


def _is_bits(placed: MemberLayout) -> bool:
    return bool(placed.member.bit_width)


def _overlapping(facts: RecordFacts, bits: Sequence[Cell]) -> Iterator[Hit]:
    """Several bit-fields as arms of a union: all of them begin at its first bit."""
    if len(bits) < 2:
        return
    first, second = bits[0].placed.member, bits[1].placed.member
    yield Hit(
        span=second.span,
        subject=f"{facts.across.name}.{bits[1].path}",
        abis=tuple(by_abi(facts.across)),
        evidence=declared_evidence(facts.across, second),
        fields=(
            ("member", bits[1].path),
            ("what", f"is an arm of the union as {first.name} is: both are its first bit"),
        ),
        consequence=f"all {len(bits)} of them overlap",
        suggestion="\n".join(
            ["\tstruct {", *(f"\t\t{_spelled(cell.placed)}" for cell in bits), "\t};"]
        ),
        severity=Severity.ERROR,
        breaks=Breaks.BINARY,
    )


def _spelled(placed: MemberLayout) -> str:
    member = placed.member
    return f"{member.type_text} {member.name or ''}:{member.bit_width};"


def _nameless(facts: RecordFacts) -> Iterator[Hit]:
    """A record of unnamed bit-fields only: ABIs disagree whether these align it."""
    aligns = {group.layout.align for group in facts.across.groups}
    layout = facts.across.groups[0].layout
    members = layout.members
    if not members or len(aligns) == 1:
        return
    if any(placed.member.name or not _is_bits(placed) for placed in members):
        return
    name = facts.across.name
    yield Hit(
        span=layout.record.span,
        subject=name,
        abis=tuple(by_abi(facts.across)),
        evidence=size_evidence(facts.across),
        fields=(("member", name), ("what", "holds unnamed bit-fields only, which align it by ABI")),
        suggestion=f"\t__u64 __opaque[{-(-layout.size // 8)}];",
        severity=Severity.ERROR,
        breaks=Breaks.PORTABILITY,
    )


def _runs(struct: RecordLayout) -> Iterator[tuple[Sequence[MemberLayout], bool]]:
    """(bit-fields in a row, whether they fill their storage unit) for each row of a struct."""
    run: list[MemberLayout] = []
    end = 0
    for placed in struct.members:
        if _is_bits(placed):
            run.append(placed)
            end = placed.bit_offset + placed.bit_size
        elif run:
            yield run, _is_full(run[-1], end) or placed.member.bit_width == 0
            run = []
    if run:
        yield run, _is_full(run[-1], end)


def _follows_order(run: Sequence[MemberLayout]) -> bool:
    """Whether a bit-field of a row shares a byte with others, or crosses one."""
    return any(placed.bit_size % 8 or placed.bit_offset % 8 for placed in run)


def _is_full(last: MemberLayout, end: int) -> bool:
    return end % (8 * unit_bytes(last.member.type_text)) == 0


def _has_both_orders(facts: RecordFacts) -> bool:
    """Whether the record's text orders its bit-fields by byte order."""
    record = facts.across.groups[0].layout.record
    bounds = body(facts.header, record)
    if bounds is None:
        return True
    words = code(facts.header).words(*bounds)
    return any("ENDIAN" in word or "BITFIELD" in word for word in words)


def _loose_hit(facts: RecordFacts, prefix: str, run: Sequence[MemberLayout], *, wire: bool) -> Hit:
    named = next((placed for placed in run if placed.member.name), run[0])
    member = named.member
    path = f"{prefix}{member.name or ''}"
    used = sum(placed.bit_size for placed in run)
    if wire:
        what = "is a bit-field: which bits it takes follows the byte order of the machine"
    else:
        what = f"and its neighbours take {amount(used)} and leave the rest of their unit unnamed"
        if len(run) == 1:
            what = f"takes {amount(used)} and leaves the rest of its unit unnamed"
    return Hit(
        span=member.span,
        subject=f"{facts.across.name}.{path}",
        abis=tuple(by_abi(facts.across)),
        evidence=declared_evidence(facts.across, member),
        fields=(("member", path), ("what", what)),
        severity=Severity.WARNING if wire else Severity.NOTE,
        breaks=Breaks.PORTABILITY,
    )
