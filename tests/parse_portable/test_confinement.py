# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that no header makes the portable front end leave its world or its bounds."""

from __future__ import annotations

import builtins
import io
import os
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck.parse import portable
from tests.parse_portable.texts import HEADER, parse, world

if TYPE_CHECKING:
    from collections.abc import Callable

_LAUGHS = "#define l0 ha ha ha ha ha ha ha ha ha ha\n" + "".join(
    f"#define l{n} {f'l{n - 1} ' * 10}\n" for n in range(1, 12)
)
_OUTSIDE = """
#include "/etc/passwd"
#include "../../../../etc/passwd"
#include <../etc/passwd>
#include </proc/self/environ>
#define PASSWD "/etc/passwd"
#include PASSWD
#include_next <linux/header.h>
#import "/etc/passwd"
#embed "/etc/passwd"
#if __has_include("/etc/passwd") || __has_include(<../../etc/passwd>)
#error there
#endif
struct s { int a; };
"""


@pytest.fixture
def no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any attempt to open a file, or to ask whether one is there, fails the test."""
    parse("#if 1\nstruct s { int a; };\n#endif\n")  # loads what is loaded on use

    def refuse(*_arguments: object, **_options: object) -> NoReturn:
        raise AssertionError("the disk was asked")

    for module, name in ((builtins, "open"), (io, "open"), (os, "open"), (os, "stat")):
        monkeypatch.setattr(module, name, refuse)


@pytest.mark.usefixtures("no_disk")
def test_nothing_outside_is_opened() -> None:
    """Absolute, climbing and computed names are not found; no file is opened or looked for."""
    seen = world(_OUTSIDE)
    unit = portable.parse(seen, [HEADER])
    assert list(unit.declarations.records) == ["struct s"]
    assert len(unit.problems) == 8
    assert set(seen.asked) <= {HEADER, "linux/etc/passwd", "etc/passwd"}


_PARTS = st.sampled_from(["..", ".", "", "linux", "header.h", "etc", "passwd", "~", "\0", "\\"])


@given(parts=st.lists(_PARTS, max_size=6), quoted=st.booleans())
def test_a_world_is_asked_for_clean_names_only(parts: list[str], quoted: bool) -> None:
    """Whatever a header includes, the world is asked for relative paths that never climb."""
    name = "/".join(parts)
    spelled = f'"{name}"' if quoted else f"<{name}>"
    seen = world(f"#include {spelled}\n#if __has_include({spelled})\n#endif\n")
    portable.parse(seen, [HEADER])
    for asked in seen.asked:
        assert not asked.startswith("/")
        assert ".." not in asked.split("/")


def test_a_quoted_name_is_looked_for_beside_its_includer() -> None:
    """A quoted name means the neighbour first, then the root; a climbing one inside is found."""
    unit = parse(
        '#include "near.h"\n#include "../far.h"\n#include "root.h"\n#include <near.h>\n',
        others={
            "linux/near.h": "struct near { int a; };",
            "near.h": "struct root_near { int a; };",
            "far.h": "struct far { int a; };",
            "root.h": "struct root { int a; };",
        },
    )
    assert unit.problems == ()
    names = ["struct near", "struct far", "struct root", "struct root_near"]
    assert list(unit.declarations.records) == names


_BOUNDED: dict[str, tuple[str, str]] = {
    "includes itself": ('#include "header.h"\n', "nested deeper"),
    "a billion laughs": (f"{_LAUGHS}int a = l11;", "expand to far more text"),
    "laughs in a condition": (f"{_LAUGHS}#if l11\n#endif", "expand to far more text"),
    "doubling arguments": (
        f"#define d(x) x x\n{'d(' * 40}a{')' * 40}\n",
        "expand to far more text",
    ),
    "a doubling name": (
        f"#define p(x) q(x,x)\n#define q(x, y) x##y\n{'p(' * 40}a{')' * 40}\n",
        "expand to far more text",
    ),
    "a line of 100 MB": ("int a;" * 17_000_000, "larger than 4 MiB"),
    "deep parentheses": (f"#if {'(' * 5000}1{')' * 5000}\n#endif", "nested too deeply"),
    "deep records": (f"{'struct { ' * 3000}int a;{' } x;' * 3000}", "nested too deeply"),
    "deep pointers": (f"struct s {{ int {'*' * 5000}a; }};", "nested too deeply"),
    "a long chain of macros": (
        "".join(f"#define B{n} B{n + 1}\n" for n in range(5000)) + "int a[B0];\n",
        "nested too deeply",
    ),
    "endless digits": (f"enum {{ A = {'9' * 100_000} }};", "the number 999"),
    "an endless shift": ("#if 1 << 1000000000\n#endif\n", "a shift by 1000000000"),
    "division by zero": ("#if 1 / 0\n#endif\n", "division by zero"),
    "a NUL": ("struct s { int \0a; };", "illegal character"),
}


@pytest.mark.parametrize("name", _BOUNDED)
def test_a_bound_ends_it_with_one_clear_problem(name: str) -> None:
    """A header that would never end, or fill memory, ends as a problem that says why."""
    text, message = _BOUNDED[name]
    unit = parse(text)
    assert len(unit.problems) == 1
    assert message in unit.problems[0].message


_LARGE: dict[str, Callable[[], str]] = {
    "enumerators": lambda: f"enum {{ {','.join(f'A{n}' for n in range(20_000))} }};",
    "conditions": lambda: "#if 1\n" * 20_000 + "#endif\n" * 20_000,
    "packings": lambda: "#pragma pack(push, 1)\n" * 20_000,
    "quotes": lambda: "'\"" * 20_000 + "\n" + "\\ " * 20_000,
    "comments": lambda: "/*/*" * 20_000,
    "an array of arrays": lambda: f"struct s {{ char a{'[999999999]' * 50}; }};",
}


@pytest.mark.parametrize("name", _LARGE)
def test_much_of_one_thing_takes_little_time(name: str) -> None:
    """Long input that is no attack on its own costs in proportion to its length."""
    unit = parse(_LARGE[name]() + "\n")
    assert len(unit.problems) < 20


_WORDS = """struct s t { } ( ) [ ] ; , : = * # ## define include if ifdef else elif endif pragma
pack __attribute__ (( )) aligned packed int typedef enum 1 0x 'a' "x" \\ /* */ // __VA_ARGS__ ...
typeof sizeof _Pragma defined __has_include < > << ? && ! undef F F( _Static_assert _Alignas asm
const __extension__ union . -> error line mode vector_size"""
_NOISE = st.lists(st.sampled_from([*_WORDS.split(), "\n", "\n", "\n#"]), max_size=60)


@given(words=_NOISE)
def test_no_text_makes_it_fall_over(words: list[str]) -> None:
    """Any sequence of words of C ends in a unit, never in an exception."""
    parse(" ".join(words))


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fall_over(data: bytes) -> None:
    """Nor do any bytes."""
    parse(data.decode("latin-1"))
