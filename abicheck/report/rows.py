# SPDX-License-Identifier: GPL-2.0-or-later
"""This module turns layouts of one record into rows: what to write, and each layout's numbers.

Several layouts (ABIs that differ, old and new) share the rows. A row is found again in another
layout by its key: the dotted path of the member, so that a member keeps its row when it moves.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from abicheck.model import HoleKind, walk
from abicheck.report import reasons, spelling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.model import Hole, MemberLayout, RecordLayout


class RowKind(StrEnum):
    """What a row shows."""

    MEMBER = "member"
    OPEN = "open"
    CLOSE = "close"
    HOLE = "hole"


class Cell(Struct, frozen=True):
    """A row's numbers in one layout: bits, and whether they are counted as bits."""

    bit_offset: int
    bit_size: int
    as_bits: bool = False

    @property
    def offset(self) -> str:
        """``12`` in bytes, or ``12:3`` for bit 3 of byte 12."""
        whole, rest = divmod(self.bit_offset, 8)
        return f"{whole}:{rest}" if rest or self.as_bits else str(whole)

    @property
    def size(self) -> str:
        """``4`` in bytes, or ``3b`` in bits."""
        return f"{self.bit_size}b" if self.as_bits or self.bit_size % 8 else str(self.bit_size // 8)


Code: TypeAlias = tuple[str, str, str]
"""C text as what stands before the name, the name, and what stands after."""
_Key: TypeAlias = tuple[str, ...]
_Column: TypeAlias = "dict[_Key, _Item]"


class Row(Struct, frozen=True, kw_only=True):
    """One line of a record, with a cell per layout; None where that layout has no such line."""

    key: _Key
    kind: RowKind
    depth: int
    code: Code
    cells: tuple[Cell | None, ...]
    remarks: tuple[str, ...]
    """What to say unasked, per layout; empty where there is nothing."""
    whys: tuple[str, ...]
    """Why it is there, per layout; empty where the row has no reason of its own."""


class _Item(Struct, frozen=True, kw_only=True):
    key: _Key
    kind: RowKind
    depth: int
    code: Code
    cell: Cell | None = None
    remark: str = ""
    why: str = ""


def rows(layouts: Sequence[RecordLayout], ordered_by: int = 0) -> list[Row]:
    """The rows of one record in all its layouts, in the order of one of them.

    A row that one lacks comes after the row it follows where it occurs. Records with a name of
    their own are opened where they are defined in place, or where the layouts differ inside.
    """
    flattener = _Flattener(_differing(layouts))
    columns = [{item.key: item for item in flattener.items(each)} for each in layouts]
    return [_row(key, columns, ordered_by) for key in _merged(columns, ordered_by)]


def _merged(columns: Sequence[_Column], ordered_by: int) -> list[_Key]:
    order: list[_Key] = list(columns[ordered_by])
    for column in columns:
        known = set(order)
        torn = _torn(column, known)
        following: dict[_Key | None, list[_Key]] = {}
        last = None
        for key in column:
            if key in known:
                last = key
            elif key not in torn:
                following.setdefault(last, []).append(key)
        order = [
            *following.get(None, ()),
            *(new for key in order for new in (key, *following.get(key, ()))),
        ]
    return order


def _torn(column: _Column, known: set[_Key]) -> set[_Key]:
    """The braces around rows of which some have their place already: a pair would not nest."""
    torn: set[_Key] = set()
    around: list[_Key] = []
    for key, item in column.items():
        if item.kind is RowKind.CLOSE:
            if around.pop() in torn:
                torn.add(key)
        elif key in known:
            torn.update(around)
        if item.kind is RowKind.OPEN:
            around.append(key)
    return torn


def _row(key: _Key, columns: Sequence[_Column], ordered_by: int) -> Row:
    items = [column.get(key) for column in columns]
    shown = items[ordered_by] or next(item for item in items if item)
    return Row(
        key=key,
        kind=shown.kind,
        depth=shown.depth,
        code=shown.code,
        cells=tuple(item.cell if item else None for item in items),
        remarks=tuple(item.remark if item else "" for item in items),
        whys=tuple(item.why if item else "" for item in items),
    )


def _differing(layouts: Sequence[RecordLayout]) -> frozenset[str]:
    """The paths of members whose own record has other numbers inside."""
    seen: dict[str, object] = {}
    found = set()
    if len(layouts) > 1:
        for layout in layouts:
            for leaf in walk(layout):
                if leaf.placed.element is not None:
                    numbers = _numbers(leaf.placed.element)
                    if seen.setdefault(leaf.path, numbers) != numbers:
                        found.add(leaf.path)
    return frozenset(found)


def _numbers(layout: RecordLayout) -> tuple[object, ...]:
    """What a reader would see of a record's body; its alignment is not in there."""
    return tuple(
        (
            *(placed.member.name, placed.bit_offset, placed.bit_size),
            _numbers(placed.element) if placed.element else None,
        )
        for placed in layout.members
    )


def striking(shown: Sequence[Row]) -> Iterator[Row | int]:
    """The rows in which a layout differs, with the braces around; a number for rows left out."""
    kept = [any(differs(row, column) for column in range(1, len(row.cells))) for row in shown]
    opened: list[int] = []
    for index, row in enumerate(shown):
        if row.kind is RowKind.OPEN:
            opened.append(index)
        elif row.kind is RowKind.CLOSE:
            start = opened.pop()
            kept[start] = kept[index] = any(kept[start:index])
    alike = 0
    for row, keep in zip(shown, kept, strict=True):
        if keep and alike:
            yield alike
        alike = 0 if keep else alike + 1
        if keep:
            yield row
    if alike:
        yield alike


_END = -2
"""Where tail padding is shown: after all members; -1 is before them."""


class _Place(Struct, frozen=True):
    """Where a body stands: what its keys begin with, where its bits start, how deep it is."""

    prefix: str = ""
    scope: str = ""
    """Tells the unnamed members of unnamed records apart, which share one prefix."""
    start: int = 0
    depth: int = 1


class _Flattener(Struct, frozen=True):
    opened: frozenset[str]

    def items(self, layout: RecordLayout) -> Iterator[_Item]:
        yield from self._body(layout, _Place())

    def _body(self, layout: RecordLayout, place: _Place) -> Iterator[_Item]:
        here = f"{place.prefix}{place.scope}"
        unnamed: dict[str, int] = {}
        holes: dict[int, list[Hole]] = {}
        for hole in layout.holes:
            last = hole.kind is HoleKind.TAIL  # of a union it follows the largest arm
            holes.setdefault(_END if last else hole.after, []).append(hole)
        yield from _holes(layout, holes.get(-1, ()), here, place)
        for index, placed in enumerate(layout.members):
            name = placed.member.name
            if name:
                here = f"{place.prefix}{name}"
            else:
                what = reasons.unnamed(placed)
                unnamed[what] = unnamed.get(what, 0) + 1
                here = f"{place.prefix}{place.scope}#{what}{unnamed[what]}"
            skipped = sum(hole.bit_size for hole in holes.get(index - 1, ()))
            why = reasons.why(layout.record, placed, skipped)
            yield from self._member(layout, placed, why, here, place)
            yield from _holes(layout, holes.get(index, ()), here, place)
        yield from _holes(layout, holes.get(_END, ()), f"{place.prefix}{place.scope}", place)

    def _member(
        self, layout: RecordLayout, placed: MemberLayout, why: str, here: str, place: _Place
    ) -> Iterator[_Item]:
        body = placed.element if self._shows_body(layout, placed, here) else None
        name = placed.member.name
        head = _Item(
            key=(here,) if body is None else (here, "{"),
            kind=RowKind.MEMBER if body is None else RowKind.OPEN,
            depth=place.depth,
            code=spelling.opening(body.record, name)
            if body
            else spelling.declaration(placed.member),
            cell=Cell(
                place.start + placed.bit_offset,
                placed.bit_size,
                placed.member.bit_width is not None,
            ),
            remark=", ".join(filter(None, (reasons.remark(placed), reasons.room(layout, placed)))),
            why=why,
        )
        yield head
        if body is not None:
            inside = _Place(
                prefix=f"{here}." if name else place.prefix,
                scope="" if name else f"{here.removeprefix(place.prefix)}/",
                start=place.start + placed.bit_offset,
                depth=place.depth + 1,
            )
            yield from self._body(body, inside)
            code = spelling.closing(placed.member)
            yield _Item(key=(here, "}"), kind=RowKind.CLOSE, depth=place.depth, code=code)

    def _shows_body(self, layout: RecordLayout, placed: MemberLayout, path: str) -> bool:
        inner = placed.element
        if inner is None:
            return False
        outer, own, name = layout.record.span, inner.record.span, placed.member.span
        defined_here = own.path == outer.path and outer < own < name
        return inner.record.name is None or defined_here or path in self.opened


def _holes(
    layout: RecordLayout, found: Sequence[Hole], here: str, place: _Place
) -> Iterator[_Item]:
    for number, hole in enumerate(found):
        yield _Item(
            key=(here, hole.kind, str(number)),
            kind=RowKind.HOLE,
            depth=place.depth,
            code=("", "", hole.kind.value),
            cell=Cell(place.start + hole.bit_offset, hole.bit_size),
            remark=reasons.why_unused(layout, hole) if hole.kind is HoleKind.HOLE else "",
            why=reasons.why_unused(layout, hole),
        )


def differs(row: Row, column: int) -> bool:
    """A reader sees other numbers in that layout's cell than in the first one's."""
    first, other = row.cells[0], row.cells[column]
    if first is None or other is None:
        return first is not other
    return (first.offset, first.size) != (other.offset, other.size)
