# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what is true of the constants of any two versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abicheck.vcs.directory import DirectoryTree
from tests.diff.constants import FOLDER, HEADER, changes, compared, judged

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from abicheck.checks.changes.facts import Value

_ABIS = ("x86_64", "i386", "armeb")
_NAMES = st.sampled_from([f"{prefix}_{word}" for prefix in ("DEV", "ACT") for word in "ABCDEF"])
_VALUES = st.one_of(
    st.integers(0, 40).map(str),
    st.integers(0, 31).map(lambda bit: f"(1 << {bit})"),
    st.integers(0, 9).map(lambda number: f"(sizeof(long) + {number})"),
    _NAMES.map(lambda name: f"({name} | 0x100)"),
)
_CONDITIONS = st.sampled_from(["", "__x86_64__", "__KERNEL__", "__BIG_ENDIAN_BITFIELD", "PROGRAM"])


@st.composite
def _headers(draw: st.DrawFn) -> str:
    """A header with macros under conditions, and an enum."""
    lines = []
    for name in draw(st.lists(_NAMES, max_size=6, unique=True)):
        condition, value = draw(_CONDITIONS), draw(_VALUES)
        macro = f"#define {name} {value}"
        lines += [f"#ifdef {condition}", macro, "#endif"] if condition else [macro]
    members = draw(st.lists(st.sampled_from("PQRSTUVW"), max_size=6, unique=True))
    numbered = [
        f"{name} = {number}" if number is not None else name
        for name in members
        for number in [draw(st.none() | st.integers(0, 20))]
    ]
    if numbered:
        lines.append(f"enum zone {{ {', '.join(numbered)} }};")
    return "\n".join(lines) + "\n"


@given(_headers())
@settings(deadline=None, max_examples=60)
def test_a_version_and_itself_differ_in_nothing(text: str) -> None:
    """However a header is written, nothing is said of it against itself or a comment more."""
    assert judged(text, text, _ABIS) == []
    assert changes(text, f"/* A comment. */\n{text}", _ABIS).changes == ()


@given(_headers(), _headers())
@settings(deadline=None, max_examples=150)
def test_two_versions_mirror_each_other(one: str, other: str) -> None:
    """What came one way goes the other way, and numbers change places."""
    there = {c.name: (c.old, c.new) for c in changes(one, other, _ABIS).changes}
    back = {c.name: (c.old, c.new) for c in changes(other, one, _ABIS).changes}
    assert there.keys() == back.keys()
    for name, (old, new) in there.items():
        assert (_told(old), _told(new)) == (_told(back[name][1]), _told(back[name][0]))


def _told(value: Value | None) -> object:
    return value and (value.text, value.by_abi, value.enum)


@given(_headers(), st.sampled_from([f"{FOLDER}/aaa.h", f"{FOLDER}/zzz.h"]))
@settings(deadline=None, max_examples=60)
def test_a_header_may_be_moved_whole_behind_another(text: str, other: str) -> None:
    """Where the old header includes the new one, nothing changed for programs."""
    moved = {HEADER: f"#include <{other.removeprefix('include/uapi/')}>\n", other: text}
    assert judged({HEADER: text, other: ""}, moved, _ABIS) == []


@given(
    st.lists(st.sampled_from("ABCDEFGH"), min_size=1, unique=True),
    st.booleans(),
    st.sampled_from(["E_MAX", "__E_MAX", "NR_E", "E_LAST", "__E_AFTER_LAST"]),
)
@settings(deadline=None)
def test_an_enumerator_at_the_end_is_nobodys_affair(
    names: list[str], is_bounded: bool, marker: str
) -> None:
    """A new enumerator behind all others, in front of the marker, changes the marker alone."""
    end = [marker] if is_bounded else []
    old = f"enum e {{ {', '.join([*names, *end])} }};\n"
    new = f"enum e {{ {', '.join([*names, 'NEWEST', *end])} }};\n"
    assert judged(old, new, _ABIS) == []
    found = {c.name for c in changes(old, new, _ABIS).changes if c.old is not None}
    assert found == set(end)


@given(st.lists(st.sampled_from("ABCDEFGH"), min_size=2, unique=True), st.data())
@settings(deadline=None)
def test_an_enumerator_in_front_of_others_is_one_error(
    names: list[str], data: st.DataObject
) -> None:
    """Wherever it is put in, all behind it move, and it is told once."""
    at = data.draw(st.integers(0, len(names) - 1))
    more = [*names[:at], "NEWEST", *names[at:]]
    old, new = (f"enum e {{ {', '.join(each)} }};\n" for each in (names, more))
    (found,) = judged(old, new, _ABIS)
    assert found.rule == "enum-insert-in-middle"
    assert f"NEWEST is new in front of {names[at]}" in found.message


@pytest.mark.trees
@pytest.mark.parametrize("version", ["0.9.1", "0.13.0", "0.16.0", "0.17.0"])
def test_no_real_tree_differs_from_itself(zig_tree: Callable[[str], Path], version: str) -> None:
    """Two copies of one kernel's headers have the same constants."""
    old, new = (DirectoryTree(zig_tree(version), label) for label in ("old", "new"))
    assert compared(old, new).changes().changes == ()
