# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what became of each bit of a record to what two layouts say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from abicheck import abis
from abicheck.layout import Layouter
from abicheck.model import RecordLayout
from abicheck.overlay.between import PADDING, Ground, between
from abicheck.overlay.cells import cells
from abicheck.overlay.explain import explained
from abicheck.overlay.fillings import filling, taken_out
from tests.checks.records import headers, under
from tests.checks.records import laid_out as all_laid_out
from tests.oracle.soups import soups
from tests.overlay.versions import pair

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from abicheck.overlay.cells import Cell
    from abicheck.overlay.fillings import Forms
    from tests.oracle.soups import Soup

SOME = ("x86_64", "i386", "arm", "m68k", "ppc")
_FEW = settings(max_examples=8, suppress_health_check=(HealthCheck.function_scoped_fixture,))

GROUNDS = {
    "hole": ("__u32 a; __u64 b;", "__u32 a; __u32 n; __u64 b;", Ground.HOLE, Ground.MEMBER),
    "tail": ("__u64 b; __u32 a;", "__u64 b; __u32 a; __u32 n;", Ground.TAIL, Ground.BEYOND),
    "reserved": (
        "__u32 a; __u32 rsv[3];",
        "__u32 a; __u32 n; __u32 rsv[2];",
        Ground.RESERVED,
        None,
    ),
    "reserved bits": (
        "__u32 a:1, unused:31; __u32 b;",
        "__u32 a:1, n:1, unused:30; __u32 b;",
        Ground.RESERVED,
        None,
    ),
    "nameless bits": (
        "__u32 a:1, :31; __u32 b;",
        "__u32 a:1, n:1, :30; __u32 b;",
        Ground.RESERVED,
        None,
    ),
    "room": (
        "__u64 r; union { struct { __u32 a; } x; __u8 padding[64]; };",
        "__u64 r; union { struct { __u32 a; __u32 n; } x; __u8 padding[64]; };",
        Ground.ROOM,
        None,
    ),
    "new arm": (
        "__u64 r; union { struct { __u32 a; } x; __u8 padding[64]; };",
        "__u64 r; union { struct { __u32 a; } x; __u64 n; __u8 padding[64]; };",
        Ground.ROOM,
        None,
    ),
    "arm beside arms": (
        "union { __u64 x; struct { __u32 a; __u32 b; } y; __u8 padding[64]; };",
        "union { __u64 x; struct { __u32 a; __u32 b; __u64 n; } y; __u8 padding[64]; };",
        Ground.ROOM,
        None,
    ),
    "room beside an arm that is gone": (
        "union { struct { __u32 a; } x; struct { __u64 p; } y; __u8 padding[64]; };",
        "union { struct { __u32 a; __u32 n; } x; __u8 padding[64]; };",
        Ground.ROOM,
        None,
    ),
    "alias": (
        "__u32 a; __u32 b; __u64 data[4];",
        "__u32 a; __u32 b; union { __u64 n; __u64 data[4]; };",
        Ground.ALIAS,
        None,
    ),
    "alias and more": (
        "__u32 a; __u32 b; __u64 flags;",
        "__u32 a; __u32 b; union { __u64 flags; __u64 n[4]; };",
        Ground.BEYOND,
        None,
    ),
    "member": ("__u32 a; __u32 b;", "__u32 a; __u32 n; __u32 b;", Ground.MEMBER, None),
    "beyond": ("__u32 a; __u32 b;", "__u32 a; __u32 b; __u32 n;", Ground.BEYOND, None),
    "hole in an arm": (
        "union { struct { __u32 a; __u64 b; } x; __u8 padding[64]; };",
        "union { struct { __u32 a; __u32 n; __u64 b; } x; __u8 padding[64]; };",
        Ground.HOLE,
        Ground.MEMBER,
    ),
}


def _ground(folder: Path, old: str, new: str, abi: str) -> Ground:
    found = between(*pair(folder, f"struct s {{ {old} }};", f"struct s {{ {new} }};", abi))
    return next(each.ground for each in found.newcomers if each.cell.path.rpartition(".")[2] == "n")


@pytest.mark.parametrize("name", GROUNDS)
def test_a_new_member_s_bits_are_known(name: str, tmp_path: Path) -> None:
    """Whatever a new member's bits were before, it is found; on i386 a hole may be none."""
    old, new, wide, narrow = GROUNDS[name]
    assert _ground(tmp_path, old, new, "x86_64") is wide
    assert _ground(tmp_path, old, new, "arm") is wide
    assert _ground(tmp_path, old, new, "i386") is (narrow or wide)


def test_reserved_bytes_that_stay_reserved_are_nobody_new(tmp_path: Path) -> None:
    """A reserved array that is cut up, or shrinks, has no new members among its parts."""
    old = "struct s { __u32 a; __u32 rsv[4]; };"
    for new in ("__u32 rsv0; __u32 rsv1[3];", "__u32 pad; __u8 spare[12];", ":32; __u32 rsv[3];"):
        text = f"struct s {{ __u32 a; {new.replace(':32', '__u32 :32')} }};"
        found = between(*pair(tmp_path, old, text, "x86_64"))
        assert found.keeps
        assert not found.newcomers


def test_a_reserved_member_that_is_longer_is_the_same_one(tmp_path: Path) -> None:
    """More of a reserved array is no new member, wherever it ends."""
    old, new = (f"struct s {{ __u64 a; __u32 rsv[{count}]; }};" for count in (1, 4))
    assert not between(*pair(tmp_path, old, new, "x86_64")).newcomers


@_FEW
@given(text=headers())
def test_nothing_has_become_of_a_record_that_is_the_same(tmp_path: Path, text: str) -> None:
    """Between a layout and itself nobody has moved, gone or come, and nothing needs explaining."""
    path = tmp_path / "random.h"
    path.write_text(text, encoding="utf-8")
    for across in all_laid_out(path, SOME).values():
        forms: Forms = [(group.abis, group.layout, group.layout) for group in across.groups]
        for _, old, new in forms:
            found = between(old, new)
            assert found.keeps
            assert not found.newcomers
        assert filling(forms) is None
        assert taken_out(forms) is None
        assert not explained(forms).moves
        assert not explained(forms).sizes


@_FEW
@given(text=headers())
def test_who_comes_one_way_goes_the_other(tmp_path: Path, text: str) -> None:
    """The members that one direction calls new are those that the other calls gone."""
    path = tmp_path / "random.h"
    path.write_text(text, encoding="utf-8")
    found = list(all_laid_out(path, ("x86_64",)).values())
    for first, second in zip(found, found[1:] + found[:1], strict=True):
        old, new = under(first, "x86_64"), under(second, "x86_64")
        there, back = between(old, new), between(new, old)
        assert _paths(each.cell for each in there.newcomers) == _paths(back.gone)
        assert _paths(there.gone) == _paths(each.cell for each in back.newcomers)
        assert {(b.path, a.path) for b, a in there.displaced} == {
            (a.path, b.path) for b, a in back.displaced
        }


def _paths(found: Iterable[Cell]) -> set[str]:
    return {cell.path for cell in found if not cell.means_nothing}


@given(soups(abis.get("arm")), st.sampled_from(SOME), st.integers(0, 7))
def test_a_member_that_is_put_in_is_the_only_one_who_came(soup: Soup, abi: str, at: int) -> None:
    """It has come and nobody has gone; its bits were padding only if nobody had any of them."""
    layouter = Layouter(abis.get(abi), soup.declarations)
    for record in soup.records():
        if record.kind != "struct" or len(record.members) <= max(at, 1):
            continue
        fewer = (*record.members[:at], *record.members[at + 1 :])
        old = layouter.lay_out(replace(record, members=fewer))
        new = layouter.lay_out(record)
        assert isinstance(old, RecordLayout)
        assert isinstance(new, RecordLayout)
        found = between(old, new)
        known = _paths(cells(old))
        assert not found.gone
        assert _paths(each.cell for each in found.newcomers) == _paths(cells(new)) - known
        for each in found.newcomers:
            had = [cell for cell in cells(old) if cell.overlaps(each.cell)]
            assert (each.ground in (*PADDING, Ground.BEYOND)) is not bool(had)
            assert (each.ground in PADDING) is (not had and each.cell.end <= old.bit_size)


def _forms(folder: Path, old: str, new: str) -> Forms:
    return [
        ((abi.name,), *pair(folder, f"struct s {{ {old} }};", f"struct s {{ {new} }};", abi.name))
        for abi in abis.all_abis()
        if abi.name in SOME
    ]


def test_a_filling_names_who_keeps_and_who_moves(tmp_path: Path) -> None:
    """A named hole keeps all places on ABIs that had it and accounts for every move elsewhere."""
    forms = _forms(tmp_path, "__u32 a; __u64 b; __u32 c;", "__u32 a; __u32 pad; __u64 b; __u32 c;")
    found = filling(forms)
    assert found is not None
    assert found.same == ("x86_64", "arm", "ppc")
    assert found.names_padding_only
    told = explained(forms)
    assert told.moves == {(abi, path) for abi in ("i386", "m68k") for path in ("b", "c")}
    assert told.sizes == {"i386", "m68k"}
    assert told.tells_move(("i386",), "b")
    assert not told.tells_move(("x86_64",), "b")
    back = taken_out([(abi, new, old) for abi, old, new in forms])
    assert back is not None
    assert back.same == found.same


@pytest.mark.parametrize(
    "new",
    [
        "__u32 a; __u32 pad; __u64 b; __u64 c;",
        "__u32 z; __u32 a; __u64 b; __u32 c;",
        "__u32 a; __u32 pad; __u64 b;",
        "__u32 a; __u64 b; __u32 c; __u64 d;",
        "__u32 a; __aligned_u64 b; __u32 c; __u32 pad;",
    ],
)
def test_another_change_besides_is_no_filling(tmp_path: Path, new: str) -> None:
    """Where a member is wider, gone, behind or in front, moves have other causes too."""
    assert filling(_forms(tmp_path, "__u32 a; __u64 b; __u32 c;", new)) is None


def test_a_record_inside_moves_with_its_members(tmp_path: Path) -> None:
    """A move is told for the member with a body if it is told for what lies in the body."""
    old, new = "__u32 a; struct { __u64 b; } in;", "__u32 a; __u32 pad; struct { __u64 b; } in;"
    told = explained(_forms(tmp_path, old, new))
    assert told.tells_move(("i386",), "in")
    assert told.tells_move(("i386",), "in.b")
    assert not told.tells_move(("i386", "arm"), "in")


def test_an_outgrown_union_accounts_for_its_own_distance_only(tmp_path: Path) -> None:
    """What another new member moves further is not the union's doing."""
    old = "union { __u32 x; __u8 pad[8]; } u; __u64 p; __u64 q;"
    new = "union { __u32 x; __u64 y[2]; __u8 pad[8]; } u; __u64 p; __u64 n; __u64 q;"
    told = explained(_forms(tmp_path, old, new))
    assert told.tells_move(SOME, "p")
    assert not told.tells_move(("x86_64",), "q")
