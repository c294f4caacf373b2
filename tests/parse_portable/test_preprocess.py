# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the preprocessor against GCC's, token by token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abicheck import abis
from abicheck.export import open_exports
from abicheck.parse.portable.lexer import lines
from abicheck.parse.portable.preprocess import preprocess
from abicheck.parse.predefined import predefined
from abicheck.vcs.directory import DirectoryTree
from tests.parse_portable.texts import HEADER, world, write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from abicheck.parse.unit import World
    from tests.conftest import Cc1


def _ours(seen: World, includes: Sequence[str]) -> list[str]:
    output = preprocess(seen, includes, predefined(seen.abi))
    assert output.problems == []
    return [token.value for token in output.tokens if token.type != "PRAGMA"]


def _gccs(cc1: Cc1, seen: World, includes: Sequence[str], folder: Path) -> list[str]:
    """The tokens GCC's preprocessor gives for the same texts, written to a folder."""
    write(seen, folder)
    source = "".join(f"#include <{name}>\n" for name in includes)
    macros = [f"-D{name}={value}" for name, value in predefined(seen.abi)]
    flags = ("-E", "-P", "-w", "-undef", "-nostdinc", "-std=gnu11", "-I", str(folder))
    produced = cc1.assemble(source, *flags, *macros, *seen.arguments)
    return [
        value
        for line in lines(produced)
        for kind, value, _ in line
        if kind != "CPP_WS" and line[0][1] != "#"
    ]


_TORTURE = r"""
#define EMPTY
#define LPAREN (
#define RPAREN )
#define F(x, y) x + y
#define ELLIP_FUNC(...) __VA_ARGS__
#define str(s) # s
#define xstr(s) str(s)
#define cat(x, y) x ## y
#define xcat(x, y) cat(x, y)
#define AB BA
#define BA AB
#define f(a) a*g
#define g(a) f(a)
#define obj (4 - 5)
#define func(x) obj + x
#define nothing()
#define args(fmt, args...) call(fmt, ## args)
#define opt(fmt, ...) call(fmt, ##__VA_ARGS__)
#define two(a, b) [a|b]
#define id(x) x
first: ELLIP_FUNC(F, LPAREN, 'a', 'b', RPAREN);
second: xstr(strncmp("abc\0d", "abc", '\4') == 0) xstr(AB  EMPTY  1);
third: xcat(x, 1) cat(1, 2) cat(AB, ) xcat(AB, BA) cat(, q) 0x ## 1;
fourth: f(2)(9) AB BA func(obj) func (3) func;
fifth: nothing() nothing( ) args("a") args("a", 1, 2) opt("b") opt("b", (1, 2), 3);
sixth: two(, ) two(x, ) two((1,2), two(3, 4)) id(id(id(two(id(1), id(2)))));
seventh: id(
  func
) (7) __LINE__ id(__LINE__
  ) __LINE__;
eighth: 1.5e+3 0x1.8p-3 10ULL .5 a.b->c ...;
#undef AB
ninth: AB BA;
#define AB(x) <x>
tenth: AB AB(1) AB (2) BA(3);
"""


@pytest.mark.parametrize("abi", ["x86_64", "arm"])
def test_tortured_macros_expand_as_gcc_expands_them(
    cc1: Callable[..., Cc1], tmp_path: Path, abi: str
) -> None:
    """Pasting, quoting, empty and variadic arguments, names that meet themselves: GCC's tokens."""
    seen = world(_TORTURE, abi)
    assert _ours(seen, [HEADER]) == _gccs(cc1(*seen.abi.gcc), seen, [HEADER], tmp_path)


_VALUES = st.integers(0, 9).map(str) | st.sampled_from(["X", "Y", "0xffu", "-1", "1ull", "'a'"])


def _condition(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = ["+", "-", "*", "&", "|", "^", "<", ">", "==", "!=", "&&", "||", "<=", ">="]
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(operators), inner),
        st.builds("(!{})".format, inner),
        st.builds("(~{})".format, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.sampled_from(["defined(X)", "defined Y", "!defined(Z)"]),
    )


_CONDITIONS = st.lists(st.recursive(_VALUES, _condition, max_leaves=6), min_size=10, max_size=40)


@settings(max_examples=15)
@given(conditions=_CONDITIONS)
def test_conditions_hold_where_gcc_says_they_hold(
    cc1: Callable[..., Cc1], tmp_path_factory: pytest.TempPathFactory, conditions: list[str]
) -> None:
    """Every #if takes the branch that GCC takes, in 64-bit integers of the right sign."""
    text = "#define X 3\n#define Y (X - 4)\n" + "".join(
        f"#if {condition}\nyes{number}\n#else\nno{number}\n#endif\n"
        for number, condition in enumerate(conditions)
    )
    seen = world(text)
    folder = tmp_path_factory.mktemp("conditions")
    assert _ours(seen, [HEADER]) == _gccs(cc1(*seen.abi.gcc), seen, [HEADER], folder)


@pytest.mark.parametrize("name", ["x86_64", "i386", "arm64be", "mipsn32"])
def test_a_kernel_tree_preprocesses_as_gcc_preprocesses_it(
    cc1: Callable[..., Cc1], fixture_tree: Path, tmp_path: Path, name: str
) -> None:
    """All headers of our miniature kernel come to the tokens that GCC's preprocessor gives."""
    abi = abis.get(name)
    seen = open_exports(DirectoryTree(fixture_tree, "fixture")).world(abi)
    assert seen is not None
    for header in seen.headers():
        ours = _ours(seen, [header.include])
        assert ours == _gccs(cc1(*abi.gcc), seen, [header.include], tmp_path), header


@pytest.mark.trees
@pytest.mark.parametrize("name", ["x86_64", "arm", "mipsn32"])
def test_linux_preprocesses_as_gcc_preprocesses_it(
    cc1: Callable[..., Cc1], linux_tree: Path, tmp_path: Path, name: str
) -> None:
    """So do all headers of Linux 6.1, but those whose errors both find."""
    abi = abis.get(name)
    seen = open_exports(DirectoryTree(linux_tree, "6.1")).world(abi)
    assert seen is not None
    compiler = cc1(*abi.gcc)
    for header in seen.headers():
        includes = (*seen.prelude(header.include), header.include)
        if preprocess(seen, includes, predefined(abi)).problems:
            with pytest.raises(AssertionError):
                _gccs(compiler, seen, includes, tmp_path)
        else:
            assert _ours(seen, includes) == _gccs(compiler, seen, includes, tmp_path), header
