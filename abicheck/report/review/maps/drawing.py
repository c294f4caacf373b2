# SPDX-License-Identifier: GPL-2.0-or-later
"""This module turns a chart into rectangles: eight bytes a row, long runs of nothing new cut out.

Lengths are in the units of the picture's view box, close to pixels.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.report.review.maps.charts import Mark
from abicheck.report.review.maps.words import hover, label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.report.review.maps.charts import Chart, Marked, Side

_WORD = 64
"""Bits of a row."""
_BYTE = 44
_ROW = 32
_CUT = 22
"""The height of a cut."""
_LEFT = 46
"""Room for offsets."""
_TOP = 18
"""Room for the numbers of bytes."""
_LONG = 20
"""Rows from which on what is the same on all sides is cut out too."""


class Row(Struct, frozen=True, kw_only=True):
    """A word of the record, or a run of words that is cut out."""

    first: int
    last: int
    y: int

    @property
    def cut(self) -> int:
        """Bytes cut out; 0 for a word that is drawn."""
        return (self.last - self.first + 1) * 8 if self.last > self.first else 0

    @property
    def height(self) -> int:
        """How high it is drawn."""
        return _CUT if self.cut else _ROW

    @property
    def offset(self) -> int:
        """The byte it begins with."""
        return self.first * 8


class Box(Struct, frozen=True, kw_only=True):
    """A part of a cell that is one rectangle."""

    x: float
    y: int
    width: float
    height: int


class Drawn(Struct, frozen=True, kw_only=True):
    """A cell with its rectangles; the text stands in the largest."""

    kind: str
    mark: Mark
    hover: str
    text: str
    boxes: tuple[Box, ...]
    home: Box


class Picture(Struct, frozen=True, kw_only=True):
    """One side of a chart."""

    label: str
    summary: str
    width: int
    height: int
    rows: tuple[Row, ...]
    cells: tuple[Drawn, ...]


def pictures(chart: Chart) -> tuple[Picture, ...]:
    """A picture for each side that has it; all share rows, so that equal offsets stand level."""
    rows = tuple(_rows(chart.sides))
    return tuple(_picture(chart, side, rows) for side in chart.sides if side.cells)


def _picture(chart: Chart, side: Side, rows: Sequence[Row]) -> Picture:
    own = tuple(row for row in rows if row.first * _WORD < side.end)
    return Picture(
        label=side.label,
        summary=_summary(chart, side),
        width=_LEFT + 8 * _BYTE + 2,
        height=own[-1].y + own[-1].height + 2,
        rows=own,
        cells=tuple(drawn for each in side.cells for drawn in _drawn(each, own)),
    )


def _summary(chart: Chart, side: Side) -> str:
    name = f"arm {chart.title}, " if chart.title else ""
    told = f"{side.label}, " if side.label else ""
    changed = sum(each.mark is not Mark.SAME for each in side.cells)
    return f"Byte map: {name}{told}{side.size} bytes, {changed} parts differ; see the table"


def _rows(sides: Sequence[Side]) -> Iterator[Row]:
    full = [side for side in sides if side.cells]
    if not full:
        return
    runs = list(_runs(full))
    dull = [last > first for first, last in runs]
    if len(runs) > _LONG:
        calm = [len(full) > 1 and _is_calm(first, full) for first, _ in runs]
        around = zip([False, *calm[:-1]], calm, [*calm[1:], False], strict=True)
        dull = [was or all(each) for was, each in zip(dull, around, strict=True)]
    y = _TOP
    for is_dull, found in groupby(zip(dull, runs, strict=True), key=lambda pair: pair[0]):
        spans = [run for _, run in found]
        for first, last in [(spans[0][0], spans[-1][1])] if is_dull else spans:
            row = Row(first=first, last=last, y=y)
            yield row
            y += row.height


def _runs(sides: Sequence[Side]) -> Iterator[tuple[int, int]]:
    """The words in which a cell begins or ends, and what lies between: the middle of a cell."""
    cells = [each.cell for side in sides for each in side.cells]
    edges = {bit // _WORD for cell in cells for bit in (cell.start, cell.end - 1)}
    before = None
    for word in sorted(edges):
        if before is not None and word > before + 1:
            yield before + 1, word - 1
        yield word, word
        before = word


def _is_calm(word: int, sides: Sequence[Side]) -> bool:
    """Whether all sides have the same there."""
    found = [_within(word, side) for side in sides]
    seen = {tuple((each.cell.key, each.cell.start, each.cell.end) for each in row) for row in found}
    return len(seen) == 1 and all(each.mark is Mark.SAME for row in found for each in row)


def _within(word: int, side: Side) -> Sequence[Marked]:
    """The cells that have bits of a word; those of a side are in order and do not overlap."""
    first = bisect_right(side.cells, word * _WORD, key=lambda each: each.cell.end)
    last = bisect_left(side.cells, (word + 1) * _WORD, key=lambda each: each.cell.start)
    return side.cells[first:last]


def _drawn(each: Marked, rows: Sequence[Row]) -> Iterator[Drawn]:
    boxes = tuple(_boxes(each, rows))
    if boxes:
        home = max(boxes, key=lambda box: (box.width * box.height, -box.y))
        yield Drawn(
            kind=each.cell.kind.value,
            mark=each.mark,
            hover=hover(each),
            text=label(each, home.width),
            boxes=boxes,
            home=home,
        )


def _boxes(each: Marked, rows: Sequence[Row]) -> Iterator[Box]:
    """A rectangle for a part of a row, one for all whole rows below each other."""
    whole: Box | None = None
    for row in rows[bisect_left(rows, each.cell.start // _WORD, key=lambda row: row.last) :]:
        if row.first * _WORD >= each.cell.end:
            break
        start = max(each.cell.start, row.first * _WORD)
        end = min(each.cell.end, (row.last + 1) * _WORD)
        if row.cut:
            continue
        box = _box(start - row.first * _WORD, end - row.first * _WORD, row)
        if box.width < 8 * _BYTE:
            yield box
        elif whole is not None and whole.y + whole.height == box.y:
            whole = Box(x=box.x, y=whole.y, width=box.width, height=whole.height + box.height)
        else:
            if whole is not None:
                yield whole
            whole = box
    if whole is not None:
        yield whole


def _box(start: int, end: int, row: Row) -> Box:
    scale = _BYTE / 8
    return Box(x=_LEFT + start * scale, y=row.y, width=(end - start) * scale, height=row.height)
