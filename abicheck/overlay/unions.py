# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the unions of a record as overlays: arms, the room they have, what they leave.

All bits are counted from the start of the record, not from that of the union.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.model import is_copy, is_reserved
from abicheck.overlay.cells import all_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abicheck.model import MemberLayout, RecordLayout
    from abicheck.overlay.cells import Cell


class Bits(Struct, frozen=True, order=True):
    """A run of bits."""

    start: int
    end: int

    @property
    def size(self) -> int:
        """How many they are."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One alternative of a union."""

    path: str
    """Dotted; the path of the first name inside a nameless arm."""
    bit_offset: int
    bit_size: int
    bit_align: int
    cells: tuple[Cell, ...]
    """What lies in it, records with names taken apart."""
    placed: MemberLayout = field(compare=False, repr=False)

    @property
    def end(self) -> int:
        """The bit behind it."""
        return self.bit_offset + self.bit_size

    @property
    def is_room(self) -> bool:
        """Whether it only says how large the union is."""
        return is_room(self.placed)

    @property
    def is_raw(self) -> bool:
        """Whether it is an array of scalars, so that other arms may be read through it."""
        return self.placed.element is None and (self.placed.count or 0) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A union in a record's own body."""

    path: str
    """Of the member that is the union; "" where that, and all around it, has no name."""
    depth: int
    """How many aggregates lie around it."""
    bit_offset: int
    layout: RecordLayout = field(compare=False, repr=False)
    arms: tuple[Arm, ...]

    @property
    def end(self) -> int:
        """The bit behind it."""
        return self.bit_offset + self.layout.bit_size

    @property
    def room(self) -> Arm | None:
        """The arm that gives the union its size: a reserved array, else an array as large."""
        reserved = (arm for arm in self.arms if arm.is_room)
        raw = (arm for arm in self.arms if arm.is_raw and arm.end == self.end)
        return next(reserved, None) or next(raw, None)

    @property
    def available(self) -> int:
        """Bits that an arm may have without the union growing."""
        return self.layout.bit_size

    @property
    def used(self) -> int:
        """Bits of the largest arm, other than the one that only gives the size."""
        return max((arm.bit_size for arm in self.arms if arm != self.room), default=0)

    def stale(self, arm: Arm) -> tuple[Bits, ...]:
        """The bits that writing every member of an arm leaves as another arm left them."""
        taken = merged(Bits(cell.bit_offset, cell.end) for cell in arm.cells)
        starts = (self.bit_offset, *(bits.end for bits in taken))
        ends = (*(bits.start for bits in taken), self.end)
        return tuple(Bits(*pair) for pair in zip(starts, ends, strict=True) if pair[0] < pair[1])


def is_room(arm: MemberLayout) -> bool:
    """Whether an arm is a reserved array of scalars, there for the size that it gives a union."""
    return arm.element is None and bool(arm.count) and is_reserved(arm.member.name)


def merged(runs: Iterable[Bits]) -> tuple[Bits, ...]:
    """The same bits in as few runs as possible, in order."""
    found: list[Bits] = []
    for run in sorted(runs):
        if found and run.start <= found[-1].end:
            found[-1] = Bits(found[-1].start, max(found[-1].end, run.end))
        elif run.size:
            found.append(run)
    return tuple(found)


def overlays(layout: RecordLayout) -> tuple[Overlay, ...]:
    """Every union of two arms or more in the record's own body, an outer one before inner ones."""
    return tuple(_overlays(layout, "", 0, 0))


def _overlays(layout: RecordLayout, prefix: str, base: int, depth: int) -> Iterator[Overlay]:
    if layout.record.kind == "union" and len(layout.members) > 1:
        by_arm: dict[int, list[Cell]] = {}
        for cell in all_cells(layout, prefix, base):
            by_arm.setdefault(cell.choices[0].arm, []).append(cell)
        yield Overlay(
            path=prefix.removesuffix("."),
            depth=depth,
            bit_offset=base,
            layout=layout,
            arms=tuple(
                _arm(prefix, base, placed, tuple(by_arm.get(index, ())))
                for index, placed in enumerate(layout.members)
            ),
        )
    for placed in layout.members:
        inner = placed.element
        if inner is None or inner.record.name is not None or is_copy(layout, placed):
            continue
        name = placed.member.name
        at = base + placed.bit_offset
        yield from _overlays(inner, f"{prefix}{name}." if name else prefix, at, depth + 1)


def _arm(prefix: str, base: int, placed: MemberLayout, inside: tuple[Cell, ...]) -> Arm:
    name = placed.member.name
    first = inside[0].path if inside else prefix.removesuffix(".")
    return Arm(
        path=f"{prefix}{name}" if name else first,
        bit_offset=base + placed.bit_offset,
        bit_size=placed.bit_size,
        bit_align=placed.bit_align,
        cells=inside,
        placed=placed,
    )
