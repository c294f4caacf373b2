# SPDX-License-Identifier: GPL-2.0-or-later
"""This module sets bodies of several layouts side by side and marks what differs."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.report.review.maps.cells import Cell, body, is_drawable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.report.review.maps.cells import Body, Union
    from abicheck.report.views import Panel

_MOST_ARMS = 12
"""Arms of a union that are drawn; the table under the picture has them all."""


class Mark(StrEnum):
    """How a cell differs from the layout beside it."""

    SAME = "same"
    MOVED = "moved"
    INSIDE = "inside"
    """A union that is where it was, and whose arms differ."""
    ADDED = "added"
    GONE = "gone"


class Marked(Struct, frozen=True, kw_only=True):
    """A cell and how it differs."""

    cell: Cell
    mark: Mark
    other: Cell | None
    """The same member in the layout it is compared with."""


class Side(Struct, frozen=True, kw_only=True):
    """One layout of a chart; without cells where that layout has no such body."""

    label: str
    cells: tuple[Marked, ...]
    start: int
    end: int

    @property
    def size(self) -> int:
        """Bytes from the first to the last bit."""
        return (self.end - self.start + 7) // 8


class Chart(Struct, frozen=True, kw_only=True):
    """One struct, or one arm of a union, in each layout."""

    title: str
    """The arm's path; empty for the record itself."""
    sides: tuple[Side, ...]


class _Column(Struct, frozen=True, kw_only=True):
    """A layout that is drawn, and what it is compared with."""

    label: str
    known: dict[str, Cell]
    """Every cell of the layout it is compared with, those inside unions included."""
    unions: dict[str, Union]
    """Every union of that layout."""
    lost: Mark
    """What a cell is that the other does not have."""


def charts(panel: Panel, name: str) -> tuple[Chart, ...]:
    """The record first, then each arm of its unions that differs; all arms where none does.

    () for a record that is too large for a picture.
    """
    if not all(is_drawable(column.layout) for column in panel.columns):
        return ()
    bodies = [body(column.layout, name) for column in panel.columns]
    versions = [column.label for column in panel.columns] == ["old", "new"]
    columns = [
        _Column(
            label=column.label,
            known=_all_cells(other),
            unions=_all_unions(other),
            lost=Mark.GONE if versions and at == 0 else Mark.ADDED,
        )
        for at, column in enumerate(panel.columns)
        for other in (bodies[1 - at] if versions else bodies[0],)
    ]
    return (Chart(title="", sides=_sides(columns, bodies)), *_arms(columns, bodies))


def _all_cells(each: Body) -> dict[str, Cell]:
    found = {
        cell.key: cell
        for union in each.unions
        for arm in union.arms
        for cell in _all_cells(arm).values()
    }
    return found | {cell.key: cell for cell in each.cells}


def _all_unions(each: Body) -> dict[str, Union]:
    arms = (arm for union in each.unions for arm in union.arms)
    found = {key: union for arm in arms for key, union in _all_unions(arm).items()}
    return found | {union.key: union for union in each.unions}


def _arms(columns: Sequence[_Column], bodies: Sequence[Body | None]) -> Iterator[Chart]:
    unions = [{union.key: union for union in each.unions} if each else {} for each in bodies]
    for key in dict.fromkeys(key for each in reversed(unions) for key in each):
        rows = _rows([each.get(key) for each in unions])
        shown = [row for row in rows if len(row) == 1 or _differ(row)]
        for row in shown[:_MOST_ARMS]:
            title = next(each.title for each in row if each)
            yield Chart(title=title, sides=_sides(columns, row))
            yield from _arms(columns, row)


def _rows(unions: Sequence[Union | None]) -> Iterator[tuple[Body | None, ...]]:
    """Each arm in every layout: by its name, else by its place among those without one."""
    tables = [_by_name(union) for union in unions]
    for name in dict.fromkeys(name for table in reversed(tables) for name in table):
        yield tuple(table.get(name) for table in tables)


def _by_name(union: Union | None) -> dict[tuple[str, int], Body]:
    table: dict[tuple[str, int], Body] = {}
    for arm in union.arms if union else ():
        again = sum(title == arm.title for title, _ in table)
        table[arm.title, again] = arm
    return table


def _differ(row: Sequence[Body | None]) -> bool:
    return any(each != row[0] for each in row)


def _sides(columns: Sequence[_Column], bodies: Sequence[Body | None]) -> tuple[Side, ...]:
    return tuple(
        Side(
            label=column.label,
            cells=tuple(_marked(cell, each, column) for cell in each.cells) if each else (),
            start=each.start if each else 0,
            end=each.end if each else 0,
        )
        for column, each in zip(columns, bodies, strict=True)
    )


def _marked(cell: Cell, within: Body, column: _Column) -> Marked:
    other = column.known.get(cell.key)
    if other is None:
        return Marked(cell=cell, mark=column.lost, other=None)
    if (cell.start, cell.end) != (other.start, other.end):
        return Marked(cell=cell, mark=Mark.MOVED, other=other)
    mine = next((union for union in within.unions if union.key == cell.key), None)
    same = mine == column.unions.get(cell.key)
    return Marked(cell=cell, mark=Mark.SAME if same else Mark.INSIDE, other=other)
