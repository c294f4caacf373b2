# SPDX-License-Identifier: GPL-2.0-or-later
"""This module cuts a header's text into preprocessing tokens that know their line and column."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Raw: TypeAlias = tuple[str, str, int]
"""A token's type (in pcpp's names), text, and place."""

_COLUMN_BITS = 12
_LAST_COLUMN = (1 << _COLUMN_BITS) - 1

_TOKENS = re.compile(
    r"""
    (?P<CPP_WS>[ \t\f\v\r]+)
  | (?P<NEWLINE>\n)
  | (?P<CPP_LINECONT>\\[ \t\r]*\n)
  | (?P<CPP_COMMENT1>/\*.*?(?:\*/|\Z))
  | (?P<CPP_COMMENT2>//(?:[^\n\\]|\\[ \t\r]*\n|\\)*)
  | (?P<CPP_STRING>(?:u8|[uUL])?"(?:[^"\\\n]|\\.)*")
  | (?P<CPP_CHAR>[uUL]?'(?:[^'\\\n]|\\.)*')
  | (?P<CPP_ID>[A-Za-z_$][\w$]*)
  | (?P<CPP_INTEGER>\.?[0-9](?:[eEpP][+-]|[\w.])*)
  | (?P<CPP_DPOUND>\#\#)
  | (?P<CPP_POUND>\#)
  | (?P<PUNCTUATOR>\.\.\.|<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&^|]=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SPLICE = re.compile(r"\\[ \t\r]*\n")


class Token:
    """One preprocessing token; pcpp copies these and writes to their attributes."""

    __slots__ = ("expanded_from", "lineno", "source", "type", "value")

    expanded_from: list[str]

    def __init__(self, kind: str, value: str, lineno: int, source: str) -> None:
        """Name the attributes as pcpp does; ``lineno`` is a place, see :func:`line`."""
        self.type = kind
        self.value = value
        self.lineno = lineno
        self.source = source

    def __copy__(self) -> Token:
        """A token of its own; the list of macros it came from stays shared, as pcpp expects."""
        twin = Token(self.type, self.value, self.lineno, self.source)
        if hasattr(self, "expanded_from"):
            twin.expanded_from = self.expanded_from
        return twin


def line(place: int) -> int:
    """The line, counted from 1, of a place."""
    return place >> _COLUMN_BITS


def column(place: int) -> int:
    """The column, counted from 1, of a place; columns beyond 4095 read as 4095."""
    return place & _LAST_COLUMN


def tokens(text: str) -> list[Raw]:
    """Every token of a text, comments and white space among them."""
    found = []
    number, start = 1, 0
    for match in _TOKENS.finditer(text):
        kind = match.lastgroup or ""
        value = match.group()
        place = number << _COLUMN_BITS | min(match.start() - start + 1, _LAST_COLUMN)
        if kind == "PUNCTUATOR":
            kind = value
        elif "\n" in value:
            number += value.count("\n")
            start = match.start() + value.rindex("\n") + 1
            if kind == "CPP_STRING":
                value = _SPLICE.sub("", value)
        found.append((kind, value, place))
    return found


@lru_cache(maxsize=64)
def lines(text: str) -> tuple[tuple[Raw, ...], ...]:
    """The logical lines of a text, each closed by a line feed, with comments as spaces."""
    grouped: list[tuple[Raw, ...]] = []
    current: list[Raw] = []
    for kind, value, place in tokens(text):
        if kind == "NEWLINE":
            current.append(("CPP_WS", "\n", place))
            grouped.append(tuple(current))
            current = []
        elif kind in ("CPP_COMMENT1", "CPP_COMMENT2", "CPP_LINECONT"):
            current.append(("CPP_WS", " ", place))
        else:
            current.append((kind, value, place))
    if current:
        current.append(("CPP_WS", "\n", current[-1][2]))
        grouped.append(tuple(current))
    return tuple(grouped)


class Lexer:
    """The lexer pcpp uses for what is not a file: definitions and pasted tokens."""

    def __init__(self) -> None:
        """Start at the end of an empty text."""
        self._left: Iterator[Raw] = iter(())

    def clone(self) -> Lexer:
        """A lexer with a state of its own."""
        return Lexer()

    def input(self, text: str) -> None:
        """Start over at the beginning of a text."""
        self._left = iter(tokens(text))

    def token(self) -> Token | None:
        """The next token, None at the end."""
        kind, value, place = next(self._left, ("", "", 0))
        if not kind:
            return None
        if kind == "CPP_LINECONT":
            return Token(kind, value[1:-1], place, "")
        return Token("CPP_WS" if kind == "NEWLINE" else kind, value, place, "")
