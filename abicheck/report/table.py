# SPDX-License-Identifier: GPL-2.0-or-later
"""This module sets one panel as lines: numbers on the left, C on the right, facts below."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from abicheck.report import spelling
from abicheck.report.facts import amount, straddle, totals
from abicheck.report.lines import Line, Piece, Role, wrapped
from abicheck.report.rows import Row, RowKind, differs, rows, striking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from abicheck.model import RecordLayout
    from abicheck.report.sheet import Settings
    from abicheck.report.views import Panel


class Table:
    """One panel narrow enough for its page."""

    def __init__(self, panel: Panel, settings: Settings) -> None:
        """Reads the layouts; ``lines`` and ``differences`` write them."""
        self._columns = panel.columns
        self._layouts = [column.layout for column in panel.columns]
        self._settings = settings
        self._rows = rows(self._layouts, panel.ordered_by)
        self._shown = self._layouts[panel.ordered_by]
        cells = [cell for row in self._rows for cell in row.cells if cell]
        self._offset = max((6, *(len(cell.offset) for cell in cells)))
        sizes = [str(layout.size) for layout in self._layouts]
        self._size = max((4, *map(len, sizes), *(len(cell.size) for cell in cells)))
        self._alone = len(panel.columns) == 1
        self._step = "    " if self._alone else "  "

    def lines(self) -> Iterator[Line]:
        """The record whole."""
        yield from self._framed(self._rows)
        yield from self._facts()

    def differences(self) -> Iterator[Line]:
        """Only the lines in which a column differs from the first."""
        yield from self._framed(striking(self._rows))
        yield from self._facts()

    def changes(self) -> Iterator[Line]:
        """Only the lines in which a column differs from the first, the sums below too."""
        yield from self._framed(striking(self._rows))
        yield from self._sums(changed_facts(self._layouts, self._settings.boundaries))

    def _framed(self, shown: Iterable[Row | int]) -> Iterator[Line]:
        yield from self._heading()
        yield (self._margin(), *self._code(spelling.opening(self._shown.record), 0))
        for row in shown:
            if isinstance(row, int):
                lines = "line" if row == 1 else "lines"
                yield self._margin(), (f"{self._step}... {row} {lines} alike", Role.COMMENT)
            else:
                yield from self._row(row)
        yield (self._margin(), *self._code(spelling.ending(self._shown.record), 0))

    @property
    def _cell_width(self) -> int:
        return self._offset + self._size + (2 if self._alone else 3)

    @property
    def _left(self) -> int:
        return self._cell_width * len(self._columns) + 1

    def _margin(self) -> Piece:
        return " " * self._left, Role.PLAIN

    def _heading(self) -> Iterator[Line]:
        mark = "" if self._alone else " "
        names = f" {'offset':>{self._offset}} {'size':>{self._size}}{mark}"
        if any(column.label for column in self._columns):
            labels = (f"{c.label:>{self._cell_width - 1}} " for c in self._columns)
            yield (("".join(labels).rstrip(), Role.HEADING),)
        yield ((names * len(self._columns), Role.HEADING),)

    def _row(self, row: Row) -> Iterator[Line]:
        numbers = [self._numbers(row, index) for index in range(len(row.cells))]
        left = tuple(piece for pieces in numbers for piece in pieces)
        comment = self._merged(row.whys if self._settings.explain else row.remarks)
        if row.kind is RowKind.HOLE:
            said = f"{row.code[2]}: {comment}" if comment else row.code[2]
            first, *more = self._fitting(said, row.depth)
            yield (*left, (" ", Role.PLAIN), (first, Role.HOLE))
            yield from ((self._margin(), (line, Role.HOLE)) for line in more)
            return
        code = self._code(row.code, row.depth)
        used = self._left + sum(len(text) for text, _ in code)
        note = f"  /* {comment} */" if comment else ""
        if used + len(note) <= self._settings.width:
            yield (*left, (" ", Role.PLAIN), *code, (note, Role.COMMENT))
        else:
            yield (*left, (" ", Role.PLAIN), *code)
            yield from self._comment(comment, row.depth + 1)

    def _numbers(self, row: Row, index: int) -> tuple[Piece, ...]:
        cell = row.cells[index]
        blank = "" if row.kind is RowKind.CLOSE else "-"
        offset, size = (cell.offset, cell.size) if cell else (blank, blank)
        other = differs(row, index)
        mark = "" if self._alone else "!" if other else " "
        text = f" {offset:>{self._offset}} {size:>{self._size}}{mark}"
        return ((text, Role.DIFFERS if other else Role.NUMBER),)

    def _merged(self, texts: Sequence[str]) -> str:
        """What the columns say, each thing once; with the labels of those that say it."""
        said: dict[str, list[str]] = {}
        for column, text in zip(self._columns, texts, strict=True):
            if text:
                said.setdefault(text, []).append(column.label)
        if len(said) <= 1:
            return "".join(said)
        return "; ".join(f"{', '.join(labels)}: {text}" for text, labels in said.items())

    def _comment(self, text: str, depth: int) -> Iterator[Line]:
        for line in self._fitting(text, depth) if text else ():
            yield self._margin(), (line, Role.COMMENT)

    def _fitting(self, text: str, depth: int) -> list[str]:
        indent = self._step * depth
        room = max(24, self._settings.width - self._left - len(indent))
        if len(text) + 6 <= room:
            return [f"{indent}/* {text} */"]
        lines = [
            f"{'   ' if number else '/* '}{line}"
            for number, line in enumerate(wrap(text, room - 6))
        ]
        return [*(f"{indent}{line}" for line in lines[:-1]), f"{indent}{lines[-1]} */"]

    def _code(self, code: tuple[str, str, str], depth: int) -> Line:
        before, name, after = code
        indent = (self._step * depth, Role.PLAIN)
        return indent, (before, Role.TYPE), (name, Role.NAME), (after, Role.PLAIN)

    def _facts(self) -> Iterator[Line]:
        if self._alone:
            for sentence in _sentences(self._layouts[0], self._settings.boundaries):
                yield from wrapped(sentence, "  ", self._settings.width, Role.PLAIN)
            return
        yield from self._sums(_table(self._layouts, self._settings.boundaries))

    def _sums(self, table: Mapping[str, Sequence[str]]) -> Iterator[Line]:
        for label, values in table.items():
            pieces = []
            for value in values:
                other = value != values[0]
                text = f"{value:>{self._cell_width - 1}}{'!' if other else ' '}"
                pieces.append((text, Role.DIFFERS if other else Role.NUMBER))
            yield (*pieces, (f" {label}", Role.COMMENT))


def changed_facts(
    layouts: Sequence[RecordLayout], boundaries: Sequence[int] = ()
) -> dict[str, list[str]]:
    """Size, alignment and what they are made of, as far as the layouts differ in them."""
    table = _table(layouts, boundaries)
    return {label: values for label, values in table.items() if len(set(values)) > 1}


def _table(layouts: Sequence[RecordLayout], boundaries: Sequence[int]) -> dict[str, list[str]]:
    table = [_facts(layout, boundaries) for layout in layouts]
    labels = dict.fromkeys(label for facts in table for label in facts)
    return {label: [facts.get(label, "-") for facts in table] for label in labels}


def _facts(layout: RecordLayout, boundaries: Sequence[int]) -> dict[str, str]:
    sums = totals(layout)
    members = "largest arm" if layout.record.kind == "union" else "members"
    facts = {
        "size": str(layout.size),
        "alignment": str(layout.align),
        members: amount(sums.members),
        "holes": amount(sums.holes),
        "tail padding": amount(sums.tail),
    }
    for boundary in boundaries:
        met = straddle(layout.size, layout.align, boundary)
        always = met.crossing == met.places
        shown = "always" if always else f"{met.crossing}/{met.places}" if met.crossing else "never"
        facts[f"places straddling {_units(boundary)}"] = shown
    return facts


def _sentences(layout: RecordLayout, boundaries: Sequence[int]) -> Iterator[str]:
    sums = totals(layout)
    members = "largest arm" if layout.record.kind == "union" else "members"
    parts = [f"{members} {amount(sums.members)}"]
    if sums.holes:
        parts.append(f"holes {amount(sums.holes)}")
    if sums.tail:
        parts.append(f"tail padding {amount(sums.tail)}")
    yield f"size {layout.size} = {' + '.join(parts)}; alignment {layout.align}"
    for boundary in boundaries:
        met = straddle(layout.size, layout.align, boundary)
        if not met.crossing:
            how = "never straddles"
        elif met.crossing == met.places:
            how = "always straddles"
        else:
            how = f"straddles at {met.crossing} of {met.places} aligned places"
        touched = f"{met.fewest}" if met.fewest == met.most else f"{met.fewest} to {met.most}"
        yield f"{_units(boundary)}: touches {touched}, {how}"


def _units(boundary: int) -> str:
    """What lies between two boundaries: the sizes of almost all caches and of small pages."""
    return f"{boundary}-byte {({64: 'lines', 4096: 'pages'}).get(boundary, 'units')}"
