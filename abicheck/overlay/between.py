# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells what became of a record's bits under one ABI: who kept, moved, left and came.

Members are known by their paths. What stands in another arm of a union is an alternative to a
member, and no former owner of its bits.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.overlay.cells import Identity, cells
from abicheck.overlay.unions import Bits, merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from abicheck.model import RecordLayout
    from abicheck.overlay.cells import Cell, Choice


class Ground(StrEnum):
    """What a new member's bits were before."""

    HOLE = "padding between members"
    TAIL = "padding at the end"
    RESERVED = "a reserved member"
    ROOM = "room of a union"
    """Of the bits that the union had and the arm did not reach."""
    ALIAS = "another member's, which is still there"
    MEMBER = "another member's, which is gone from there"
    BEYOND = "nothing: the record, or its union, ended before"


PADDING = frozenset({Ground.HOLE, Ground.TAIL})


class Newcomer(Struct, frozen=True, kw_only=True):
    """A member that the baseline does not have, or reserved bits that were not reserved."""

    cell: Cell
    ground: Ground
    former: tuple[Cell, ...] = ()
    """Who had its bits: reserved members, or members that are gone from there."""
    beside: tuple[Cell, ...] = ()
    """Who has them still, as another arm of a union that is new; as it was in the baseline."""


class Between(Struct, frozen=True, kw_only=True):
    """Two layouts of one record, cell by cell."""

    old: RecordLayout
    new: RecordLayout
    displaced: tuple[tuple[Cell, Cell], ...]
    """(before, after) of members with other bits than before, reserved ones left out."""
    gone: tuple[Cell, ...]
    """Members that the new version does not have, reserved ones left out."""
    newcomers: tuple[Newcomer, ...]

    @property
    def keeps(self) -> bool:
        """Whether whatever meant something means the same at the same place, in as many bytes."""
        return not self.displaced and not self.gone and self.old.bit_size == self.new.bit_size

    @property
    def padded(self) -> tuple[Newcomer, ...]:
        """Who came into padding."""
        return tuple(each for each in self.newcomers if each.ground in PADDING)


def between(old: RecordLayout, new: RecordLayout) -> Between:
    """What became of each member of the record's own body, from one layout to the next."""
    return _between(Identity(old, new))


@lru_cache(maxsize=256)
def _between(key: Identity) -> Between:
    before, after = key.layouts
    old, new = _by_path(cells(before)), _by_path(cells(after))
    meant = [cell for cell in old.values() if not (cell.means_nothing or cell.is_repetition)]
    places = ((cell, new[cell.path]) for cell in meant if cell.path in new)
    judge = _Grounds(before, after)
    return Between(
        old=before,
        new=after,
        displaced=tuple((a, b) for a, b in places if _bits(a) != _bits(b)),
        gone=tuple(cell for cell in meant if cell.path not in new),
        newcomers=tuple(
            judge.newcomer(cell)
            for cell in cells(after)
            if not cell.is_repetition and judge.is_new(cell)
        ),
    )


def _by_path(found: Iterable[Cell]) -> dict[str, Cell]:
    named: dict[str, Cell] = {}
    for cell in found:
        if cell.placed.member.name:
            named.setdefault(cell.path, cell)
    return named


def _bits(cell: Cell) -> Bits:
    return Bits(cell.bit_offset, cell.end)


class _Grounds:
    """Tells of new cells on which ground they stand."""

    def __init__(self, old: RecordLayout, new: RecordLayout) -> None:
        self._runs = [(cell.bit_offset, cell.end, cell) for cell in cells(old)]
        self._old: Mapping[str, Cell] = _by_path(cells(old))
        self._new: Mapping[str, Cell] = _by_path(cells(new))
        self._end = old.bit_size
        unused = merged(_bits(cell) for cell in cells(old) if cell.means_nothing)
        self._unused = unused

    def is_new(self, cell: Cell) -> bool:
        """Whether the baseline has no such member; of reserved bits, none of the kind there."""
        if cell.means_nothing:
            within = (r.start <= cell.bit_offset and cell.end <= r.end for r in self._unused)
            return not any(within) and not self._keeps_its_place(cell)
        return cell.path not in self._old

    def _keeps_its_place(self, cell: Cell) -> bool:
        """Whether a reserved member of that name began there and has only become longer."""
        known = self._old.get(cell.path)
        return known is not None and known.bit_offset == cell.bit_offset

    def newcomer(self, cell: Cell) -> Newcomer:
        """The new member, and what its bits were."""
        owners: list[Cell] = []
        absorbed: list[Cell] = []
        start, end = cell.bit_offset, cell.end
        for former in [each for first, last, each in self._runs if first < end and start < last]:
            today = self._new.get(former.path) if former.placed.member.name else None
            if today is not None and today.excludes(cell):
                if _is_absorbed(former, today, cell):
                    absorbed.append(former)
            elif today is not None or not self._was_beside(former, cell):
                owners.append(former)
        if owners:
            reserved = all(owner.means_nothing for owner in owners)
            ground = Ground.RESERVED if reserved else Ground.MEMBER
        elif _covers(absorbed, cell):
            ground = Ground.ALIAS
        else:
            ground = self._free(cell)
        return Newcomer(cell=cell, ground=ground, former=tuple(owners), beside=tuple(absorbed))

    def _was_beside(self, former: Cell, cell: Cell) -> bool:
        """Whether what is gone stood in another arm than the one that the new member is in."""
        mates = (each for each in self._new.values() if each.choices == cell.choices)
        known = (self._old[mate.path] for mate in mates if _means_the_same(mate, self._old))
        return bool(cell.choices) and any(mate.excludes(former) for mate in known)

    def _free(self, cell: Cell) -> Ground:
        """The ground of bits that nobody has ever had a name for."""
        mates = [each for each in self._new.values() if not each.excludes(cell)]
        before = [self._old[mate.path] for mate in mates if _means_the_same(mate, self._old)]
        start, end, outer = self._extent(cell, mates)
        if start <= cell.bit_offset and cell.end <= end:
            behind = (mate.bit_offset >= cell.end and mate.end <= end for mate in before)
            return Ground.HOLE if any(behind) else Ground.TAIL
        return Ground.ROOM if cell.end <= outer else Ground.BEYOND

    def _extent(self, cell: Cell, mates: list[Cell]) -> tuple[int, int, int]:
        """Where the old arm around a new member began and ended, and where its union ended."""
        for depth in reversed(range(len(cell.choices))):
            around = cell.choices[: depth + 1]
            inside = self._choices(mate for mate in mates if mate.choices[: depth + 1] == around)
            if inside:
                arm = inside[-1]
                return arm.start, arm.arm_end, arm.union_end
            union = around[-1].union
            beside = self._choices(
                each for each in self._new.values() if union in {c.union for c in each.choices}
            )
            if beside:
                return 0, 0, beside[-1].union_end
        return 0, self._end, self._end

    def _choices(self, today: Iterable[Cell]) -> tuple[Choice, ...]:
        """The arms that the outermost of some members lay in before."""
        known = (self._old[cell.path].choices for cell in today if _means_the_same(cell, self._old))
        return min(known, key=len, default=())


def _means_the_same(mate: Cell, old: Mapping[str, Cell]) -> bool:
    return mate.path in old and not mate.means_nothing and not old[mate.path].means_nothing


def _is_absorbed(former: Cell, today: Cell, cell: Cell) -> bool:
    """Whether a new union, and none that the member was in before, parts it from a new one."""
    both = zip(today.choices, cell.choices, strict=False)
    parting = next(depth for depth, (one, other) in enumerate(both) if one.arm != other.arm)
    return parting >= len(former.choices) and not former.means_nothing


def _covers(some: Iterable[Cell], cell: Cell) -> bool:
    runs = merged(_bits(each) for each in some)
    return any(run.start <= cell.bit_offset and cell.end <= run.end for run in runs)
