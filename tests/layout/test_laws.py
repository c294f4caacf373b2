# SPDX-License-Identifier: GPL-2.0-or-later
"""What holds for every layout whatever the record; this module checks it on generated ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from abicheck import abis
from abicheck.layout import LayoutCache, Layouter, geometry, group, layout_class
from abicheck.model import RecordLayout
from tests.oracle.soups import soups

if TYPE_CHECKING:
    from abicheck.model import Abi
    from tests.oracle.soups import Soup

ALL = abis.all_abis()
# What every ABI can parse: i386 has no __int128, and no __float128 outside x86.
COMMON = abis.get("arm")
any_abi = st.sampled_from(ALL)


def _layouts(soup: Soup, abi: Abi, cache: LayoutCache | None = None) -> list[RecordLayout]:
    layouter = Layouter(abi, soup.declarations, cache)
    found = [layouter.lay_out(record) for record in soup.records()]
    assert all(isinstance(layout, RecordLayout) for layout in found)
    return found  # type: ignore[return-value]


def _inner(layout: RecordLayout) -> list[RecordLayout]:
    below = [placed.element for placed in layout.members if placed.element is not None]
    return [layout, *(one for element in below for one in _inner(element))]


@given(soups(COMMON), any_abi)
def test_every_bit_is_accounted_for(soup: Soup, abi: Abi) -> None:
    """Members, holes and tail padding follow one another without gap or overlap."""
    for layout in (one for outer in _layouts(soup, abi) for one in _inner(outer)):
        runs = [(m.bit_offset, m.bit_size) for m in layout.members]
        if layout.record.kind == "union":
            assert all(start == 0 for start, _ in runs)
            runs = [max(runs, key=lambda run: run[1])] if runs else []
        runs += [(hole.bit_offset, hole.bit_size) for hole in layout.holes]
        end = 0
        for start, size in sorted(runs, key=lambda run: (run[0], run[0] + run[1])):
            assert start == end
            end = start + size
        assert end == layout.bit_size


@given(soups(COMMON), any_abi)
def test_alignment_is_kept(soup: Soup, abi: Abi) -> None:
    """Sizes are multiples of the record's alignment, offsets of the member's."""
    for layout in _layouts(soup, abi):
        assert layout.bit_size % layout.bit_align == 0
        assert layout.bit_align & (layout.bit_align - 1) == 0
        for placed in layout.members:
            assert placed.bit_offset % placed.bit_align == 0
            assert placed.bit_offset + placed.bit_size <= layout.bit_size


@given(soups(COMMON), any_abi)
def test_a_hole_follows_its_member(soup: Soup, abi: Abi) -> None:
    """``after`` of a hole names the member that ends where the hole starts."""
    for layout in _layouts(soup, abi):
        for hole in layout.holes:
            assert hole.bit_size > 0
            if hole.after < 0:
                assert hole.bit_offset == 0
                continue
            before = layout.members[hole.after]
            assert before.bit_offset + before.bit_size == hole.bit_offset


@given(soups(COMMON), any_abi, any_abi)
def test_equal_classes_give_equal_geometry(soup: Soup, one: Abi, other: Abi) -> None:
    """ABIs of one layout class lay the same declarations out alike, and share the objects."""
    cache = LayoutCache()
    first, second = _layouts(soup, one, cache), _layouts(soup, other, cache)
    if layout_class(one) == layout_class(other):
        assert all(mine is yours for mine, yours in zip(first, second, strict=True))


@given(soups(COMMON), any_abi)
def test_sharing_changes_nothing(soup: Soup, abi: Abi) -> None:
    """A cache that has served other ABIs yields what an empty one yields."""
    cache = LayoutCache()
    for other in ALL[::5]:
        _layouts(soup, other, cache)
    assert _layouts(soup, abi, cache) == _layouts(soup, abi)


@given(soups(COMMON))
def test_groups_are_a_partition_in_table_order(soup: Soup) -> None:
    """Every ABI is in one group; equal geometry is what makes a group; order is the table's."""
    cache = LayoutCache()
    table = {abi.name: _layouts(soup, abi, cache) for abi in ALL[::3]}
    for index in range(len(soup.records())):
        layouts = {name: found[index] for name, found in table.items()}
        groups = group(layouts)
        names = list(layouts)
        assert sorted((n for g in groups for n in g.abis), key=names.index) == names
        firsts = [names.index(g.abis[0]) for g in groups]
        assert firsts == sorted(firsts)
        keys = [geometry(g.layout) for g in groups]
        assert len(set(keys)) == len(keys)
        for g in groups:
            assert list(g.abis) == sorted(g.abis, key=names.index)
            assert all(geometry(layouts[name]) == geometry(g.layout) for name in g.abis)


@given(soups(COMMON), any_abi)
def test_the_order_of_questions_does_not_matter(soup: Soup, abi: Abi) -> None:
    """Records asked for from the last to the first are laid out as from the first to the last."""
    layouter = Layouter(abi, soup.declarations)
    backwards = [layouter.lay_out(record) for record in reversed(soup.records())]
    assert backwards[::-1] == _layouts(soup, abi)
