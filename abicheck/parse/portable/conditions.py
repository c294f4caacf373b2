# SPDX-License-Identifier: GPL-2.0-or-later
"""This module evaluates the expression of an ``#if``, in the preprocessor's 64-bit integers."""

from __future__ import annotations

from functools import lru_cache

from abicheck.model import ScalarKind
from abicheck.parse.constants import (
    Number,
    Scope,
    UnknownValueError,
    Widths,
    evaluate,
    parse_expression,
)


class _Preprocessor(Scope):
    """The scope of an ``#if``: no types, and every name left is 0 (C11 6.10.1)."""

    def __init__(self) -> None:
        super().__init__(Widths(dict.fromkeys(ScalarKind, 64), char_signed=True))

    def constant(self, _name: str) -> Number:
        """Nothing is declared yet."""
        return Number(0, ScalarKind.INT)


@lru_cache(maxsize=4096)
def holds(text: str) -> int:
    """The value of an expression whose macros are expanded; ValueError where it has none."""
    try:
        return evaluate(parse_expression(text), _Preprocessor()).value
    except UnknownValueError as reason:
        raise ValueError(str(reason)) from reason
