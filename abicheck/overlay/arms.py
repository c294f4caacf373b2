# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which arms of a union a change makes larger, and whether it had the room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.overlay.unions import Bits, overlays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import RecordLayout
    from abicheck.overlay.cells import Cell
    from abicheck.overlay.unions import Arm, Overlay


class Growth(Struct, frozen=True, kw_only=True):
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

    @property
    def inherited(self) -> tuple[str, ...]:
        """The members of other arms that an old kernel may have left in the arm's new bytes."""
        known = next((arm for arm in self.old.arms if arm.path == self.arm.path), None)
        runs = self.old.stale(known) if known is not None else ()
        end = self.old.bit_offset + self.arm.bit_size
        fresh = [Bits(run.start, min(run.end, end)) for run in runs if run.start < end]
        names = (
            _part(cell, run)
            for run in fresh
            for arm in self.old.arms
            if arm is not known and not arm.is_room
            for cell in arm.cells
            if run.start < cell.end and cell.bit_offset < run.end
        )
        return tuple(dict.fromkeys(names))


def _part(cell: Cell, run: Bits) -> str:
    start, end = max(run.start, cell.bit_offset), min(run.end, cell.end)
    return cell.part(start, end - start)


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


def growths(old: RecordLayout, new: RecordLayout) -> tuple[Growth, ...]:
    """The arms that are larger than in the baseline, in unions whose size padding gives.

    A scalar that is wider has another type, which is no growth.
    """
    return tuple(
        Growth(old=before, new=today, arm=arm, before=sizes.get(arm.path))
        for before, today in in_both(old, new)
        if before.room is not None and before.room.is_room
        for sizes in [{arm.path: arm.bit_size for arm in before.arms}]
        for arm in today.arms
        if arm.bit_size > sizes.get(arm.path, 0) and not arm.is_room
        if arm.path not in sizes or arm.placed.element is not None or arm.placed.count is not None
    )
