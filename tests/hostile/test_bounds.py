# SPDX-License-Identifier: GPL-2.0-or-later
"""Headers that grow, nest and loop without end; this module proves that a run ends all the same."""

from __future__ import annotations

import resource
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from abicheck import isolate
from abicheck.engine import labour
from abicheck.isolate import Limits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.hostile.conftest import Ran

DEEP = 100_000
PROCESSOR = 10
"""Seconds of its own time that a child may use: those of a clock pass faster where others work."""
PATIENT = Limits(seconds=300.0, address_space=1 << 30)


def _doubling(rounds: int) -> str:
    """Macros of which each stands for ten of the one before."""
    steps = pairwise(f"L{index}" for index in range(rounds))
    return "#define L0 +1\n" + "".join(f"#define {b} {' '.join([a] * 10)}\n" for a, b in steps)


ENDLESS = {
    "includes itself": '#include "odd.h"\nstruct odd { int a; };',
    "includes itself in other words": '#include "./x/../odd.h"\nstruct odd { int a; };',
    "records": "struct odd {" + "struct {" * DEEP + "int a;" + "};" * DEEP + "};",
    "parentheses": f"struct odd {{ int a[{'(' * DEEP}1{')' * DEEP}]; }};",
    "braces": f"void f(void) {{{'{' * DEEP}{'}' * DEEP}}}\nstruct odd {{ int a; }};",
    "initialisers": f"int x[] = {'{' * DEEP}1{'}' * DEEP};\nstruct odd {{ int a; }};",
    "dimensions": f"struct odd {{ int a{'[1]' * 400}; }};",
    "brackets": f"struct odd {{ int a{'[1]' * 3000}; }};",
    "unions": "struct odd {" + "union { int b; struct {" * 127 + "int a;" + "}; };" * 127 + "};",
    "named unions": "struct odd {" + "union {" * 250 + "int a;" + "} b;" * 250 + "};",
    "stars": f"struct odd {{ int {'*' * (10 * DEEP)}a; }};",
    "functions": f"struct odd {{ int {'(*' * DEEP}a{')(void)' * DEEP}; }};",
    "sum": f"struct odd {{ char a[1{'+1' * (10 * DEEP)}]; }};",
    "signs": f"struct odd {{ char a[{'- ' * (2 * DEEP)}1]; }};",
    "choices": f"struct odd {{ char a[{'1?' * DEEP}1{':1' * DEEP}]; }};",
    "alignment": f"struct odd {{ int a; }} __attribute__((aligned({'1+' * DEEP}1)));",
    "typedefs": "typedef int t0;\n"
    + "".join(f"typedef t{n} t{n + 1};\n" for n in range(DEEP))
    + f"struct odd {{ t{DEEP} a; }};",
    "records in a row": "struct s0 { int a; };\n"
    + "".join(f"struct s{n + 1} {{ struct s{n} a; }};\n" for n in range(300))
    + "struct odd { struct s300 a; };",
    "laughs": _doubling(13) + "struct odd { char a[0 L12]; };",
    "errors": "".join(f"int x{n} = ;\n" for n in range(DEEP)) + "struct odd { int a; };",
    "itself": "struct odd { struct odd a; };",
    "itself in an array": "struct odd { int a; struct odd b[2]; };",
    "an unknown typedef": "typedef odd_t odd_t;\nstruct odd { odd_t a; };",
    "2^62 elements": "struct odd { char a[1UL << 62]; };",
    "2^60 elements": "struct odd { char a[1UL << 60]; };",
    "a square": "struct odd { int a[1000000000][1000000000]; };",
    "huge literal": "struct odd { char a[99999999999999999999999]; };",
    "negative": "struct odd { char a[-1]; };",
    "wide bit-field": "struct odd { int a : 99999999999; };",
    "huge alignment": "struct odd { int a; } __attribute__((aligned(1UL << 62)));",
    "comment without end": "/* " + "*" * DEEP,
    "condition without end": "#if 1\nstruct odd { int a; };",
    "string without end": 'static const char *s = "' + "x" * DEEP,
    "body without end": "struct odd { int a;",
    "function without end": "static inline int f(void) {\nstruct odd { int a; };",
    "half a line": "struct odd",
    "splices": "\\\n" * (10 * DEEP) + "struct odd { int a; };",
    "crash": "#pragma clang __debug crash\nstruct odd { int a; };",
    "parser crash": "#pragma clang __debug parser_crash\nstruct odd { int a; };",
    "fatal error": "#pragma clang __debug llvm_fatal_error\nstruct odd { int a; };",
    "stack": "#pragma clang __debug overflow_stack\nstruct odd { int a; };",
    "bytes": "struct odd { int \x00\x01\x02\x7f a; };\x1a" + "\ufffe" * 100,
    "not C": "\x7fELF" + "\x00\x01\x02\x03" * 1000,
}
"""Texts that cannot be laid out, by what is odd about them."""

LARGE = {
    "elements": ("struct odd { int a[250000000]; int b; };", 1_000_000_004),
    "members": ("struct odd {" + "".join(f"int a{n};\n" for n in range(50_000)) + "};", 200_000),
    "enumerators": (
        "enum e {" + "".join(f"E{n},\n" for n in range(DEEP)) + "};\nstruct odd { enum e a; };",
        4,
    ),
    "literal": (f'static const char s[] = "{"x" * 5_000_000}";\nstruct odd {{ int a; }};', 4),
    "line": (f"int x; /* {'x' * 15_000_000} */ struct odd {{ int a; }};", 4),
    "conditions": ("#if 1\n" * DEEP + "struct odd { int a; };\n" + "#endif\n" * DEEP, 4),
    "questions": (
        "".join(f"#ifdef A{n}\n#endif\n" for n in range(DEEP)) + "struct odd { int a; };",
        4,
    ),
    "macros": (
        "".join(f"#define M{n} {n}\n" for n in range(2 * DEEP)) + "struct odd { char a[M7]; };",
        7,
    ),
    "pragmas": ("#pragma pack(push, 1)\n" * 50_000 + "struct odd { char a; int b; };", 5),
    "attributes": (
        f"struct odd {{ char a; int b; }}{' __attribute__((packed))' * 10_000};",
        5,
    ),
    "records": (
        "".join(f"struct s{n} {{ int a; }};\n" for n in range(5000)) + "struct odd { int a; };",
        4,
    ),
}
"""Texts that are large and sound, with the size of ``struct odd``."""


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes longer than it may is given up soon, however busy the machine is."""
    confine = isolate._confine

    def bound(limits: Limits) -> None:
        confine(limits)
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR + 1))

    monkeypatch.setattr(isolate, "_confine", bound)
    monkeypatch.setattr(labour, "_PORTION", PATIENT)
    monkeypatch.setattr(labour, "_SINGLE", PATIENT)


@pytest.mark.parametrize("what", ENDLESS)
def test_what_has_no_end_ends(what: str, layout: Callable[..., Ran], tmp_path: Path) -> None:
    """A header beyond all bounds is not checked, for one reason (exit 2); its neighbour is."""
    folder = tmp_path / "tree"
    (folder / "odd.h").write_text(ENDLESS[what])
    (folder / "good.h").write_text("struct good { int a; };\n")
    ran = layout("struct odd", "struct good", ".")
    assert (ran.code, ran.err) == (2, "")
    assert {"struct good"} == ran.records - {f"struct s{n}" for n in range(101)}
    assert list(ran.reasons) == ["odd.h"]
    assert len(str(ran.reasons["odd.h"])) < 1000


@pytest.mark.parametrize("what", LARGE)
def test_what_is_large_is_laid_out(what: str, layout: Callable[..., Ran], tmp_path: Path) -> None:
    """A header that is merely large has the layout that a small one of the same kind has."""
    text, size = LARGE[what]
    (tmp_path / "tree" / "odd.h").write_text(text)
    ran = layout("odd", "odd.h")
    assert (ran.code, ran.err, ran.sizes) == (0, "", [size])


def test_deep_include_chains(layout: Callable[..., Ran], tmp_path: Path) -> None:
    """A chain of includes deeper than compilers follow is not checked; a shorter one is."""
    folder = tmp_path / "tree"
    for index in range(300):
        (folder / f"n{index}.h").write_text(f'#include "n{index + 1}.h"\n')
    (folder / "n300.h").write_text("struct end { int a; };\n")
    assert layout("end", "n200.h").records == {"struct end"}
    ran = layout("*", "n0.h")
    assert (ran.code, ran.reasons["n0.h"]) == (2, "#include nested too deeply")


def test_wide_include_trees(layout: Callable[..., Ran], tmp_path: Path) -> None:
    """Headers that include each other in every way are not checked, within bounds."""
    folder = tmp_path / "tree"
    names = [f"n{index}.h" for index in range(12)]
    text = "".join(f'#include "x/../{name}"\n#include "{name}"\n' for name in names)
    for name in names:
        (folder / name).write_text(text)
    ran = layout("*", "n0.h")
    assert ran.code == 2
    assert len(ran.reasons) == 1


def test_a_file_too_large_is_said_to_be(layout: Callable[..., Ran], tmp_path: Path) -> None:
    """A header of 100 MB is refused by its size, alone and among others."""
    folder = tmp_path / "tree"
    with (folder / "big.h").open("wb") as file:
        file.truncate(100_000_000)
    (folder / "good.h").write_text("struct good { int a; };\n")
    assert layout("big.h").err == "abicheck: error: big.h has more than 16 MiB\n"
    ran = layout(".")
    assert (ran.code, ran.records) == (2, {"struct good"})
