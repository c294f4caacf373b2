# SPDX-License-Identifier: GPL-2.0-or-later
"""This module lists what lies in a record, from its first bit to its last.

A union is one cell; what its arms hold is a body of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.model import HoleKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import MemberLayout, RecordLayout


_MOST = 3000
"""Parts of one picture, arms of unions included; struct kvm_run has some 500."""


class CellKind(StrEnum):
    """What a run of bits is."""

    MEMBER = "member"
    UNION = "union"
    HOLE = "hole"
    TAIL = "tail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A run of bits, counted from the start of the outermost record."""

    key: str
    """What finds it again in another layout."""
    kind: CellKind
    label: str
    type: str
    start: int
    end: int


class Body(Struct, frozen=True, kw_only=True):
    """A struct, or one arm of a union."""

    title: str
    cells: tuple[Cell, ...]
    unions: tuple[Union, ...]
    start: int
    end: int


class Union(Struct, frozen=True, kw_only=True):
    """The arms of a union."""

    key: str
    title: str
    arms: tuple[Body, ...]


class _Place(Struct, frozen=True, kw_only=True):
    """Where a record stands: what names in it begin with, and its first bit."""

    prefix: str
    start: int


def is_drawable(layout: RecordLayout) -> bool:
    """Whether a picture of the record has no more parts than anybody looks at."""
    return _room(layout, _MOST) > 0


def _room(layout: RecordLayout, left: int) -> int:
    """What is left of so many parts; it stops where nothing is, as records multiply in records."""
    for placed in layout.members:
        left -= 1
        if left > 0 and placed.element is not None and placed.count is None:
            left = _room(placed.element, left)
        if left <= 0:
            break
    return left


def body(layout: RecordLayout, title: str) -> Body:
    """A whole record; a union is a body of one cell."""
    place = _Place(prefix="", start=0)
    if layout.record.kind == "union":
        cell = _cell(CellKind.UNION, title, layout.record.kind, (0, layout.bit_size))
        arms = _union(layout, "", title, place)
        return Body(title=title, cells=(cell,), unions=(arms,), start=0, end=layout.bit_size)
    return _struct(layout, title, place)


def _struct(layout: RecordLayout, title: str, place: _Place) -> Body:
    found = sorted(_inside(layout, place), key=lambda item: (item[0].start, item[0].end))
    return Body(
        title=title,
        cells=tuple(cell for cell, _ in found if cell.end > cell.start),
        unions=tuple(union for _, union in found if union is not None),
        start=place.start,
        end=place.start + layout.bit_size,
    )


def _inside(layout: RecordLayout, place: _Place) -> Iterator[tuple[Cell, Union | None]]:
    for hole in layout.holes:
        kind = CellKind.TAIL if hole.kind is HoleKind.TAIL else CellKind.HOLE
        start = place.start + hole.bit_offset
        label = "padding" if kind is CellKind.TAIL else "hole"
        span = (start, start + hole.bit_size)
        yield _cell(kind, label, "", span, f"{place.prefix}{kind} {start}"), None
    unnamed = 0
    for placed in layout.members:
        unnamed += placed.member.name is None
        yield from _member(placed, place, unnamed)


def _member(
    placed: MemberLayout, place: _Place, unnamed: int
) -> Iterator[tuple[Cell, Union | None]]:
    name, inner = placed.member.name, placed.element
    path = f"{place.prefix}{name}" if name else f"{place.prefix}({unnamed})"
    start = place.start + placed.bit_offset
    span = (start, start + placed.bit_size)
    if inner is None or placed.count is not None:
        dimensions = "" if placed.count is None else f"[{placed.count or ''}]"
        yield _cell(CellKind.MEMBER, f"{path}{dimensions}", placed.member.type_text, span), None
        return
    within = _Place(prefix=f"{path}." if name else place.prefix, start=start)
    if inner.record.kind == "union":
        title = path if name else _nameless(inner)
        union = _union(inner, path, title, within)
        yield _cell(CellKind.UNION, title, placed.member.type_text, span, path), union
    else:
        yield from _inside(inner, within)


def _nameless(union: RecordLayout) -> str:
    """A union without a name, by its first arms."""
    names = [placed.member.name or "..." for placed in union.members]
    more = " | ..." if len(names) > 2 else ""
    return f"{' | '.join(names[:2])}{more}"


def _union(layout: RecordLayout, key: str, title: str, place: _Place) -> Union:
    return Union(key=key, title=title, arms=tuple(_arm(placed, place) for placed in layout.members))


def _arm(placed: MemberLayout, place: _Place) -> Body:
    name, inner = placed.member.name, placed.element
    title = f"{place.prefix}{name}" if name else "struct"
    if inner is not None and placed.count is None and inner.record.kind == "struct":
        within = _Place(prefix=f"{title}." if name else place.prefix, start=place.start)
        return _struct(inner, title, within)
    found = list(_member(placed, place, 0))
    return Body(
        title=title,
        cells=tuple(cell for cell, _ in found if cell.end > cell.start),
        unions=tuple(union for _, union in found if union is not None),
        start=place.start,
        end=place.start + placed.bit_size,
    )


def _cell(
    kind: CellKind, label: str, type: str, span: tuple[int, int], key: str | None = None
) -> Cell:
    start, end = span
    return Cell(key=key or label, kind=kind, label=label, type=type, start=start, end=end)
