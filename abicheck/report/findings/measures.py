# SPDX-License-Identifier: GPL-2.0-or-later
"""This module sets what was measured of a finding's subject as a table, a row per group of ABIs.

A change has both versions in a cell, ``36 -> 40``, or one number where they agree.
"""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.report.lines import BLANK, Role
from abicheck.report.names import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import Evidence, Finding, Shift, Side
    from abicheck.report.lines import Line

_COLUMNS = ("offset", "size", "align", "value")
_NARROWEST = 8
_HEX_FROM = 0x10000
"""Numbers from here on are ioctls, masks and magics, which headers write in hexadecimal."""


class Row(Struct, frozen=True, kw_only=True):
    """What a group of ABIs makes of the subject."""

    cells: tuple[str, ...]
    """One for each title."""
    text: str
    """What no column holds; may be empty."""
    abis: str


class Measures(Struct, frozen=True, kw_only=True):
    """The table; columns that say nothing are left out."""

    titles: tuple[str, ...]
    rows: tuple[Row, ...]
    """() where nothing was measured."""


def measures(finding: Finding) -> Measures:
    """All that was measured of a finding's subject."""
    if finding.shifts:
        rows = [_shift(each) for each in finding.shifts]
    else:
        rows = [_evidence(each) for each in finding.evidence]
    measured = [any(cell != "-" for cell in column) for column in zip(*rows, strict=True)]
    if not any(measured):
        return Measures(titles=(), rows=())
    groups = [each.abis for each in finding.shifts or finding.evidence]
    among = [abi for group in groups for abi in group]
    return Measures(
        titles=tuple(compress(_COLUMNS, measured)),
        rows=tuple(
            Row(
                cells=tuple(compress(row[:-1], measured)),
                text="" if row[-1] == "-" else row[-1],
                abis=describe(abis, among),
            )
            for row, abis in zip(rows, groups, strict=True)
        ),
    )


def table(finding: Finding, width: int) -> Iterator[Line]:
    """A blank line and the rows, or nothing."""
    found = measures(finding)
    if not found.rows:
        return
    widths = [
        max(_NARROWEST, len(title) + 2, *(len(row.cells[at]) + 2 for row in found.rows))
        for at, title in enumerate(found.titles)
    ]
    yield BLANK
    yield (("".join(map(_right, found.titles, widths)) + "  ABIs", Role.HEADING),)
    for row in found.rows:
        cells = "".join(map(_right, row.cells, widths))
        text = f"{row.text}: " if row.text else ""
        yield from _row(f"{cells}  ", f"{text}{row.abis}", width)


def _right(text: str, width: int) -> str:
    return f"{text:>{width}}"


def _evidence(each: Evidence) -> list[str]:
    numbers = (each.offset, each.size, each.align)
    return [*map(_number, numbers), "-", each.text or "-"]


def _number(value: int | None) -> str:
    if value is None:
        return "-"
    return hex(value) if value >= _HEX_FROM else str(value)


def _shift(each: Shift) -> list[str]:
    values = (side.value or 0 for side in (each.old, each.new) if side is not None)
    large = any(value >= _HEX_FROM for value in values)
    old, new = _cells(each.old, large=large), _cells(each.new, large=large)
    if old is None or new is None:
        return _alone(old or new or [], "new {}" if old is None else "{} gone")
    return [a if a == b else f"{a} -> {b}" for a, b in zip(old, new, strict=True)]


def _alone(cells: list[str], words: str) -> list[str]:
    """What one version only has: the first thing measured says so for the row."""
    first = next((at for at, cell in enumerate(cells) if cell != "-"), None)
    return [words.format(cell) if at == first else cell for at, cell in enumerate(cells)]


def _cells(side: Side | None, *, large: bool) -> list[str] | None:
    """``large``: whether a value of either version is, so that both are written alike."""
    if side is None:
        return None
    value = hex(side.value) if large and side.value else _number(side.value)
    return [*map(_number, (side.offset, side.size, side.align)), value, side.text or "-"]


def _row(cells: str, text: str, width: int) -> Iterator[Line]:
    from textwrap import wrap

    room = max(20, width - len(cells))
    for number, line in enumerate(wrap(text, room, break_on_hyphens=False)):
        yield ((" " * len(cells) if number else cells, Role.NUMBER), (line, Role.TYPE))
