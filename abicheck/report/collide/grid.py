# SPDX-License-Identifier: GPL-2.0-or-later
"""This module sets a family's numbers against the trees: numbers down, trees across."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.model import Severity
from abicheck.model.claims import CollisionKind, FamilyKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model.claims import Collision, Definition, Family, FamilyResult


class Row(Struct, frozen=True, kw_only=True):
    """One number: what each column calls it, and whether that is a collision."""

    number: int
    title: str
    cells: tuple[str, ...]
    severity: Severity | None


class Grid(Struct, frozen=True, kw_only=True):
    """The numbers of a family; a column stands for all trees with the same content."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def grid(result: FamilyResult, *, whole: bool) -> Grid:
    """All numbers, or (``whole`` false) only those that trees do not agree about."""
    marks = _marks(result)
    table: dict[int, list[list[Definition]]] = defaultdict(lambda: [[] for _ in result.sheets])
    for index, sheet in enumerate(result.sheets):
        for definition in sheet.definitions:
            if definition.number is not None and not definition.marker:
                table[definition.number][index].append(definition)
    rows = [
        Row(
            number=number,
            title=spell(result.family, number),
            cells=tuple(_cell(cell) for cell in cells),
            severity=marks.get(number),
        )
        for number, cells in sorted(table.items())
        if whole or marks.get(number) in (Severity.ERROR, Severity.WARNING)
    ]
    return Grid(columns=tuple(_column(sheet.trees) for sheet in result.sheets), rows=tuple(rows))


def _marks(result: FamilyResult) -> dict[int, Severity]:
    marks: dict[int, Severity] = {}
    order = list(Severity)
    for collision in _flat(result.collisions):
        for number in _numbers(collision):
            known = marks.get(number, Severity.NOTE)
            marks[number] = min(known, collision.severity, key=order.index)
    return marks


def _flat(collisions: tuple[Collision, ...]) -> Iterator[Collision]:
    for collision in collisions:
        yield collision
        yield from collision.follows


def _numbers(collision: Collision) -> set[int]:
    if collision.kind is CollisionKind.NAME:
        return {c.definition.number for c in collision.claims if c.definition.number is not None}
    return set() if collision.number is None else {collision.number}


def _cell(definitions: list[Definition]) -> str:
    names = dict.fromkeys(
        f"({definition.name})" if definition.reservation else definition.name
        for definition in definitions
    )
    return " = ".join(names)


def _column(trees: tuple[str, ...]) -> str:
    return trees[0] if len(trees) == 1 else f"{trees[0]} +{len(trees) - 1}"


def spell(family: Family, number: int) -> str:
    """A number as its family is written: flags, commands and large ones in hexadecimal."""
    if family.kind is FamilyKind.IOCTL:
        return f"0x{number >> 8:02x} 0x{number & 0xFF:02x}"
    if family.kind in (FamilyKind.BITS, FamilyKind.RANGES) or number > 0xFFFF:
        return f"0x{number:x}"
    return str(number)
