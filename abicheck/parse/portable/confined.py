# SPDX-License-Identifier: GPL-2.0-or-later
"""This module confines pcpp to the include world and to a budget. Import it on use: pcpp is slow.

pcpp never opens a file here: what a header includes comes from the world or is not found.
"""

from __future__ import annotations

import posixpath
import time
from typing import TYPE_CHECKING, Any

from pcpp.preprocessor import Action, OutputDirective, Preprocessor

from abicheck.model import Span
from abicheck.parse.portable.conditions import holds
from abicheck.parse.portable.lexer import NOWHERE, Lexer, Token, column, line, lines
from abicheck.parse.portable.output import BudgetError
from abicheck.parse.unit import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abicheck.parse.portable.lexer import Place
    from abicheck.parse.portable.output import Output
    from abicheck.parse.unit import World

MAIN = "<includes>"
"""The name of the text that includes the headers asked for."""
DEPTH = 200
"""Includes within includes, as many as GCC and clang allow."""
LARGEST = 4 << 20
"""Bytes of one text; the largest header of Linux 6.19 has 0.7 million."""
TEXT = 64 << 20
"""Bytes of all texts in one unit; all headers of Linux 6.19 come to a tenth of it."""
WORK_FREE, WORK_PER_BYTE = 1 << 20, 20
"""What macro expansion may cost: characters looked at, and 32 for each expansion. Of the headers
of Linux 6.1 none costs more than 2.3 for each byte of text. A unit of work takes about 1 us."""
SECONDS = 60.0
_ASKS = ("__has_include", "__has_include_next", "__has_attribute", "__has_builtin")
_ATTRIBUTES = ("packed", "aligned", "vector_size", "mode", "unused", "deprecated", "may_alias")
_NEEDS_OPERAND = ("ifdef", "ifndef", "if", "elif", "pragma")


class Confined(Preprocessor):  # type: ignore[misc]
    """A preprocessor that sees the world alone; the names of its hooks are pcpp's."""

    def __init__(self, world: World, output: Output) -> None:
        """Starts without any macro."""
        super().__init__(Lexer())
        self.macros: dict[str, Any] = {}
        self.rewrite_paths: list[tuple[str, str]] = []
        self.t_INTEGER_TYPE = str
        self.lastdirective = Token("", "", NOWHERE)
        self._world = world
        self._output = output
        self._opened: list[Span] = []
        self._text = 0
        self._work = 0
        self._end = time.monotonic() + SECONDS

    @property
    def linemacro(self) -> int:
        """The value of ``__LINE__``; pcpp sets it to what it takes for a line, our place."""
        return self._line

    @linemacro.setter
    def linemacro(self, place: Place | int) -> None:
        self._line = line(place) if isinstance(place, tuple) else 0

    def command_line(self, arguments: Iterable[str]) -> None:
        """Takes ``-Dname=value`` and ``-Uname`` into account."""
        for argument in arguments:
            name, equals, value = argument[2:].partition("=")
            if argument.startswith("-U"):
                self.undef(name)
            elif argument.startswith("-D"):
                self.define(f"{name} {value}" if equals else f"{name} 1")

    def define(self, tokens: str | list[Token]) -> None:
        """Defines a macro; where its tokens stand is where it will be used."""
        listed = self.tokenize(tokens) if isinstance(tokens, str) else tokens
        super().define([token.loose() for token in listed])

    # --- texts --------------------------------------------------------------------------------

    def group_lines(self, text: str, source: str) -> Iterator[list[Token]]:
        """The logical lines of a text as tokens."""
        for raw in lines(text):
            found = [Token(kind, value, (source, position)) for kind, value, position in raw]
            if len(found) > 1 and found[-2].type == "UNTERMINATED":
                self.on_error(source, found[-2].place, "unterminated /* comment")
                found[-2] = Token("CPP_WS", " ", found[-2].place)
            yield found

    def include(self, tokens: list[Token], original: list[Token]) -> Iterator[Token]:
        """The tokens of an included header."""
        where = original[0]
        name = self._named(tokens, where)
        if name is None:
            return
        guard = self.include_once.get(name, "")
        if guard is None or (guard and guard in self.macros):
            return
        text = self._world.text(name)
        if text is None:
            return
        if len(self._opened) >= DEPTH:
            raise BudgetError(f"#include nested deeper than {DEPTH}")
        if len(text) > LARGEST:
            raise BudgetError(f"'{name}' is larger than {LARGEST >> 20} MiB")
        self._text += len(text)
        if self._text > TEXT:
            raise BudgetError(f"the headers come to more than {TEXT >> 20} MiB")
        if where.source != MAIN:
            self._opened.append(self._span(where.place))
        self._output.stacks.setdefault(name, self._stack())
        decoded = text.decode("utf-8", "replace").removeprefix("\ufeff")
        yield from self.parsegen(decoded, name, name)
        if where.source != MAIN:
            self._opened.pop()

    def _named(self, tokens: list[Token], where: Token) -> str | None:
        """The include path a directive names; None (and a problem) where there is no such."""
        spelled = "".join(token.value for token in tokens).strip()
        closing = {"<": ">", '"': '"'}.get(spelled[:1])
        end = spelled.find(closing, 1) if closing else -1
        if end < 0:
            self.on_error(where.source, where.lineno, "#include expects a file name")
            return None
        name = spelled[1:end]
        found = self._find(name, where.source if closing == '"' else None)
        if found is None:
            self.on_error(where.source, where.lineno, f"'{name}' file not found")
        return found

    def _find(self, name: str, includer: str | None) -> str | None:
        """The include path that a name means, None where the world has no such text."""
        folders = [""] if includer is None else [posixpath.dirname(includer), ""]
        for folder in folders:
            path = posixpath.normpath(posixpath.join(folder, name))
            if not path.startswith(("/", "..")) and self._world.text(path) is not None:
                return path
        return None

    # --- budget -------------------------------------------------------------------------------

    def expand_macros(self, tokens: list[Token], expanding_from: Sequence[str] = ()) -> list[Token]:
        """The tokens with their macros expanded; pcpp comes back here for each expansion."""
        self._work += 32 + sum([len(token.value) for token in tokens])
        if self._work > WORK_FREE + WORK_PER_BYTE * self._text:
            raise BudgetError("macros expand to far more text than the headers hold")
        if time.monotonic() > self._end:
            raise BudgetError(f"preprocessing takes longer than {SECONDS:.0f} seconds")
        expanded: list[Token] = super().expand_macros(tokens, list(expanding_from))
        return expanded

    # --- directives ---------------------------------------------------------------------------

    def on_directive_handle(
        self, directive: Token, toks: list[Token], _passing: bool, _before: list[Token]
    ) -> bool:
        """Lets a directive through to pcpp in a form that it can take."""
        self.lastdirective = directive
        if not toks and directive.value in _NEEDS_OPERAND:
            toks.append(Token("CPP_INTEGER", "0", directive.place))
        elif not toks and directive.value in ("define", "undef"):
            self.on_error(directive.source, directive.lineno, "macro name missing")
            raise OutputDirective(Action.IgnoreAndRemove)
        return True

    def on_directive_unknown(
        self, directive: Token, toks: list[Token], _passing: bool, _before: list[Token]
    ) -> bool | None:
        """None, which passes a pragma on to the output; true drops what else there is."""
        name = directive.value
        if name == "pragma":
            return None
        if name == "error":
            said = "".join(token.value for token in toks)
            self.on_error(directive.source, directive.lineno, f"#error {said}")
        elif name not in ("warning", "ident", "sccs", "line"):
            self.on_error(directive.source, directive.lineno, f"#{name} is not supported")
        return True

    def on_unknown_macro_in_defined_expr(self, token: Token) -> bool:
        """Whether a name that is no macro counts as defined."""
        return token.value in _ASKS

    def evalexpr(self, tokens: list[Token]) -> tuple[int, None]:
        """The value of an ``#if`` expression; 0 and a problem where it has none."""
        where = tokens[0]
        expanded = self._answered(self.expand_macros(self._answered(tokens)))
        try:
            return holds("".join(token.value for token in expanded)), None
        except ValueError as error:
            self.on_error(where.source, where.lineno, f"#if: {error}")
            return 0, None

    def _answered(self, tokens: list[Token]) -> list[Token]:
        """The tokens with each ``defined`` and ``__has_include`` replaced by 0 or 1."""
        kept: list[Token] = []
        solid = [token for token in tokens if token.type != "CPP_WS"]
        at = 0
        while at < len(solid):
            token = solid[at]
            at += 1
            answer = None
            if token.value == "defined":
                name, at = _operand(solid, at)
                answer = name in self.macros or name in _ASKS
            elif token.value in _ASKS and at < len(solid):
                operand, at = _operand(solid, at)
                answer = self._has(token, operand)
            if answer is not None:
                token.type, token.value = "CPP_INTEGER", str(int(answer))
            kept += [token, Token("CPP_WS", " ", token.place)]
        return kept

    def _has(self, token: Token, operand: str) -> bool:
        if token.value == "__has_attribute":
            return operand.strip("_") in _ATTRIBUTES
        if token.value != "__has_include":
            return False
        includer = token.source if operand.startswith('"') else None
        return self._find(operand[1:-1], includer) is not None

    # --- problems -----------------------------------------------------------------------------

    def on_error(self, _source: str, place: Place, message: str) -> None:
        """Notes an error."""
        self._output.problems.append(self.problem(message.strip(), place))

    def problem(self, message: str, place: Place) -> Problem:
        """An error at a place."""
        if place[0] in ("", MAIN):
            return Problem(message=message, span=None)
        return Problem(message=message, span=self._span(place), stack=self._stack())

    def _stack(self) -> tuple[Span, ...]:
        return tuple(reversed(self._opened))

    def _span(self, place: Place) -> Span:
        return Span(self._world.origin(place[0]), line(place), column(place))


def _operand(tokens: list[Token], at: int) -> tuple[str, int]:
    """What stands in the parentheses (or alone) at an index, and the index behind it."""
    if at >= len(tokens):
        return "", at
    if tokens[at].value != "(":
        return tokens[at].value, at + 1
    end = at + 1
    while end < len(tokens) and tokens[end].value != ")":
        end += 1
    return "".join(token.value for token in tokens[at + 1 : end]), end + 1
