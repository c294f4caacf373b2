# SPDX-License-Identifier: GPL-2.0-or-later
"""This module counts what a layout is made of and where its objects can lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.model import HoleKind

if TYPE_CHECKING:
    from abicheck.model import RecordLayout


class Totals(Struct, frozen=True, kw_only=True):
    """The bits of a record; of a union, ``members`` is its largest arm."""

    members: int
    holes: int
    hole_count: int
    tail: int


def totals(layout: RecordLayout) -> Totals:
    """What the record's own members, holes and tail padding come to, in bits."""
    sizes = [placed.bit_size for placed in layout.members]
    holes = [hole.bit_size for hole in layout.holes if hole.kind is HoleKind.HOLE]
    tail = [hole.bit_size for hole in layout.holes if hole.kind is HoleKind.TAIL]
    members = max(sizes, default=0) if layout.record.kind == "union" else sum(sizes)
    return Totals(members=members, holes=sum(holes), hole_count=len(holes), tail=sum(tail))


class Straddle(Struct, frozen=True, kw_only=True):
    """How an object that is aligned as its type says meets boundaries every so many bytes."""

    boundary: int
    crossing: int
    """Of all places between two boundaries, those at which the object crosses one."""
    places: int
    fewest: int
    """Units of ``boundary`` bytes touched at the best place."""
    most: int
    """Units touched at the worst place."""


def straddle(size: int, align: int, boundary: int) -> Straddle:
    """Where an object of ``size`` bytes can lie between boundaries; all in bytes.

    An object starts at a multiple of ``align``. One that is no larger than its alignment never
    crosses a boundary; one larger than the unit always does.
    """
    step = min(align, boundary)
    places = boundary // step
    last_inside = boundary - size
    crossing = places if last_inside < 0 else places - 1 - last_inside // step
    if size == 0:
        crossing = 0
    last = boundary - step if size else 0
    units = [-(-(start + size) // boundary) for start in (0, last)]
    return Straddle(
        boundary=boundary, crossing=crossing, places=places, fewest=units[0], most=units[1]
    )


def amount(bits: int) -> str:
    """A number of bits in bytes where they are whole, such as ``12``, ``3b`` or ``1+3b``."""
    whole, rest = divmod(bits, 8)
    if not rest:
        return str(whole)
    return f"{whole}+{rest}b" if whole else f"{rest}b"
