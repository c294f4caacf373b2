# SPDX-License-Identifier: GPL-2.0-or-later
"""Which bits of a record no member covers; this module finds them and checks the sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.model import Hole, HoleKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abicheck.model import MemberLayout


def holes_of(kind: str, members: Sequence[MemberLayout], bit_size: int) -> tuple[Hole, ...]:
    """The holes and the tail padding of a record of ``bit_size`` bits.

    In a struct, the bits of the members, the holes and the tail padding add up to ``bit_size``;
    in a union the bits of the largest arm and the tail padding do.
    """
    if kind == "union":
        sizes = [placed.bit_size for placed in members]
        end = max(sizes, default=0)
        after = sizes.index(end) if sizes else -1
        return _tail(end, bit_size, after)
    holes = []
    end = covered = 0
    for index, placed in enumerate(members):
        if placed.bit_offset > end:
            gap = placed.bit_offset - end
            holes.append(Hole(bit_offset=end, bit_size=gap, kind=HoleKind.HOLE, after=index - 1))
            covered += gap
        end = placed.bit_offset + placed.bit_size
        covered += placed.bit_size
    holes += _tail(end, bit_size, len(members) - 1)
    assert covered + max(0, bit_size - end) == bit_size, "bits lost in a layout"
    return tuple(holes)


def _tail(end: int, bit_size: int, after: int) -> tuple[Hole, ...]:
    if end == bit_size:
        return ()
    size = bit_size - end
    return (Hole(bit_offset=end, bit_size=size, kind=HoleKind.TAIL, after=after),)
