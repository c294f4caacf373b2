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


_MADE = """\
#define TAG(n) made_##n
#define TYPE(kind, n) kind made_ ## n
#define RECORD(n) struct whole_##n { int a; }
#define GET_ONE _IOR('k', 1, struct TAG(one))
#define GET_TWO _IOR('k', 2, TYPE(struct, two))
#define GET_OTHER _IOR('k', 3, struct OTHER(one))
"""


def test_a_name_that_a_macro_makes_is_the_name_it_makes() -> None:
    """A record whose tag is put together from words is used under the tag that comes out."""
    tree = DictTree({"include/uapi/linux/one.h": _MADE})
    exports = open_exports(tree)
    worlds = {name: exports.world(abis.get(name)) for name in ("x86_64", "arm")}
    plot = plots(exports, worlds, ("",), wanted_records(("*",)), tree)
    for uses in (Uses(plot), UsesAsked(plot)):
        assert [use.by for use in uses.of("struct made_one")] == ["GET_ONE"]
        assert [use.by for use in uses.of("struct made_two")] == ["GET_TWO"]
        assert uses.of("struct OTHER") == uses.of("struct TAG") == ()
