# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds that the uses of a few records are found as those of all are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from abicheck import abis
from abicheck.engine.fields import plots
from abicheck.engine.selection import wanted_records
from abicheck.engine.uses import Uses, UsesAsked
from abicheck.export import open_exports
from tests.export.trees import DictTree

_NAMES = [f"struct {letter}{more}" for letter in "abc" for more in ("", "x", "_t", "1", "2", "3")]
_LINES = st.builds(
    "#define {}_{} _IO{}('k', {}, {})\n".format,
    st.sampled_from(["GET", "SET"]),
    st.integers(0, 9),
    st.sampled_from(["R", "W", "WR"]),
    st.integers(0, 9),
    st.sampled_from([*_NAMES, "struct  a", "a_t", "struct a[2]", "int"]),
)
_TEXTS = st.lists(_LINES, max_size=6).map("".join)


@given(_TEXTS, _TEXTS, st.permutations([*_NAMES, "a_t", "int", "struct absent"]))
def test_asking_for_names_finds_what_reading_everything_does(
    one: str, two: str, names: list[str]
) -> None:
    """Whatever headers define, in whatever order and however many names are asked for."""
    tree = DictTree({"include/uapi/linux/one.h": one, "include/uapi/linux/two.h": two})
    exports = open_exports(tree)
    worlds = {name: exports.world(abis.get(name)) for name in ("x86_64", "arm")}
    plot = plots(exports, worlds, ("",), wanted_records(("*",)), tree)
    whole, asked = Uses(plot), UsesAsked(plot)
    assert [asked.of(name) for name in names] == [whole.of(name) for name in names]
