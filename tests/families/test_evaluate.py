# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds that constants get the numbers a C compiler gives them."""

from __future__ import annotations

from operator import add, and_, mul, or_, sub, xor
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck.families.evaluate import Evaluator, UnevaluatedError
from abicheck.families.scan import read_text
from tests.families.sheets import found, numbers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Cc1

_EXPRESSIONS = {
    "BASE + 3": 103,
    "_BITULL(5)": 32,
    "_BITUL(31)": 1 << 31,
    "1U << 4": 16,
    "(1ULL << 40)": 1 << 40,
    "0xffbadab1": 0xFFBADAB1,
    "'A'": 65,
    "'\\n'": 10,
    "FOURCC('A', 'B', 'C', 'D')": 0x44434241,
    "((__u32)1 << 3)": 8,
    "(BASE | 3) & ~1": 102,
    "017": 15,
    "BASE == 100 ? 7 : 8": 7,
    "-1": 0xFFFFFFFF,
    "_AC(5, UL)": 5,
}
_PRELUDE = (
    "#define BASE 100\n#define FOURCC(a, b, c, d) \\\n ((__u32)(a) | ((__u32)(b) << 8) | "
    "((__u32)(c) << 16) | ((__u32)(d) << 24))\n"
)


@pytest.mark.parametrize(("text", "number"), _EXPRESSIONS.items(), ids=list(_EXPRESSIONS))
def test_an_expression_has_its_number(text: str, number: int) -> None:
    """Every kind of expression that uapi headers use is evaluated."""
    assert numbers(f"{_PRELUDE}#define CAP_A {text}\n") == {"CAP_A": number}


@pytest.mark.parametrize(
    "text",
    ["sizeof(struct foo)", "UNKNOWN + 1", "1 / 0", "CAP_A", "1 << 9999", "return 1;", '"text"'],
)
def test_what_cannot_be_evaluated_is_told_with_its_text(text: str) -> None:
    """Nothing is dropped: the definition stays, without a number and with a reason."""
    (only,) = found(f"#define CAP_A ({text})\n")
    assert only.number is None
    assert only.problem
    assert only.text == f"({text})"


_OPERATORS = {"+": add, "-": sub, "*": mul, "|": or_, "&": and_, "^": xor}
_VALUES = st.recursive(
    st.integers(0, 99).map(lambda number: (str(number), number)),
    lambda part: st.tuples(part, st.sampled_from(sorted(_OPERATORS)), part).map(
        lambda row: (
            f"({row[0][0]} {row[1]} {row[2][0]})",
            _OPERATORS[row[1]](row[0][1], row[2][1]),
        )
    ),
    max_leaves=12,
)


@given(_VALUES)
def test_arithmetic_is_pythons(pair: tuple[str, int]) -> None:
    """On the operators both have, an expression means what it means in Python."""
    text, number = pair
    assert Evaluator((read_text("x.h", b""),)).expression(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "#define CAP_A " + "(" * 3000 + "1" + ")" * 3000 + "+1\n",
        "#define CAP_A " + "1+" * 5000 + "1\n",
        "#define CAP_A " + "1+" * 1500 + "1\n",
        "#define CAP_A " + "-" * 2000 + "1\n",
        "".join(f"#define CAP_{n} (CAP_{n + 1} + 1)\n" for n in range(200)),
        "".join(f"#define CAP_{n} (CAP_{n + 1} * CAP_{n + 1})\n" for n in range(60))
        + "#define CAP_60 3\n",
        "".join(f"#define F{n}(x) (F{n + 1}(x) + F{n + 1}(x))\n" for n in range(60))
        + "#define F60(x) x\n#define CAP_A F0(1)\n",
    ],
    ids=["parentheses", "sum", "shorter sum", "signs", "chain", "square of squares", "doubling"],
)
def test_no_expression_runs_away(text: str) -> None:
    """A header can make neither time nor memory explode: what is too much is not evaluated."""
    assert any(d.problem for d in found(text))


_HEADERS = (
    "kvm", "vfio", "bpf", "fuse", "input-event-codes", "videodev2", "io_uring", "nl80211",
    "perf_event", "landlock", "sched", "in", "if_link",
)  # fmt: skip


@pytest.mark.parametrize("header", _HEADERS)
def test_the_compiler_agrees_on_real_headers(
    header: str, zig_tree: Callable[[str], Path], cc1: Callable[..., Cc1], tmp_path: Path
) -> None:
    """Every constant we evaluate in a real header has the number GCC gives it."""
    root = zig_tree("0.16.0")
    path = root / "any-linux-any" / "linux" / f"{header}.h"
    text = read_text(path.name, path.read_bytes())
    evaluator = Evaluator((text,))
    ours: dict[str, int] = {}
    for name, definition in text.by_name.items():
        try:
            if not definition.condition:
                ours[name] = evaluator.name(name)
        except UnevaluatedError:
            continue
    source = f"#include <linux/{header}.h>\n" + "".join(
        f"unsigned long long value_{name} = (unsigned long long)({name});\n" for name in ours
    )
    libc = tmp_path / "sys" / "time.h"
    libc.parent.mkdir()
    libc.write_text(
        "struct timeval { long tv_sec, tv_usec; }; struct timespec { long tv_sec, tv_nsec; };\n"
    )
    folders = (tmp_path, root / "any-linux-any", root / "x86-linux-any")
    flags = [part for folder in folders for part in ("-isystem", str(folder))]
    theirs = _values(cc1("x86_64-linux-gnu").assemble(source, "-ffreestanding", *flags))
    assert len(ours) > 20
    wrong = {
        name: (number, theirs.get(name))
        for name, number in ours.items()
        if theirs.get(name) not in _as_c(number)
    }
    assert not wrong


def _as_c(number: int) -> tuple[int, ...]:
    """What C makes of a number, by the width and the sign of the expression's type."""
    mask, low = (1 << 64) - 1, (1 << 32) - 1
    signed = number | mask ^ low if number >> 31 == 1 else number
    return number & mask, signed & mask, number & low if number < 0 else number & mask


def _values(assembly: str) -> dict[str, int]:
    values: dict[str, int] = {}
    name = ""
    for line in assembly.splitlines():
        words = line.split()
        if line.startswith("value_"):
            name = line[len("value_") :].rstrip(":")
        elif words[:1] == [".quad"] and name:
            values[name] = int(words[1], 0) & (1 << 64) - 1
            name = ""
        elif words[:1] == [".zero"] and name:
            values[name] = 0
            name = ""
    return values
