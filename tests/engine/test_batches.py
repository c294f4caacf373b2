# SPDX-License-Identifier: GPL-2.0-or-later
"""Headers parsed together give what they give alone; this module looks for a counterexample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck import abis
from abicheck.export import open_exports
from abicheck.vcs.directory import DirectoryTree
from tests.engine.units import alone, batched, new_harvester
from tests.export.trees import DictTree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SETS = {
    "undef": {
        "a.h": '#include "c.h"\n#undef N\n',
        "b.h": '#include "c.h"\nstruct b {\n#ifdef N\nlong long x;\n#endif\nint y; };\n',
        "c.h": "#ifndef C\n#define C\n#define N 1\n#endif\n",
    },
    "undef of what the command line defines": {
        "a.h": "#undef __packed\n#define __packed\n",
        "b.h": "struct b { char c; int x; } __packed;\n",
    },
    "keyword": {"a.h": "#define int long\n", "b.h": "struct b { int x; };\n"},
    "pasted": {
        "a.h": "#define WIDE_T 1\n",
        "b.h": "#define T(x) x##_T\nstruct b {\n#if T(WIDE)\nlong long x;\n#endif\nint y; };\n",
    },
    "pasted from parameters": {
        "a.h": "#define WIDE_T 1\n",
        "b.h": "#define P(x, y) x ## y\nstruct b {\n#if P(WIDE, _T)\nint x;\n#endif\nint y; };\n",
    },
    "condition": {
        "a.h": "#define LARGE\n",
        "b.h": "struct b {\n#ifdef LARGE\nlong long x;\n#endif\nint y; };\n",
    },
    "guard": {
        "a.h": "#ifndef G\n#define G\nstruct a { int x; };\n#endif\n",
        "b.h": "#ifndef G\n#define G\nstruct b { int x; };\n#endif\n",
    },
    "counter": {
        "a.h": "struct a { char x[__COUNTER__ + 1]; };\n",
        "b.h": "struct b { char x[__COUNTER__ + 1]; };\n",
    },
    "body in a file": {
        "a.h": 'struct a {\n#include "f.h"\n};\n',
        "b.h": 'struct b {\n#include "f.h"\n};\n',
        "f.h": "#ifndef F\n#define F\nint x;\n#endif\n",
    },
    "whole body in a file": {
        "a.h": 'struct a\n#include "f.h"\n',
        "b.h": 'struct b\n#include "f.h"\n',
        "f.h": "#ifndef F\n#define F\n{ int x; };\n#endif\n",
    },
    "pack left behind": {
        "a.h": "#pragma pack(1)\nstruct a { char c; int x; };\n",
        "b.h": "struct b { char c; int x; };\n",
    },
    "pack included": {
        "a.h": '#include "p.h"\nstruct a { char c; int x; };\n',
        "b.h": "struct b { char c; int x; };\n",
        "p.h": "#pragma pack(push, 1)\n",
    },
    "pushed macro": {
        "a.h": '#include "c.h"\n#pragma push_macro("N")\n#undef N\n#define N 9\n',
        "b.h": '#include "c.h"\n#pragma pop_macro("N")\nstruct b { char x[N]; };\n',
        "c.h": "#define N 1\n",
    },
    "borrowed record": {"a.h": "struct a { int x; };\n", "b.h": "struct b { struct a x; };\n"},
    "borrowed element": {"a.h": "struct a { int x; };\n", "b.h": "struct b { struct a x[2]; };\n"},
    "borrowed inside": {
        "a.h": "typedef int a_t;\n",
        "b.h": "struct b { struct { a_t x; } y; union { a_t z; }; };\n",
    },
    "borrowed target": {"a.h": "typedef int a_t;\n", "b.h": "struct b { a_t *x; };\n"},
    "borrowed through a typedef": {
        "a.h": "struct a { int x; };\n",
        "b.h": "typedef struct a b_t;\nstruct b { b_t x; };\n",
    },
    "borrowed by an include": {
        "a.h": "typedef int a_t;\n",
        "b.h": '#include "c.h"\nstruct b { int x; };\n',
        "c.h": "struct c { a_t x; };\n",
    },
    "borrowed constant": {"a.h": "enum { A = 3 };\n", "b.h": "struct b { char x[A]; };\n"},
    "borrowed constant of a macro": {
        "a.h": "enum { A = 3 };\n",
        "b.h": "#define N (A + 1)\nstruct b { char x[N]; };\n",
    },
    "borrowed size": {
        "a.h": "struct a { int x; };\n",
        "b.h": "struct b { char x[sizeof(struct a)]; };\n",
    },
    "borrowed enum": {"a.h": "enum a { A };\n", "b.h": "struct b { enum a x; };\n"},
    "redefined record": {
        "a.h": "struct s { int x; };\n",
        "b.h": "struct s { long long x; };\n",
        "c.h": '#include "b.h"\nstruct c { struct s x; };\n',
    },
    "redefined typedef": {
        "a.h": "typedef int t;\n",
        "b.h": "typedef long long t;\nstruct b { t x; };\n",
    },
    "redefined constant": {
        "a.h": "enum { N = 1 };\n",
        "b.h": "enum { N = 2 };\nstruct b { char x[N]; };\n",
    },
    "open body": {"a.h": "struct a { int x;\n", "b.h": "struct b { int x; };\n"},
    "no semicolon": {"a.h": "struct a { int x; }\n", "b.h": "struct b { int x; };\n"},
    "half a declaration": {"a.h": "typedef\n", "b.h": "struct b { int x; } c;\n"},
    "attribute at the end": {
        "a.h": "struct a { int x; };\n__attribute__((packed))\n",
        "b.h": "struct b { char c; int x; };\n",
    },
    "tag at the end": {"a.h": "struct a\n", "b.h": "{ int x; };\nstruct b { int x; };\n"},
    "open function": {
        "a.h": "static inline int f(void) {\n",
        "b.h": "struct b { int x; };\n",
    },
    "brackets": {
        "a.h": f"int x[{'(' * 300}1{')' * 300}];\n",
        "b.h": "struct b { int x; };\n",
    },
    "open condition": {"a.h": "#if 1\nstruct a { int x; };\n", "b.h": "struct b { int x; };\n"},
    "missing include": {
        "a.h": '#include "nowhere.h"\nstruct a { int x; };\n',
        "b.h": '#include "a.h"\nstruct b { int x; };\n',
    },
    "error directive": {"a.h": "#error no\n", "b.h": "struct b { int x; };\n"},
    "string that looks like a comment": {
        "a.h": '#define OPEN "/*"\n#define N 9\n#define CLOSE "*/"\n',
        "b.h": "struct b {\n#ifdef N\nlong long x;\n#endif\nint y; };\n",
    },
    "digraph": {
        "a.h": "%:define N 9\n",
        "b.h": "struct b {\n#ifdef N\nlong long x;\n#endif\nint y; };\n",
    },
    "spliced define": {
        "a.h": "#def\\\nine N 9\n",
        "b.h": "struct b {\n#ifdef N\nlong long x;\n#endif\nint y; };\n",
    },
    "too many errors": {
        "a.h": "".join(f"int x{n} = ;\n" for n in range(3000)),
        "b.h": "struct b { int x; };\n",
    },
}
"""Headers that a careless batch gets wrong."""


def _agree(texts: dict[str, str], names: tuple[str, ...] = ("x86_64", "i386", "m68k")) -> None:
    exports = open_exports(DictTree(texts))
    harvester = new_harvester()
    for name in names:
        world = exports.world(abis.get(name))
        assert world is not None
        assert batched(world, harvester)[0] == alone(world)


@pytest.mark.parametrize("what", SETS)
def test_headers_that_bear_on_each_other(what: str) -> None:
    """Headers whose macros, types and errors reach into each other give what they give alone."""
    for order in (1, -1):
        texts = dict(list(SETS[what].items())[::order])
        neighbours = {f"z{n}.h": f"struct z{n} {{ int x; }};\n" for n in range(3)}
        swapped = {name.translate(str.maketrans("ab", "ba")): text for name, text in texts.items()}
        _agree({**texts, **neighbours})
        if not any("include" in text for text in texts.values()):
            _agree({**swapped, **neighbours})


NAMES = ("A", "B", "N", "x", "y")
TAGS = ("s", "t", "u")
FILES = ("a.h", "b.h", "c.h", "d.h")

_sizes = st.sampled_from(("1", "2", "N", "A", "sizeof(struct s)", "sizeof(t_t)", "B + 1"))
_types = st.sampled_from(
    ("int", "char", "long long", "struct s", "struct t", "t_t", "u_t", "enum e", "A", "struct s *")
)
_members = st.builds(
    lambda ctype, name, size: f"{ctype} {name}{size}; ",
    _types,
    st.sampled_from(("x", "y", "z", "N", "A")),
    st.one_of(st.just(""), _sizes.map(lambda size: f"[{size}]")),
)
_pieces = st.one_of(
    st.builds(
        "#define {} {}\n".format,
        st.sampled_from(NAMES),
        st.sampled_from(("", "1", "2", "int", "char", "A")),
    ),
    st.builds("#undef {}\n".format, st.sampled_from(NAMES)),
    st.builds('#include "{}"\n'.format, st.sampled_from((*FILES, "nowhere.h"))),
    st.builds(
        lambda tag, members, end: f"struct {tag} {{ {''.join(members)}}}{end};\n",
        st.sampled_from(TAGS),
        st.lists(_members, min_size=1, max_size=3),
        st.sampled_from(("", "", " __packed", " __attribute__((packed))", " A")),
    ),
    st.builds("typedef {} {}_t;\n".format, _types, st.sampled_from(TAGS)),
    st.builds(
        "enum e {{ {} = {} }};\n".format, st.sampled_from(NAMES), st.sampled_from(("1", "3", "N"))
    ),
    st.builds("enum {{ {} }};\n".format, st.sampled_from(NAMES)),
    st.sampled_from(
        ("#pragma pack(1)\n", "#pragma pack()\n", "struct s;\n", "int f(t_t);\n", "}\n")
    ),
)
_conditional = st.builds(
    lambda word, name, yes, no: f"#{word} {name}\n{yes}#else\n{no}#endif\n",
    st.sampled_from(("ifdef", "ifndef")),
    st.sampled_from(NAMES),
    _pieces,
    _pieces,
)
_bodies = st.lists(st.one_of(_pieces, _pieces, _conditional), max_size=4).map("".join)


@st.composite
def _headers(draw: st.DrawFn) -> dict[str, str]:
    """A few small headers that share names, guarded or not."""
    texts = {}
    for file in FILES:
        body = draw(_bodies)
        guard = draw(
            st.sampled_from((file[0].upper() + "_H", file[0].upper() + "_H", "SAME_H", ""))
        )
        texts[file] = f"#ifndef {guard}\n#define {guard}\n{body}#endif\n" if guard else body
    return texts


@given(_headers())
def test_any_headers(texts: dict[str, str]) -> None:
    """However small headers define, undefine, include, redefine and borrow: together is alone."""
    _agree(texts, ("x86_64", "i386"))


def _whole(root: Path, names: tuple[str, ...]) -> None:
    exports = open_exports(DirectoryTree(root, "tree"))
    harvester = new_harvester()
    for name in names:
        world = exports.world(abis.get(name))
        assert world is not None
        together, shared = batched(world, harvester)
        assert together == alone(world)
        assert shared > len(together) * 0.9


@pytest.mark.trees
@pytest.mark.parametrize("abi", ["x86_64", "arm", "m68k", "ppc", "s390"])
def test_a_whole_source_tree(abi: str, linux_tree: Path) -> None:
    """Every header of a kernel gives in a batch what it gives alone; nine of ten share a unit."""
    _whole(linux_tree, (abi,))


@pytest.mark.trees
@pytest.mark.parametrize("version", ["0.9.1", "0.17.0"])
def test_whole_exported_headers(version: str, zig_tree: Callable[[str], Path]) -> None:
    """The same for exported headers, old and new, one harvester for several ABIs in turn."""
    _whole(zig_tree(version), ("x86_64", "i386", "mips"))
