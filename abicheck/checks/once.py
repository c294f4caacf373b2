# SPDX-License-Identifier: GPL-2.0-or-later
"""This module keeps what a function has made of a value, by which value it was.

Two layouts, or two headers, are as long to compare as they are to walk; but what rules ask of one
they ask of the same object again and again.
"""

from __future__ import annotations

from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Value = TypeVar("Value")
Result = TypeVar("Result")


class _Same(Generic[Value]):
    """A value as a key: equal to itself only; while the key lives, so does the value."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value


def once(size: int) -> Callable[[Callable[[Value], Result]], Callable[[Value], Result]]:
    """A decorator: the function is called once for each of the last so many values."""

    def decorate(function: Callable[[Value], Result]) -> Callable[[Value], Result]:
        @lru_cache(maxsize=size)
        def known(key: _Same[Value]) -> Result:
            return function(key.value)

        @wraps(function)
        def kept(value: Value) -> Result:
            return known(_Same(value))

        return kept

    return decorate
