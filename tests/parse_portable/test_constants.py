# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests constant expressions against GCC: the value and the type of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abicheck import abis
from abicheck.model import ScalarKind
from abicheck.parse.constants import (
    Number,
    Scope,
    UnknownValueError,
    Widths,
    evaluate,
    parse_expression,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Cc1

_CASTS = ("int", "unsigned", "char", "signed char", "unsigned short", "long", "unsigned long")
_LITERALS = (
    *("0", "1", "2", "7", "31", "0x7f", "0377", "0x7fffffff", "2147483647", "2147483648"),
    *("0x80000000", "0xffffffff", "4294967295", "4294967296", "0x8000000000000000", "1u", "3L"),
    *("0xffu", "5UL", "6ll", "8ULL", "0xffffffffffffffffull", "0b1011", "'a'", "'\\n'", "'\\377'"),
    *("'\\x41'", "'ab'", "'RIFF'", "'\\0'"),
)
_BINARY = ("+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "<", ">", "<=", ">=", "==", "!=")
_LOGICAL = ("&&", "||")


class _NoNames(Scope):
    """A scope in which casts name plain types, and nothing else is declared."""

    def scalar(self, typename: Any) -> ScalarKind:
        """The type a cast spells."""
        words = typename.type.type.names
        spelled = " ".join(words)
        return ScalarKind("unsigned int" if spelled == "unsigned" else spelled)

    def measure(self, operand: Any) -> tuple[int, int]:
        """The size of a plain type."""
        size = self.widths.bits[self.scalar(operand)] // 8
        return size, size


def _extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({}{})".format, st.sampled_from(["-", "~", "!", "+"]), inner),
        st.builds("({} {} {})".format, inner, st.sampled_from((*_BINARY, *_LOGICAL)), inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.builds("(({}){})".format, st.sampled_from(_CASTS), inner),
        st.builds("sizeof({})".format, st.sampled_from(_CASTS)),
    )


_EXPRESSIONS = st.recursive(st.sampled_from(_LITERALS), _extend, max_leaves=8)


def _claim(text: str, number: Number) -> str:
    value = f"{number.value}ull" if number.value >= 0 else f"(-{-number.value - 1}ll - 1)"
    return (
        f"_Static_assert(({text}) == {value}, {chr(34)}value{chr(34)});\n"
        f"_Static_assert(__builtin_types_compatible_p(__typeof__({text}), {number.kind}), "
        f"{chr(34)}type{chr(34)});\n"
    )


@pytest.mark.parametrize("name", ["x86_64", "i386", "arm"])
@settings(max_examples=25)
@given(texts=st.lists(_EXPRESSIONS, min_size=20, max_size=40))
def test_gcc_computes_the_same(cc1: Callable[..., Cc1], name: str, texts: list[str]) -> None:
    """Value and type of every expression that has one are GCC's, integers as wide as the ABI's."""
    abi = abis.get(name)
    scope = _NoNames(Widths.of(abi))
    source = ""
    for text in texts:
        try:
            number = evaluate(parse_expression(text), scope)
        except UnknownValueError:
            continue
        if number.kind not in (ScalarKind.INT128, ScalarKind.UINT128):
            source += _claim(text, number)
    cc1(*abi.gcc).assemble(source, "-w", "-std=gnu11")


def _value(text: str) -> Number:
    return evaluate(parse_expression(text), _NoNames(Widths.of(abis.get("x86_64"))))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1 / 0", "division by zero"),
        ("7 % (1 - 1)", "division by zero"),
        ("1 << 32", "a shift by 32"),
        ("1 >> -1", "a shift by -1"),
        ("nothing", "nothing"),
        ("f(1)", "a call of f"),
        ("'a", "no expression"),
        ("1 +", "no expression"),
        ("1); int b = (2", "no expression"),
        ("08", "no expression"),
        ("1.5", "the number 1.5"),
    ],
)
def test_what_has_no_value_says_why(text: str, why: str) -> None:
    """An expression without a value raises, with the reason in a few words."""
    with pytest.raises(UnknownValueError, match=why.replace("(", "\\(")):
        _value(text)


def test_only_the_taken_branch_needs_a_value() -> None:
    """What is not evaluated may be senseless, as in C."""
    assert _value("1 ? 2 : 1 / 0").value == 2
    assert _value("0 && 1 / 0").value == 0
    assert _value("1 || 1 / 0").value == 1
