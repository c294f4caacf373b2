# SPDX-License-Identifier: GPL-2.0-or-later
"""This module parses what most macros are, arithmetic on numbers and names, without pycparser.

The trees are the ones that pycparser makes, as far as evaluation reads them; its import alone
takes as long as parsing a header. What is anything more (a ``?:``, a string, a pointer) is left
to it, and so is whatever it may refuse.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

_TOKEN = re.compile(
    r"[ \t\n]*(?:"
    r"(?P<number>(?:0[xX][0-9a-fA-F]{1,16}|0[0-7]{0,21}|[1-9][0-9]{0,18})[uU]?(?:l|L|ll|LL)?)(?![\w.])"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?!\+\+|--|->|/[*/]|(?:<<|>>|[-+*/%&^|])=)(?P<sign><<|>>|[<>=!]=|&&|\|\||[-+*/%<>&^|~!(),])"
    r"|(?P<end>\Z))"
)
_RANKS = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", ">", "<=", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
_RANK = {sign: rank for rank, signs in enumerate(_RANKS) for sign in signs}
_SIGNS = ("-", "+", "~", "!")
_BASIC = frozenset(("char", "short", "int", "long", "signed", "unsigned"))
_TAGGED = ("struct", "union", "enum")
_RESERVED = _BASIC.union(
    ("asm", "auto", "break", "case", "const", "continue", "default", "do", "double", "else"),
    ("enum", "extern", "float", "for", "goto", "if", "inline", "offsetof", "register"),
    ("restrict", "return", "sizeof", "static", "struct", "switch", "typedef", "union", "void"),
    ("volatile", "while", "__int128"),
)
_NAME = re.compile(r"(?!__builtin|__\w+__$|_[A-Z]\w*[a-z])[A-Za-z_]\w*")
"""None of the keywords that compilers have of their own, such as ``_Bool``."""
_DEEPEST = 40
"""Brackets within brackets; what has more is pycparser's to refuse."""


class Constant(NamedTuple):
    """pycparser's node of a literal."""

    value: str


class ID(NamedTuple):
    """pycparser's node of a name."""

    name: str


class UnaryOp(NamedTuple):
    """pycparser's node of one operand."""

    op: str
    expr: Any


class BinaryOp(NamedTuple):
    """pycparser's node of two operands."""

    op: str
    left: Any
    right: Any


class ExprList(NamedTuple):
    """pycparser's node of arguments."""

    exprs: tuple[Any, ...]


class FuncCall(NamedTuple):
    """pycparser's node of a call."""

    name: ID
    args: ExprList | None


class IdentifierType(NamedTuple):
    """pycparser's node of a type without a tag."""

    names: tuple[str, ...]


class TypeDecl(NamedTuple):
    """pycparser's node around a type that is no pointer."""

    type: IdentifierType


class Typename(NamedTuple):
    """pycparser's node of a type in brackets; None stands for a record or an enum."""

    type: TypeDecl | None


class Cast(NamedTuple):
    """pycparser's node of a cast."""

    to_type: Typename
    expr: Any


class _BeyondError(Exception):
    """The text is more than arithmetic, or nothing at all."""


def parse_arithmetic(text: str, types: Container[str] = ()) -> Any:
    """The syntax tree of an expression, None where it is more than this module knows.

    ``types`` are the typedef names it may use.
    """
    try:
        parser = _Parser(tuple(_tokens(text)), types)
        tree = parser.binary(0)
    except _BeyondError:
        return None
    return None if parser.next else tree


def _tokens(text: str) -> Iterator[str]:
    """The tokens, the last one empty."""
    at = 0
    while match := _TOKEN.match(text, at):
        yield match[match.lastgroup or 0]
        if match.lastgroup == "end":
            return
        at = match.end()
    raise _BeyondError


class _Parser:
    """Reads tokens from left to right."""

    def __init__(self, tokens: tuple[str, ...], types: Container[str]) -> None:
        self._tokens = tokens
        self._types = types
        self._at = 0
        self._depth = 0

    @property
    def next(self) -> str:
        """The token that comes now."""
        return self._tokens[self._at]

    def binary(self, rank: int) -> Any:
        """Operands joined by operators that bind at least as tightly as the rank says."""
        left = self._operand()
        while (found := _RANK.get(self.next, -1)) >= rank:
            sign = self._take()
            left = BinaryOp(sign, left, self.binary(found + 1))
        return left

    def _take(self) -> str:
        token = self.next
        self._at += 1
        return token

    def _expect(self, token: str) -> None:
        if self._take() != token:
            raise _BeyondError

    def _operand(self) -> Any:
        first = self._take()
        if first in _SIGNS:
            return UnaryOp(first, self._deeper(self._operand))
        if first == "(":
            return self._bracket()
        if first == "sizeof":
            return self._sizeof()
        if first[:1].isdigit():
            return Constant(first)
        if self._is_name(first):
            return self._call(ID(first)) if self.next == "(" else ID(first)
        raise _BeyondError

    def _is_name(self, token: str) -> bool:
        """Whether it names a value or a function, and can be nothing else."""
        special = token in _RESERVED or token in self._types
        return not special and _NAME.fullmatch(token) is not None

    def _deeper(self, read: Any) -> Any:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _BeyondError
        found = read()
        self._depth -= 1
        return found

    def _bracket(self) -> Any:
        if self.next in _BASIC or self.next in self._types:
            return self._cast()
        inner = self._deeper(lambda: self.binary(0))
        self._expect(")")
        if self.next == "(" or self.next[:1].isalnum() or self.next[:1] == "_":
            raise _BeyondError  # a cast to a type that nobody named, or a call
        return inner

    def _cast(self) -> Any:
        words = [self._take()]
        while words[0] in _BASIC and self.next in _BASIC:
            words.append(self._take())
        self._expect(")")
        named = Typename(TypeDecl(IdentifierType(tuple(words))))
        return Cast(named, self._deeper(self._operand))

    def _sizeof(self) -> Any:
        """Of a record or an enum: nothing that evaluates these trees has a layout of one."""
        self._expect("(")
        if self._take() not in _TAGGED or not self._is_name(self._take()):
            raise _BeyondError
        self._expect(")")
        return UnaryOp("sizeof", Typename(None))

    def _call(self, name: ID) -> Any:
        self._expect("(")
        arguments: list[Any] = []
        while self.next != ")":
            if arguments:
                self._expect(",")
            arguments.append(self._deeper(lambda: self.binary(0)))
        self._expect(")")
        if self.next == "(":
            raise _BeyondError
        return FuncCall(name, ExprList(tuple(arguments)) if arguments else None)
