# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that texts are read as headers_install leaves them."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pcpp import Preprocessor

from abicheck.checks.reading import decided, guard, read

if TYPE_CHECKING:
    from abicheck.checks.facts import HeaderFacts
    from abicheck.checks.reading import Reading


def _read(text: str) -> Reading:
    return read(cast("HeaderFacts", SimpleNamespace(lines=tuple(text.split("\n")))))


_CONDITIONS = st.sampled_from(
    [
        "ifdef __KERNEL__",
        "ifndef __KERNEL__",
        "if defined(__KERNEL__)",
        "if !defined(__KERNEL__)",
        "ifdef __EXPORTED_HEADERS__",
        "if defined(__KERNEL__) || !defined(__EXPORTED_HEADERS__)",
        "if !defined __KERNEL__ && defined __EXPORTED_HEADERS__",
        "if 0",
        "if 1",
    ]
)


@st.composite
def _nested(draw: st.DrawFn, depth: int = 3) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        if depth and draw(st.booleans()):
            lines.append(f"#{draw(_CONDITIONS)}")
            lines += draw(_nested(depth - 1))
            if draw(st.booleans()):
                lines += ["#elif defined(__KERNEL__)", *draw(_nested(depth - 1))]
            if draw(st.booleans()):
                lines += ["#else", *draw(_nested(depth - 1))]
            lines.append("#endif")
        else:
            lines.append("word")
    return lines


@given(_nested())
def test_what_survives_is_what_a_preprocessor_keeps(lines: list[str]) -> None:
    """Under conditions that are all decided, the words left are those that a program sees."""
    numbered = [f"{line}{at}" if line == "word" else line for at, line in enumerate(lines)]
    text = "\n".join(numbered)
    preprocessor = Preprocessor()
    preprocessor.define("__EXPORTED_HEADERS__ 1")
    preprocessor.parse(text)
    output = io.StringIO()
    preprocessor.write(output)
    kept = [line for line in output.getvalue().split() if line.startswith("word")]
    assert [token.text for token in _read(text).tokens] == kept


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ("defined(__KERNEL__) || defined(A)", None),
        ("defined(__KERNEL__) && defined(A)", False),
        ("!defined(__KERNEL__) || defined(A)", True),
        ("defined(A)", None),
        ("(defined(__KERNEL__))", None),
        ("__GNUC__ >= 3", None),
    ],
)
def test_conditions_are_decided_as_unifdef_does(condition: str, verdict: bool | None) -> None:
    """A condition is decided if what is known decides it, and left alone otherwise."""
    assert decided(condition) is verdict


def test_unknown_conditions_keep_both_branches() -> None:
    """What a program's compiler decides may be either."""
    assert [t.text for t in _read("#ifdef A\nb\n#else\nc\n#endif").tokens] == ["b", "c"]


def test_continued_directives_are_one() -> None:
    """A macro over three lines is one directive, and none of its lines are code."""
    (directive,) = _read("#define A \\\n\tb \\\n\tc\n").directives
    assert (directive.line, directive.last, directive.rest.split()) == (1, 3, ["A", "b", "c"])


def test_a_guard_may_stand_behind_an_include() -> None:
    """Only the first condition can be the guard, and only with its define."""
    found = guard(_read("#include <a.h>\n#ifndef G\n#define G\n#endif\n"))
    assert found is not None
    assert found.line == 2
    assert guard(_read("#ifndef A\nint a;\n#endif\n#ifndef G\n#define G\n#endif\n")) is None
    assert guard(_read("#ifdef A\n#endif\n#ifndef G\n#define G\n#endif\n")) is None
