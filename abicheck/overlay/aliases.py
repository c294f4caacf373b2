# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which bits of one arm are which members of the others, and on which ABIs."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from abicheck.model import Pointer

if TYPE_CHECKING:
    from abicheck.overlay.cells import Cell
    from abicheck.overlay.unions import Overlay


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """Bits that two arms both have a name for; counted from the start of the record."""

    one: str
    """The part of the earlier arm that they are, such as ``flags``."""
    other: str
    """The part of the later arm, such as ``data[0]``."""
    bit_offset: int
    bit_size: int
    cells: tuple[Cell, Cell] = field(compare=False, repr=False)

    @property
    def is_exact(self) -> bool:
        """Whether both are these bits and no others: what one writes is what the other reads."""
        return all(
            part != cell.path or cell.bit_size == self.bit_size
            for part, cell in zip((self.one, self.other), self.cells, strict=True)
        )


def aliases(overlay: Overlay) -> tuple[Alias, ...]:
    """What each two arms share, in the order of the earlier one's cells.

    The arm that only gives the union its size shares all of it with everybody: it is left out.
    """
    arms = [arm for arm in overlay.arms if not arm.is_room]
    return tuple(
        shared(one, other)
        for here, there in combinations(arms, 2)
        for one in here.cells
        for other in there.cells
        if one.overlaps(other) and not _are_copies(one, other)
    )


def _are_copies(one: Cell, other: Cell) -> bool:
    """Whether both are one declaration, which a macro puts into two arms."""
    here, there = one.placed.member, other.placed.member
    return (here.name, here.span) == (there.name, there.span)


def shared(one: Cell, other: Cell) -> Alias:
    """The bits that two overlapping cells have in common."""
    start, end = max(one.bit_offset, other.bit_offset), min(one.end, other.end)
    return Alias(
        one=one.part(start, end - start),
        other=other.part(start, end - start),
        bit_offset=start,
        bit_size=end - start,
        cells=(one, other),
    )


def bits_side_by_side(overlay: Overlay) -> tuple[Cell, ...]:
    """The named bit-fields that are arms by themselves, if several: all are its first bits."""
    found = [
        arm.cells[0]
        for arm in overlay.arms
        if arm.placed.member.bit_width and arm.placed.member.name
    ]
    return tuple(found) if len(found) > 1 else ()


def pointer_beside(pointer: Cell, other: Cell) -> bool:
    """Whether a pointer begins with an integer that is wider.

    What is stored in the pointer is the lower half of the integer on a little-endian ABI and the
    upper half on a big-endian one; nobody writes the other half.
    """
    return (
        isinstance(pointer.placed.member.type, Pointer)
        and pointer.bit_offset == other.bit_offset
        and pointer.bit_size < other.bit_size
        and other.placed.count is None
        and other.placed.element is None
    )
