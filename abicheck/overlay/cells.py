# SPDX-License-Identifier: GPL-2.0-or-later
"""This module takes a record apart into cells: which bits have which name, arm by arm of unions."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.model import Array, is_copy, is_reserved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import MemberLayout, RecordLayout

_MOST = 1024
"""Elements of all arrays of records that are told apart; an array beyond them is one cell."""


class Choice(Struct, frozen=True):
    """The arm of a union that a cell lies in; bits count from the start of the record."""

    union: int
    """The same number for all cells in one union of a layout."""
    arm: int
    """The arm's place in the union."""
    start: int
    """Where the union begins."""
    arm_end: int
    union_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Bits with one name: a scalar, an array of scalars, or a record with a name of its own.

    Bits are counted from the start of the record that was taken apart.
    """

    path: str
    """Dotted; anonymous records add nothing, and an unnamed bit-field is ``:31``."""
    bit_offset: int
    bit_size: int
    choices: tuple[Choice, ...]
    """The arm it lies in of each union around it, the outermost first."""
    placed: MemberLayout = field(compare=False, repr=False)

    @property
    def end(self) -> int:
        """The bit behind it."""
        return self.bit_offset + self.bit_size

    @property
    def is_repetition(self) -> bool:
        """Whether it lies in a later element of an array of records."""
        return "]." in self.path

    @property
    def means_nothing(self) -> bool:
        """Whether its name, or that it has none, says that its bits are not used."""
        return self.placed.member.name is None or is_reserved(self.placed.member.name)

    def excludes(self, other: Cell) -> bool:
        """Whether both lie in different arms of one union, so that only one of them is meant."""
        if not self.choices or not other.choices:
            return False
        arms = {choice.union: choice.arm for choice in self.choices}
        return any(arms.get(each.union, each.arm) != each.arm for each in other.choices)

    def overlaps(self, other: Cell) -> bool:
        """Whether they have bits in common."""
        return self.bit_offset < other.end and other.bit_offset < self.end

    def part(self, bit_offset: int, bit_size: int) -> str:
        """The name of some of its bits: ``data[0]``, ``data[2..5]``, or its path where neither."""
        stride = self._stride
        if not stride or (self.placed.count == 1 and isinstance(self.placed.member.type, Array)):
            return f"{self.path}[0]" if stride else self.path
        first = (bit_offset - self.bit_offset) // stride
        last = (bit_offset + bit_size - 1 - self.bit_offset) // stride
        if first == 0 and last == self.bit_size // stride - 1:
            return self.path
        return f"{self.path}[{first}]" if first == last else f"{self.path}[{first}..{last}]"

    @property
    def _stride(self) -> int:
        """Bits of an element of a one-dimensional array; 0 for anything else."""
        kind, count = self.placed.member.type, self.placed.count
        if not count or (isinstance(kind, Array) and isinstance(kind.element, Array)):
            return 0
        return self.bit_size // count


class Identity:
    """Layouts as a key: equal to themselves only, because comparing layouts costs a walk."""

    __slots__ = ("layouts",)

    def __init__(self, *layouts: RecordLayout) -> None:
        self.layouts = layouts

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.layouts)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Identity) and all(
            one is two for one, two in zip(self.layouts, other.layouts, strict=True)
        )


def cells(layout: RecordLayout) -> tuple[Cell, ...]:
    """Every cell of the record's own body, in order; members without bits are left out.

    A member whose record has a name is one cell: what lies in it is that record's affair. Of an
    array of records without a name the first element has no index, as in a layout's paths.
    """
    return _cells(Identity(layout))


def all_cells(layout: RecordLayout, prefix: str = "", base: int = 0) -> tuple[Cell, ...]:
    """Every cell, records with names taken apart too.

    The layout may be that of an aggregate: ``prefix`` leads to it (and ends with a dot), ``base``
    is the bit it begins at.
    """
    return tuple(_Walk(into_named=True).cells(layout, prefix, base, ()))


@lru_cache(maxsize=256)
def _cells(key: Identity) -> tuple[Cell, ...]:
    (layout,) = key.layouts
    return tuple(_Walk(into_named=False).cells(layout, "", 0, ()))


class _Walk:
    """One way through a layout, which numbers the unions as it meets them."""

    def __init__(self, *, into_named: bool) -> None:
        self._into_named = into_named
        self._unions = 0
        self._elements = 0

    def cells(
        self, layout: RecordLayout, prefix: str, base: int, choices: tuple[Choice, ...]
    ) -> Iterator[Cell]:
        """The cells of an aggregate that lies at a bit of the record."""
        is_union = layout.record.kind == "union"
        number = self._unions
        self._unions += is_union
        for index, placed in enumerate(layout.members):
            if is_copy(layout, placed) and not self._into_named:
                continue
            at = base + placed.bit_offset
            inside = choices
            if is_union:
                end = base + layout.bit_size
                inside = (*choices, Choice(number, index, base, at + placed.bit_size, end))
            yield from self._of(placed, prefix, at, inside)

    def _of(
        self, placed: MemberLayout, prefix: str, at: int, choices: tuple[Choice, ...]
    ) -> Iterator[Cell]:
        inner, name = placed.element, placed.member.name
        opaque = inner is None or (inner.record.name is not None and not self._into_named)
        if opaque or inner is None or self._elements + (placed.count or 0) > _MOST:
            if placed.bit_size:
                yield Cell(
                    path=f"{prefix}{name or f':{placed.member.bit_width}'}",
                    bit_offset=at,
                    bit_size=placed.bit_size,
                    choices=choices,
                    placed=placed,
                )
        elif placed.count is None:
            yield from self.cells(inner, f"{prefix}{name}." if name else prefix, at, choices)
        else:
            self._elements += placed.count
            for index in range(placed.count):
                start = at + index * inner.bit_size
                element = f"{name}[{index}]" if index or self._into_named else f"{name}"
                yield from self.cells(inner, f"{prefix}{element}.", start, choices)
