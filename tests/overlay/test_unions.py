# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the arms of unions to what they are in memory."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abicheck import abis
from abicheck.layout import Layouter
from abicheck.model import RecordLayout
from abicheck.overlay.aliases import (
    aliases,
    bits_side_by_side,
    pointer_beside,
)
from abicheck.overlay.cells import all_cells, cells
from abicheck.overlay.unions import Bits, merged, overlays
from tests.checks.records import headers
from tests.checks.records import laid_out as all_laid_out
from tests.oracle.soups import soups
from tests.overlay.versions import INCLUDE, TYPES, laid_out

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.overlay.unions import Overlay
    from tests.oracle.soups import Soup

COMMON = abis.get("arm")
any_abi = st.sampled_from([abi.name for abi in abis.all_abis()])
RUN = """
struct run {
	__u8 head[32];
	union {
		struct {
			__u32 type;
			__u32 ndata;
			union {
				__u64 flags;
				__u64 data[16];
			};
		} system_event;
		__u8 padding[256];
	};
};
"""


def _overlays(soup: Soup, abi: str) -> list[tuple[RecordLayout, Overlay]]:
    layouter = Layouter(abis.get(abi), soup.declarations)
    layouts = [layouter.lay_out(record) for record in soup.records()]
    return [
        (layout, overlay)
        for layout in layouts
        if isinstance(layout, RecordLayout)
        for overlay in overlays(layout)
    ]


@given(soups(COMMON), any_abi)
def test_arms_lie_in_their_union(soup: Soup, abi: str) -> None:
    """An arm begins with its union and uses no more bits than that has."""
    for _, overlay in _overlays(soup, abi):
        assert overlay.used <= overlay.available
        for arm in overlay.arms:
            assert arm.bit_offset == overlay.bit_offset
            assert arm.end <= overlay.end
            assert all(arm.bit_offset <= cell.bit_offset for cell in arm.cells)
            assert all(cell.end <= arm.end for cell in arm.cells)


@given(soups(COMMON), any_abi)
def test_every_bit_of_a_union_is_an_arm_s_or_stale(soup: Soup, abi: str) -> None:
    """What an arm's members are, and what it leaves stale, is all of the union, and no bit both."""
    for _, overlay in _overlays(soup, abi):
        for arm in overlay.arms:
            taken = merged(Bits(cell.bit_offset, cell.end) for cell in arm.cells)
            stale = overlay.stale(arm)
            assert sum(run.size for run in (*taken, *stale)) == overlay.available
            assert merged((*taken, *stale)) == (Bits(overlay.bit_offset, overlay.end),)


@given(soups(COMMON), any_abi)
def test_aliases_are_what_lies_on_each_other_in_two_arms(soup: Soup, abi: str) -> None:
    """Cells share bits if and only if they exclude each other and overlap; both say so."""
    for layout, _ in _overlays(soup, abi):
        found = all_cells(layout)
        for one in found:
            for other in found:
                assert one.overlaps(other) is other.overlaps(one)
                assert one.excludes(other) is other.excludes(one)
                if one is not other and one.overlaps(other):
                    assert one.excludes(other)


@given(soups(COMMON), any_abi)
def test_an_alias_is_bits_that_both_have(soup: Soup, abi: str) -> None:
    """The bits of an alias lie in both of its cells, and those lie in different arms."""
    for _, overlay in _overlays(soup, abi):
        for alias in aliases(overlay):
            assert alias.bit_size > 0
            for cell in alias.cells:
                assert cell.bit_offset <= alias.bit_offset
                assert alias.bit_offset + alias.bit_size <= cell.end
            assert alias.cells[0].excludes(alias.cells[1])


@settings(max_examples=8, suppress_health_check=(HealthCheck.function_scoped_fixture,))
@given(text=headers())
def test_a_compiler_finds_every_cell_where_we_do(tmp_path: Path, host_cc: str, text: str) -> None:
    """A C compiler agrees about offset and size of each path, through all arms."""
    path = tmp_path / "random.h"
    path.write_text(text, encoding="utf-8")
    lines = [TYPES, text.replace(INCLUDE, "")]
    for name, across in all_laid_out(path, ("x86_64",)).items():
        for cell in all_cells(across.groups[0].layout):
            lines += [
                _assertion(f"__builtin_offsetof({name}, {cell.path}) * 8 == {cell.bit_offset}"),
                _assertion(f"sizeof((({name} *)0)->{cell.path}) * 8 == {cell.bit_size}"),
            ]
    done = subprocess.run(
        [*host_cc.split(), "-x", "c", "-std=gnu11", "-fsyntax-only", "-"],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _assertion(condition: str) -> str:
    return f'_Static_assert({condition}, "");'


def test_the_old_member_is_the_first_of_the_new_ones(tmp_path: Path) -> None:
    """flags and data[0] are the same 8 bytes at 40 on every ABI; writing flags leaves the rest."""
    for abi in abis.all_abis():
        layout = laid_out(tmp_path, RUN, abi.name)
        (alias,) = (alias for overlay in overlays(layout) for alias in aliases(overlay))
        assert (alias.one, alias.other) == ("system_event.flags", "system_event.data[0]")
        assert (alias.bit_offset, alias.bit_size, alias.is_exact) == (40 * 8, 64, True)
    outer, inner = overlays(laid_out(tmp_path, RUN, "i386"))
    assert (outer.used, outer.available) == (136 * 8, 256 * 8)
    assert outer.room is not None
    assert outer.room.path == "padding"
    assert inner.stale(inner.arms[0]) == (Bits(48 * 8, 168 * 8),)


def test_a_part_of_an_array_is_named_by_its_elements(tmp_path: Path) -> None:
    """What overlaps several elements of an array, or all, says which."""
    text = "struct s { union { struct { __u32 a; __u64 b; } x; __u32 words[6]; __u8 raw[8]; }; };"
    (overlay,) = overlays(laid_out(tmp_path, text, "x86_64"))
    named = {(alias.one, alias.other) for alias in aliases(overlay)}
    assert ("x.a", "words[0]") in named
    assert ("x.b", "words[2..3]") in named
    assert ("words[0..1]", "raw") in named


def test_bit_fields_that_are_arms_are_found(tmp_path: Path) -> None:
    """Bit-fields written beside each other in a union are all its first bits."""
    text = "struct pg { union { __u64 all; __u64 time:1, rdpmc:1, res:62; }; };"
    (overlay,) = overlays(laid_out(tmp_path, text, "x86_64"))
    assert [cell.path for cell in bits_side_by_side(overlay)] == ["time", "rdpmc", "res"]
    assert {cell.bit_offset for cell in bits_side_by_side(overlay)} == {0}


def test_a_pointer_over_an_integer_is_narrow_on_32_bit_abis_only(tmp_path: Path) -> None:
    """On ILP32 a pointer is half of the 64-bit integer beside it, on LP64 all of it."""
    text = "struct s { __u32 a; __u32 b; union { void *bitmap; __u64 padding2; }; };"
    for abi in ("i386", "arm", "ppc", "x86_64", "s390x"):
        (overlay,) = overlays(laid_out(tmp_path, text, abi))
        (pointer,), (integer,) = (arm.cells for arm in overlay.arms)
        assert pointer_beside(pointer, integer) is (abis.get(abi).bits == 32)
        assert not pointer_beside(integer, pointer)


def test_copies_of_an_arm_are_no_aliases(tmp_path: Path) -> None:
    """What __struct_group makes is one list of members under two names, and is told once."""
    text = (
        "#define GROUP(TAG, NAME, MEMBERS) union { struct { MEMBERS }; struct TAG { MEMBERS } "
        "NAME; }\nstruct s { GROUP(inner, grouped, __u32 a; __u32 b;); __u32 c; };"
    )
    record = laid_out(tmp_path, text, "arm", "struct s")
    assert [cell.path for cell in cells(record)] == ["grouped", "c"]
    assert not [alias for overlay in overlays(record) for alias in aliases(overlay)]
