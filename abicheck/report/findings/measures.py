# SPDX-License-Identifier: GPL-2.0-or-later
"""This module sets what was measured of a finding's subject as a table, a row per group of ABIs.

A change has both versions in a cell, ``36 -> 40``, or one number where they agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.report.lines import BLANK, Role
from abicheck.report.names import describe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.model import Evidence, Finding, Shift, Side
    from abicheck.report.lines import Line

_COLUMNS = ("offset", "size", "align", "value")
_NARROWEST = 8
_HEX_FROM = 0x10000
"""Numbers from here on are ioctls, masks and magics, which headers write in hexadecimal."""


def table(finding: Finding, width: int) -> Iterator[Line]:
    """A blank line and the rows, or nothing; columns that say nothing are left out."""
    if finding.shifts:
        rows = [_shift(each) for each in finding.shifts]
    else:
        rows = [_evidence(each) for each in finding.evidence]
    measured = [any(cell != "-" for cell in column) for column in zip(*rows, strict=True)]
    if not any(measured):
        return
    *shown, has_text = measured
    widths = [
        max(_NARROWEST, len(title) + 2, *(len(row[at]) + 2 for row in rows)) if shown[at] else 0
        for at, title in enumerate(_COLUMNS)
    ]
    yield BLANK
    yield (("".join(map(_right, _titles(shown), widths)) + "  ABIs", Role.HEADING),)
    groups = [each.abis for each in finding.shifts or finding.evidence]
    among = [abi for group in groups for abi in group]
    for row, abis in zip(rows, groups, strict=True):
        cells = "".join(map(_right, row, widths))
        text = f"{row[-1]}: " if has_text and row[-1] != "-" else ""
        yield from _row(f"{cells}  ", f"{text}{describe(abis, among)}", width)


def _titles(shown: Sequence[bool]) -> list[str]:
    return [title if kept else "" for title, kept in zip(_COLUMNS, shown, strict=True)]


def _right(text: str, width: int) -> str:
    return f"{text:>{width}}" if width else ""


def _evidence(each: Evidence) -> list[str]:
    numbers = (each.offset, each.size, each.align)
    return [*map(_number, numbers), "-", each.text or "-"]


def _number(value: int | None) -> str:
    if value is None:
        return "-"
    return hex(value) if value >= _HEX_FROM else str(value)


def _shift(each: Shift) -> list[str]:
    cells = [
        between(_number(getattr(each.old, name, None)), _number(getattr(each.new, name, None)))
        for name in _COLUMNS
    ]
    return [*cells, between(_text(each.old), _text(each.new))]


def _text(side: Side | None) -> str:
    return side.text if side is not None and side.text else "-"


def between(old: str, new: str) -> str:
    """``old -> new``, or what both are."""
    return old if old == new else f"{old} -> {new}"


def _row(cells: str, text: str, width: int) -> Iterator[Line]:
    from textwrap import wrap

    room = max(20, width - len(cells))
    for number, line in enumerate(wrap(text, room, break_on_hyphens=False)):
        yield ((" " * len(cells) if number else cells, Role.NUMBER), (line, Role.TYPE))
