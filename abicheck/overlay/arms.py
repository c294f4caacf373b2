# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells what a change does to the arms of a union, and what an arm does to the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abicheck.overlay.between import between
from abicheck.overlay.cells import cells
from abicheck.overlay.unions import overlays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import RecordLayout
    from abicheck.overlay.cells import Cell
    from abicheck.overlay.unions import Arm, Overlay


@dataclass(frozen=True, slots=True, kw_only=True)
class UnionMove:
    """A union that begins elsewhere because an arm wants another alignment than before."""

    old: Overlay
    new: Overlay
    culprit: str
    """The path of the member that is more aligned than all others of the stricter version."""

    @property
    def is_stricter(self) -> bool:
        """Whether the arm came, rather than went."""
        return self.new.layout.bit_align > self.old.layout.bit_align


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """An arm that is larger than before, or new to its union."""

    old: Overlay
    new: Overlay
    arm: Arm
    before: int | None
    """Its bits in the baseline; None for a new arm."""

    @property
    def is_outside(self) -> bool:
        """Whether the union grew with it."""
        return self.new.available > self.old.available and self.arm.bit_size > self.old.available


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two members that had bits of their own and share them now."""

    one: Cell
    other: Cell
    before: tuple[Cell, Cell] = field(repr=False)


def in_both(old: RecordLayout, new: RecordLayout) -> Iterator[tuple[Overlay, Overlay]]:
    """The unions that both versions have: one path, one depth, an arm in common."""
    left = list(overlays(old))
    for today in overlays(new):
        for before in left:
            if (before.path, before.depth) == (today.path, today.depth) and _shares(before, today):
                left.remove(before)
                yield before, today
                break


def _shares(one: Overlay, other: Overlay) -> bool:
    return not {arm.path for arm in one.arms}.isdisjoint(arm.path for arm in other.arms)


def union_moves(old: RecordLayout, new: RecordLayout) -> tuple[UnionMove, ...]:
    """The unions that their own alignment puts elsewhere; of nested ones the outermost only."""
    found: list[UnionMove] = []
    for before, today in in_both(old, new):
        if any(_is_inside(before, known.old) for known in found):
            continue
        step = before.bit_offset != today.bit_offset
        turned = before.layout.bit_align != today.layout.bit_align
        if step and turned and _room_before(old, before) == _room_before(new, today):
            strict = max(before, today, key=lambda each: each.layout.bit_align)
            other = today if strict is before else before
            found.append(UnionMove(old=before, new=today, culprit=_culprit(strict, other)))
    return tuple(found)


def _is_inside(overlay: Overlay, outer: Overlay) -> bool:
    return outer.bit_offset <= overlay.bit_offset and overlay.end <= outer.end


def _room_before(layout: RecordLayout, overlay: Overlay) -> int:
    """The bit at which the last member in front of a union ends."""
    ends = (cell.end for cell in cells(layout) if cell.end <= overlay.bit_offset)
    return max(ends, default=0)


def _culprit(strict: Overlay, other: Overlay) -> str:
    """The first member of the stricter version that asks for its alignment."""
    align = strict.layout.bit_align
    known = {cell.path: cell.placed.bit_align for arm in other.arms for cell in arm.cells}
    asking = [
        cell.path for arm in strict.arms for cell in arm.cells if cell.placed.bit_align == align
    ]
    risen = [path for path in asking if known.get(path, 0) < align]
    return next(iter((*risen, *asking)), strict.path)


def growths(old: RecordLayout, new: RecordLayout) -> tuple[Growth, ...]:
    """The arms that are larger than in the baseline, in unions that both versions have.

    A scalar that is wider has another type, which is no growth.
    """
    return tuple(
        Growth(old=before, new=today, arm=arm, before=sizes.get(arm.path))
        for before, today in in_both(old, new)
        for sizes in [{arm.path: arm.bit_size for arm in before.arms}]
        for arm in today.arms
        if arm.bit_size > sizes.get(arm.path, 0) and not arm.is_room
        if arm.path not in sizes or arm.placed.element is not None or arm.placed.count is not None
    )


def overlaps(old: RecordLayout, new: RecordLayout) -> tuple[Overlap, ...]:
    """The members that lay beside each other and now lie on each other."""
    found = between(old, new)
    before = {cell.path: cell for cell in cells(old) if not cell.means_nothing}
    moved = {after.path for _, after in found.displaced}
    today = [cell for cell in cells(new) if cell.path in before]
    return tuple(
        Overlap(one=one, other=other, before=(before[one.path], before[other.path]))
        for index, one in enumerate(today)
        for other in today[index + 1 :]
        if (one.path in moved or other.path in moved)
        and one.overlaps(other)
        and not before[one.path].overlaps(before[other.path])
        and not before[one.path].excludes(before[other.path])
    )
