# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that rows lose nothing and keep their shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck.model import walk
from abicheck.report.rows import Cell, RowKind, rows, striking
from tests.report import records
from tests.report.headers import Header

if TYPE_CHECKING:
    from abicheck.model import Record, RecordLayout
    from abicheck.report.rows import Row

_TYPES = st.sampled_from(["__u8", "__u16", "__u32", "__u64", "unsigned long", "__u8 [3]"])


@st.composite
def bodies(draw: st.DrawFn, header: Header, names: tuple[str, ...], depth: int = 0) -> Record:
    """A record with members of those names, some of them in records without a name."""
    members = []
    for name in draw(st.permutations(names))[: draw(st.integers(1, len(names)))]:
        if depth < 3 and draw(st.integers(0, 3)) == 0:
            inner = draw(bodies(header, (f"{name}1", f"{name}2"), depth + 1))
            members.append(header.inline(inner, draw(st.sampled_from([None, name]))))
        else:
            members.append(header.m(draw(_TYPES), name))
    kind = draw(st.sampled_from(["struct", "struct", "union"]))
    return header.record(kind if depth else f"{kind} drawn", *members)


@st.composite
def layouts(draw: st.DrawFn) -> RecordLayout:
    """A drawn record under a drawn ABI."""
    header = Header()
    abi = draw(st.sampled_from(["x86_64", "i386", "m68k", "arm-oabi"]))
    return header.across(draw(bodies(header, tuple("abcdef"))), [abi]).groups[0].layout


def _nests(shown: list[Row]) -> bool:
    opened = []
    for row in shown:
        if row.kind is RowKind.OPEN:
            opened.append(row.key[0])
        elif row.kind is RowKind.CLOSE and (not opened or opened.pop() != row.key[0]):
            return False
    return not opened


@given(layouts())
def test_every_member_has_a_row_with_its_numbers(layout: RecordLayout) -> None:
    """One layout alone: its rows hold each member once, in order, with offset and size."""
    shown = [row for row in rows([layout]) if row.kind in (RowKind.MEMBER, RowKind.OPEN)]
    expected = [(leaf.bit_offset, leaf.placed.bit_size) for leaf in walk(layout)]
    assert [(c.bit_offset, c.bit_size) for row in shown for c in row.cells if c] == expected


@given(layouts())
def test_every_hole_has_a_row(layout: RecordLayout) -> None:
    """The bits that nothing covers are all shown, those of records inside too."""
    elements = [leaf.placed.element for leaf in walk(layout) if leaf.placed.element]
    holes = [hole.bit_size for each in (layout, *elements) for hole in each.holes]
    shown = [row.cells[0] for row in rows([layout]) if row.kind is RowKind.HOLE]
    assert sorted(cell.bit_size for cell in shown if cell) == sorted(holes)


@given(st.lists(layouts(), min_size=2, max_size=4), st.integers(0, 1))
def test_layouts_of_unlike_records_share_rows_that_nest(
    unlike: list[RecordLayout], ordered_by: int
) -> None:
    """However the layouts differ, braces pair up and each layout's members keep their numbers."""
    shown = rows(unlike, ordered_by)
    assert _nests(shown)
    assert len({row.key for row in shown}) == len(shown)
    for column, layout in enumerate(unlike):
        named = [leaf for leaf in walk(layout) if leaf.placed.member.name]
        cells = {
            row.key[0]: row.cells[column]
            for row in shown
            if row.cells[column] and row.kind is not RowKind.HOLE
        }
        for leaf in named:
            cell = cells.get(leaf.path)
            if cell is None:
                assert leaf.placed.element
            else:
                assert (cell.bit_offset, cell.bit_size) == (leaf.bit_offset, leaf.placed.bit_size)


@given(st.lists(layouts(), min_size=2, max_size=3))
def test_what_differs_is_never_left_out(unlike: list[RecordLayout]) -> None:
    """The short form keeps every row that differs, nests, and counts the rest."""
    shown = rows(unlike)
    short = list(striking(shown))
    kept = [row for row in short if not isinstance(row, int)]
    left_out = sum(row for row in short if isinstance(row, int))
    assert _nests(kept)
    assert len(kept) + left_out == len(shown)
    dropped = [row for row in shown if row not in kept]
    assert all(len({(c.offset, c.size) if c else None for c in row.cells}) == 1 for row in dropped)


def test_a_moved_member_keeps_its_row() -> None:
    """A member that went into a union is one row, with its old and its new offset."""
    old, new = (records.event(repaired=side).groups[1].layout for side in (False, True))
    (row,) = [row for row in rows([old, new], 1) if row.key == ("system_event.flags",)]
    assert [cell.offset for cell in row.cells if cell] == ["12", "16"]


def test_order_of_the_machine_is_a_move() -> None:
    """Bit-fields that change places are told apart by name, not by position."""
    header = Header()
    fields = [header.m("__u8", name, bits=4) for name in ("length", "version")]
    there = header.across(header.record("struct order", *fields), ["x86_64"]).groups[0].layout
    back = header.across(header.record("struct order", *fields[::-1]), ["x86_64"]).groups[0].layout
    shown = {row.key[0]: row.cells for row in rows([there, back])}
    assert [c.offset for c in shown["length"] if c] == ["0:0", "0:4"]


def test_a_named_record_is_opened_where_it_differs() -> None:
    """A record defined elsewhere stays closed while all see the same numbers in it."""
    header = Header()
    inner = header.record("struct point", header.m("__u8", "kind"), header.m("__u64", "x"))
    header.path = "include/uapi/linux/other.h"
    outer = header.record("struct line", header.m("struct point", "from"))
    by_abi = {g.abis[0]: g.layout for g in header.across(outer).groups}
    assert inner.name == "struct point"
    assert [row.kind for row in rows([by_abi["x86_64"]])] == [RowKind.MEMBER]
    assert RowKind.OPEN in [row.kind for row in rows([by_abi["x86_64"], by_abi["i386"]])]


@pytest.mark.parametrize(
    ("cell", "offset", "size"),
    [
        (Cell(96, 32), "12", "4"),
        (Cell(99, 5, as_bits=True), "12:3", "5b"),
        (Cell(96, 8, as_bits=True), "12:0", "8b"),
        (Cell(99, 29), "12:3", "29b"),
    ],
)
def test_cells_count_bytes_or_bits(cell: Cell, offset: str, size: str) -> None:
    """Bytes are plain, bit-fields say byte, bit and width."""
    assert (cell.offset, cell.size) == (offset, size)
