# SPDX-License-Identifier: GPL-2.0-or-later
"""This module cuts a header's text into preprocessing tokens that know their line and column."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Raw: TypeAlias = tuple[str, str, int]
"""A token's type (in pcpp's names), text, and position: line and column in one number."""
Place: TypeAlias = tuple[str, int]
"""Include path and position; the position is negative where the place is loose."""
NOWHERE: Place = ("", -1)

_COLUMN_BITS = 12
_LAST_COLUMN = (1 << _COLUMN_BITS) - 1

_TOKENS = re.compile(
    r"""
    (?P<CPP_WS>[ \t\f\v\r]+)
  | (?P<NEWLINE>\n)
  | (?P<CPP_LINECONT>\\[ \t\r]*\n)
  | (?P<CPP_COMMENT1>/\*.*?\*/)
  | (?P<UNTERMINATED>/\*.*)
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
_WORDS = ("CPP_ID", "CPP_INTEGER")
"""What a line that ends in a backslash may break off in the middle of."""
_REMEMBERED = 1 << 16
"""Texts shorter than this are worth remembering: many headers include them."""
_SPLICE = re.compile(r"\\[ \t\r]*\n")


class Token:
    """One preprocessing token, with the attributes pcpp knows it by.

    pcpp gives every token of an expansion the place of the macro's name. We keep the places of
    what came from arguments, as compilers do: only a loose place, one in a definition, changes.
    """

    __slots__ = ("expanded_from", "place", "type", "value")

    expanded_from: list[str]

    def __init__(self, kind: str, value: str, place: Place) -> None:
        self.type = kind
        self.value = value
        self.place = place

    def __copy__(self) -> Token:
        """A token of its own; the list of macros it came from stays shared, as pcpp expects."""
        twin = Token(self.type, self.value, self.place)
        if hasattr(self, "expanded_from"):
            twin.expanded_from = self.expanded_from
        return twin

    @property
    def source(self) -> str:
        """The include path of the text the token stands in."""
        return self.place[0]

    @source.setter
    def source(self, _source: str) -> None:
        """pcpp sets the line at once, which brings the source along."""

    @property
    def lineno(self) -> Place:
        """What pcpp takes for a line number."""
        return self.place

    @lineno.setter
    def lineno(self, place: Place) -> None:
        if self.place[1] < 0:
            self.place = place

    def loose(self) -> Token:
        """A copy whose place is only a stand-in for that of the macro's use."""
        return Token(self.type, self.value, (self.place[0], -abs(self.place[1])))


def line(place: Place) -> int:
    """The line, counted from 1, of a place."""
    return abs(place[1]) >> _COLUMN_BITS


def column(place: Place) -> int:
    """The column, counted from 1, of a place; columns beyond 4095 read as 4095."""
    return abs(place[1]) & _LAST_COLUMN


def tokens(text: str) -> list[Raw]:
    """Every token of a text, comments and white space among them."""
    found = []
    number, start = 1, 0
    for match in _TOKENS.finditer(text):
        kind = match.lastgroup or ""
        value = match.group()
        position = number << _COLUMN_BITS | min(match.start() - start + 1, _LAST_COLUMN)
        if kind == "PUNCTUATOR":
            kind = value
        elif "\n" in value:
            number += value.count("\n")
            start = match.start() + value.rindex("\n") + 1
            if kind == "CPP_STRING":
                value = _SPLICE.sub("", value)
        found.append((kind, value, position))
    return found


def lines(text: str) -> tuple[tuple[Raw, ...], ...]:
    """The logical lines of a text, each closed by a line feed, with comments as spaces."""
    return _remembered(text) if len(text) < _REMEMBERED else _lines(text)


@lru_cache(maxsize=64)
def _remembered(text: str) -> tuple[tuple[Raw, ...], ...]:
    return _lines(text)


def _lines(text: str) -> tuple[tuple[Raw, ...], ...]:
    grouped: list[tuple[Raw, ...]] = []
    current: list[Raw] = []
    spliced = False
    for kind, value, position in tokens(text):
        if kind == "NEWLINE":
            current.append(("CPP_WS", "\n", position))
            grouped.append(tuple(current))
            current = []
        elif kind == "CPP_LINECONT":
            spliced = bool(current) and current[-1][0] in _WORDS
            continue
        elif kind in ("CPP_COMMENT1", "CPP_COMMENT2"):
            current.append(("CPP_WS", " ", position))
        elif spliced and kind in _WORDS:
            begun, first, start = current.pop()
            current.append((begun, first + value, start))
        else:
            current.append((kind, value, position))
        spliced = False
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
        kind, value, _ = next(self._left, ("", "", 0))
        if not kind:
            return None
        if kind == "CPP_LINECONT":
            return Token(kind, value[1:-1], NOWHERE)
        return Token("CPP_WS" if kind == "NEWLINE" else kind, value, NOWHERE)
