# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that sets of ABIs get names that are true, short and stable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck.abis import all_abis, compat_pairs
from abicheck.errors import UsageError
from abicheck.report.names import classes, describe, select, shortest

NAMES = tuple(abi.name for abi in all_abis())


@st.composite
def groups(draw: st.DrawFn) -> tuple[frozenset[str], list[str]]:
    """A set of ABIs and those it is a part of, in table order."""
    among = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    group = draw(st.sets(st.sampled_from(among), min_size=1))
    return frozenset(group), [name for name in NAMES if name in among]


@given(groups())
def test_a_description_is_true(drawn: tuple[frozenset[str], list[str]]) -> None:
    """Taken at its word, a description yields the very set it was made for."""
    group, among = drawn
    found = shortest(group, among, classes())
    meant = set(found.plus)
    for each in found.classes:
        meant |= each.members & set(among)
    assert meant - set(found.minus) == group


@given(groups())
def test_a_description_is_no_longer_than_a_list(
    drawn: tuple[frozenset[str], list[str]],
) -> None:
    """No set is described at greater length than by naming its members."""
    group, among = drawn
    assert len(describe(group, among)) <= max(len(", ".join(group)), len("all of loongarch"))


@given(groups())
def test_a_description_does_not_depend_on_order(
    drawn: tuple[frozenset[str], list[str]],
) -> None:
    """The same set in another order has the same name."""
    group, among = drawn
    assert describe(sorted(group), among) == describe(sorted(group, reverse=True), among)


@pytest.mark.parametrize(
    ("abis", "name"),
    [
        (NAMES, "all ABIs"),
        (set(NAMES) - {"i386"}, "all but i386"),
        (set(NAMES) - {"i386", "m68k"}, "all but i386, m68k"),
        ({abi.name for abi in all_abis() if abi.bits == 64}, "LP64"),
        ({abi.name for abi in all_abis() if abi.bits == 64} | {"x32"}, "x32, LP64"),
        ({abi.name for abi in all_abis() if abi.bits == 64} - {"alpha"}, "LP64 but alpha"),
        ({"i386"}, "i386"),
        ({"i386", "x86_64"}, "x86_64, i386"),
        ({abi.name for abi in all_abis() if abi.big_endian}, "big-endian"),
        ({abi.name for abi in all_abis() if abi.arch == "mips"}, "all of mips"),
    ],
)
def test_groups_have_the_names_people_use(abis: set[str], name: str) -> None:
    """Groups that people speak of are called what people call them."""
    assert describe(abis, NAMES) == name


def test_all_means_the_table() -> None:
    """Where not all of the table is in question, "all" says how many it means."""
    assert describe(NAMES[:20], NAMES[:20]) == "all 20 ABIs"
    assert describe(NAMES[1:20], NAMES[:20]) == "all 20 but x86_64"


def test_an_abi_name_selects_itself() -> None:
    """Every ABI can be asked for by its name alone, even where an architecture is called alike."""
    assert [select([name]) for name in NAMES] == [(name,) for name in NAMES]


@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        (["x86"], ("x86_64", "i386", "x32")),
        (["m68k", "x86_64"], ("x86_64", "m68k")),
        (["sparc*"], ("sparc64", "sparc")),
        (["LP64"], tuple(abi.name for abi in all_abis() if abi.bits == 64)),
        (["all"], NAMES),
    ],
)
def test_patterns_select_in_table_order(patterns: list[str], names: tuple[str, ...]) -> None:
    """Globs, architectures and classes mean their members, in the order of the table."""
    assert select(patterns) == names


def test_compat_selects_both_sides_of_every_pair() -> None:
    """``compat`` means all that run on another kernel and all whose kernels run others."""
    pairs = {name for pair in compat_pairs() for name in (pair[0].name, pair[1].name)}
    assert set(select(["compat"])) == pairs


def test_an_unknown_abi_is_told_the_nearest() -> None:
    """A misspelt ABI is an error that names what was probably meant."""
    with pytest.raises(UsageError, match="unknown ABI 'i368'; did you mean i386"):
        select(["i368"])
