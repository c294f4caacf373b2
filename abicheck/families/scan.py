# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds every macro and enumerator of a header's text, under any ``#if``.

Nothing is preprocessed: a header is read once for all configurations, and each definition
carries the conditions around it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct, field

from abicheck.families.conditions import ConditionStack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.families.reservations import Kept

MAX_TEXT = 8 << 20
"""Bytes; no uapi header comes near it (the largest of 6.19 has 0.4 MB)."""

_MOST_ENUMERATORS = 1 << 17
"""Of one header; X-macros could multiply a few lines without end."""
_MANY = 40
"""Definitions that no header has without a comment among them."""
_BANNER = 2
"""Comments at the top of a copy: a licence, and what made it."""

_COMMENT = re.compile(
    r"""/\*.*?(?:\*/|\Z)|//(?:[^\n\\]+|\\\n?)*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""", re.DOTALL
)
_DIRECTIVE = re.compile(
    r"^[ \t]*\#[ \t]*(define|undef|ifdef|ifndef|if|elif|else|endif)\b((?:[^\n\\]+|\\\n?)*)",
    re.MULTILINE,
)
_DEFINE = re.compile(r"\s*(\w+)(\([^()]*\))?")
_ENUM = re.compile(r"\benum\b(?:\s+([A-Za-z_]\w*))?\s*\{([^{}]*)\}")
_SPLICE = re.compile(r"\\\n")
_ENUMERATOR = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:=\s*(.*))?\Z", re.DOTALL)
_CALL = re.compile(r"\s*([A-Za-z_]\w*)\s*\(([^()]*)\)")


class Macro(Struct, frozen=True):
    """A ``#define``; ``params`` is None for an object-like one."""

    name: str
    params: tuple[str, ...] | None
    body: str
    line: int
    condition: tuple[str, ...]


class Enumerator(Struct, frozen=True):
    """One enumerator; ``before`` is the one it follows in its branch, None at the start.

    ``home`` is what its enum goes by: the tag, or the first enumerator where it has none.
    """

    tag: str | None
    home: str
    name: str
    expression: str | None
    line: int
    condition: tuple[str, ...]
    before: Enumerator | None


class HeaderText(Struct):
    """What one header's text defines, in the order of its lines."""

    path: str
    macros: list[Macro] = field(default_factory=list)
    enumerators: list[Enumerator] = field(default_factory=list)
    comments: list[tuple[int, str]] = field(default_factory=list)
    by_name: dict[str, Macro | Enumerator] = field(default_factory=dict)
    """The first definition of each name."""
    _kept: tuple[Kept, ...] | None = None

    @property
    def kept(self) -> tuple[Kept, ...]:
        """The numbers that comments keep for names."""
        if self._kept is None:
            from abicheck.families.reservations import kept_by_comment

            rows = (row for line, text in self.comments for row in kept_by_comment(line, text))
            self._kept = tuple(rows)
        return self._kept


def is_stripped(text: HeaderText) -> bool:
    """Whether a tool took the comments out of a header, all but a banner."""
    names = len(text.macros) + len(text.enumerators)
    return names >= _MANY and len(text.comments) <= _BANNER and text.path.endswith(".h")


def read_table(content: bytes, result: HeaderText) -> None:
    """Takes the rows of a system call table: number, ABI, name."""
    for line, row in enumerate(content[:MAX_TEXT].decode("utf-8", "replace").split("\n"), 1):
        words = row.split("#", maxsplit=1)[0].split()
        if len(words) >= 3 and words[0].isdigit():
            macro = Macro(words[2], None, words[0], line, (f"abi {words[1]}",))
            result.macros.append(macro)
            result.by_name.setdefault(macro.name, macro)


@lru_cache(maxsize=1024)
def read_text(path: str, content: bytes) -> HeaderText:
    """All definitions and comments of a header; nothing of one larger than ``MAX_TEXT``."""
    result = HeaderText(path)
    if path.endswith(".tbl"):
        read_table(content, result)
        return result
    if len(content) > MAX_TEXT or b"\0" in content[:4096]:
        return result
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    blanked = _blank_comments(text, result.comments)
    _Reader(blanked, result).read()
    for macro in result.macros:
        result.by_name.setdefault(macro.name, macro)
    for enumerator in result.enumerators:
        result.by_name.setdefault(enumerator.name, enumerator)
    return result


def _blank_comments(text: str, comments: list[tuple[int, str]]) -> str:
    """The text without comments, line for line: a comment's newlines become splices."""
    line = 1
    counted = 0

    def blank(match: re.Match[str]) -> str:
        nonlocal line, counted
        found = match.group()
        if found[0] != "/":
            return found
        start = match.start()
        line += text.count("\n", counted, start)
        counted = start
        comments.append((line, found))
        return " " + "\\\n" * found.count("\n")

    return _COMMENT.sub(blank, text)


class _Reader:
    """One pass over a text without comments."""

    def __init__(self, text: str, result: HeaderText) -> None:
        self._text = text
        self._result = result
        self._newlines = [match.start() for match in re.finditer("\n", text)]
        self._macros: dict[str, Macro] = {}

    def _line(self, position: int) -> int:
        return bisect_right(self._newlines, position - 1) + 1 if position else 1

    def read(self) -> None:
        stack = ConditionStack()
        places: list[int] = []
        conditions: list[tuple[str, ...]] = []
        for match in _DIRECTIVE.finditer(self._text):
            word, rest = match.groups()
            if word == "define":
                self._define(match.start(), rest, stack)
                continue
            if word == "undef":
                continue
            stack.feed(word, _SPLICE.sub(" ", rest).strip())
            places.append(match.start())
            conditions.append(stack.current)
        for match in _ENUM.finditer(self._text):
            at = bisect_right(places, match.start()) - 1
            outer = conditions[at] if at >= 0 else ()
            self._enum(match, tuple(stack.without_guard(outer)))
        self._result.macros = [
            Macro(m.name, m.params, m.body, m.line, tuple(stack.without_guard(m.condition)))
            if stack.guard in m.condition
            else m
            for m in self._result.macros
        ]

    def _define(self, position: int, rest: str, stack: ConditionStack) -> None:
        match = _DEFINE.match(rest)
        if match is None:
            return
        name, params = match.groups()
        body = rest[match.end() :]
        if "\\\n" in body and params is None:
            body = _SPLICE.sub(" ", body)
        names = tuple(p.strip() for p in params[1:-1].split(",")) if params else None
        stack.saw_define(name)
        macro = Macro(name, names, body.strip(), self._line(position), stack.current)
        self._result.macros.append(macro)
        self._macros.setdefault(name, macro)

    def _enum(self, match: re.Match[str], outer: tuple[str, ...]) -> None:
        tag, body = match.groups()
        stack = ConditionStack()
        before: list[Enumerator | None] = [None]
        home = tag
        for offset, piece in _pieces(body):
            if piece.lstrip().startswith("#"):
                _branch(piece, stack, before)
                continue
            line = self._line(match.start(2) + offset)
            condition = outer + stack.current
            for name, expression, at in self._enumerators(piece.replace("\\\n", " \n"), line):
                if len(self._result.enumerators) >= _MOST_ENUMERATORS:
                    return
                home = home or name
                found = Enumerator(tag, home, name, expression, at, condition, before[-1])
                self._result.enumerators.append(found)
                before[-1] = found

    def _enumerators(self, piece: str, line: int) -> Iterator[tuple[str, str | None, int]]:
        """Names, expressions and lines of one stretch of an enum's body."""
        while (call := _CALL.match(piece)) is not None:
            mapper = self._macros.get(call.group(1))
            if mapper is None or not mapper.params:
                break
            yield from self._mapped(mapper, call.group(2))
            line += piece.count("\n", 0, call.end())
            piece = piece[call.end() :]
        match = _ENUMERATOR.match(piece)
        if match is not None:
            expression = match.group(2)
            if expression is not None:
                expression = " ".join(expression.split())
            line += piece.count("\n", 0, match.start(1))
            yield match.group(1), expression, line

    def _mapped(self, mapper: Macro, argument: str) -> Iterator[tuple[str, str | None, int]]:
        """The enumerators of an X-macro: ``MAPPER(FN)`` calls FN once for each of them."""
        function = self._macros.get(argument.split(",", maxsplit=1)[0].strip())
        if function is None or not function.params or not mapper.params:
            return
        for call in re.finditer(rf"\b{mapper.params[0]}\s*\(([^()]*)\)", mapper.body):
            arguments = [argument.strip() for argument in call.group(1).split(",")]
            text = function.body
            for parameter, value in zip(function.params, arguments, strict=False):
                text = re.sub(rf"\b{parameter}\b", value, text)
            text = re.sub(r"\s*\#\#\s*", "", text).rstrip(", ")
            match = _ENUMERATOR.match(text)
            if match is not None:
                line = mapper.line + mapper.body.count("\n", 0, call.start())
                yield match.group(1), match.group(2), line


def _pieces(body: str) -> Iterator[tuple[int, str]]:
    """An enum's body cut at top-level commas and directives, each with its offset."""
    start = depth = 0
    for match in re.finditer(r"^[ \t]*\#(?:[^\n\\]+|\\\n?)*|[(),]", body, re.MULTILINE):
        mark = match.group()
        if mark == "(":
            depth += 1
        elif mark == ")":
            depth -= 1
        elif mark == "," and depth <= 0:
            yield start, body[start : match.start()]
            start = match.end()
        elif mark != ",":
            yield start, body[start : match.start()]
            yield match.start(), mark
            start = match.end()
    yield start, body[start:]


def _branch(piece: str, stack: ConditionStack, before: list[Enumerator | None]) -> None:
    """Enters or leaves a branch: alternatives start from the same enumerator."""
    match = _DIRECTIVE.match(piece)
    if match is None or match.group(1) in ("define", "undef"):
        return
    word, rest = match.groups()
    stack.feed(word, _SPLICE.sub(" ", rest).strip())
    if word in ("if", "ifdef", "ifndef"):
        before.append(before[-1])
    elif word in ("elif", "else") and len(before) > 1:
        before[-1] = before[-2]
    elif word == "endif" and len(before) > 1:
        last = before.pop()
        before[-1] = last
