# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads a header's text as headers_install leaves it: directives, branches, words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.checks.once import once
from abicheck.checks.source import code
from abicheck.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import HeaderFacts

_DIRECTIVE = re.compile(r"\s*#\s*(\w+)(.*)", re.DOTALL)
_TOKEN = re.compile(r"[A-Za-z_]\w*|\.?\d(?:[\w.]|[eE][+-])*|<<|>>|\S")
_ATOM = re.compile(r"(!?)\s*(?:defined\s*\(?\s*(\w+)\s*\)?|(\d+))")
_DECIDED = {"__KERNEL__": False, "__EXPORTED_HEADERS__": True}
"""What scripts/headers_install.sh tells unifdef."""


class Directive(Struct, frozen=True):
    """One preprocessor directive, its continued lines joined."""

    word: str
    rest: str
    line: int
    last: int
    outer: bool
    """What is around it survives headers_install."""
    exported: bool
    """It does so itself."""


class Token(Struct, frozen=True):
    """One word, number or mark."""

    text: str
    line: int
    column: int
    depth: int
    """How many braces are open around it."""


class Reading(Struct, frozen=True, eq=False):
    """A header's text, comments and strings blanked."""

    lines: tuple[str, ...]
    exported: tuple[bool, ...]
    """By line, from 0: whether it survives headers_install."""
    directives: tuple[Directive, ...]
    tokens: tuple[Token, ...]
    """What survives, outside of directives."""

    def is_exported(self, line: int) -> bool:
        """Whether a line, counted from 1, survives headers_install."""
        return 0 < line <= len(self.exported) and self.exported[line - 1]

    def words_of(self, directive: Directive) -> Iterator[Token]:
        """The words of a directive, at their places."""
        for number in range(directive.line, directive.last + 1):
            for match in _TOKEN.finditer(self.lines[number - 1]):
                yield Token(match[0], number, match.start() + 1, 0)


@once(2)
def read(header: HeaderFacts) -> Reading:
    """The header's text, read once for all rules."""
    return _read(code(header).lines)


def guard(reading: Reading) -> Directive | None:
    """The ``#ifndef`` of the include guard, None without one."""
    items = reading.directives
    for index, item in enumerate(items[:-1]):
        if item.word == "ifndef":
            after = items[index + 1]
            name = item.rest.split()[:1]
            return item if after.word == "define" and after.rest.split()[:1] == name else None
        if item.word not in ("include", "pragma"):
            return None
    return None


def includes(reading: Reading) -> Iterator[tuple[Directive, bool]]:
    """Each surviving ``#include``, and whether an ``#if`` other than the guard decides about it."""
    top, depth = guard(reading), 0
    for item in reading.directives:
        if item.word in ("if", "ifdef", "ifndef"):
            depth += item is not top
        elif item.word == "endif":
            depth = max(0, depth - 1)
        elif item.word == "include" and item.exported:
            yield item, depth > 0


def at(header: HeaderFacts, token: Token) -> Span:
    """The place of a word."""
    return Span(header.path, token.line, token.column)


def _read(lines: tuple[str, ...]) -> Reading:
    branches = _Branches()
    exported: list[bool] = []
    directives: list[Directive] = []
    tokens: list[Token] = []
    number = depth = 0
    while number < len(lines):
        match = _DIRECTIVE.match(lines[number])
        if match is None:
            exported.append(branches.kept)
            if branches.kept:
                depth = _tokenize(lines[number], number + 1, depth, tokens)
            number += 1
            continue
        last = number
        while lines[last].rstrip("\r").endswith("\\") and last + 1 < len(lines):
            last += 1
        whole = " ".join(line.rstrip("\r").removesuffix("\\") for line in lines[number : last + 1])
        found = _DIRECTIVE.match(whole)
        word, rest = (found[1], found[2].strip()) if found else ("", "")
        before = branches.kept
        branches.feed(word, rest)
        kept = (before or branches.kept) and not branches.settled
        exported += [kept] * (last + 1 - number)
        directives.append(Directive(word, rest, number + 1, last + 1, before, kept))
        number = last + 1
    return Reading(lines, tuple(exported), tuple(directives), tuple(tokens))


def _tokenize(line: str, number: int, depth: int, tokens: list[Token]) -> int:
    for match in _TOKEN.finditer(line):
        text = match[0]
        if text == "}":
            depth = max(0, depth - 1)
        tokens.append(Token(text, number, match.start() + 1, depth))
        if text == "{":
            depth += 1
    return depth


class _Branches:
    """The open ``#if`` branches: each is kept, dropped, or the compiler's to decide."""

    def __init__(self) -> None:
        self._open: list[list[bool | None]] = []
        self.kept = True
        self.settled = False
        """The last directive was a condition that is decided, so that it goes."""

    def feed(self, word: str, rest: str) -> None:
        """Takes one directive."""
        self.settled = False
        match word:
            case "ifdef" | "ifndef":
                verdict = _DECIDED.get(rest.partition(" ")[0])
                known = None if verdict is None else verdict is (word == "ifdef")
                self._open.append([known])
                self.settled = known is not None
            case "if":
                known = decided(rest)
                self._open.append([known])
                self.settled = known is not None
            case "elif" if self._open:
                self._open[-1].append(decided(rest))
            case "else" if self._open:
                self._open[-1].append(True)
            case "endif" if self._open:
                self._open.pop()
            case _:
                return
        self.kept = all(_lives(branch) for branch in self._open)


def _lives(branch: list[bool | None]) -> bool:
    """Whether the last of the alternatives may be taken."""
    return branch[-1] is not False and not any(earlier is True for earlier in branch[:-1])


def decided(condition: str) -> bool | None:
    """What headers_install makes of an ``#if`` condition, None where it leaves it alone."""
    verdicts = [_all_of(part) for part in condition.split("||")]
    if "(" in re.sub(r"defined\s*\(\s*\w+\s*\)", "", condition):
        return None
    if True in verdicts:
        return True
    return None if None in verdicts else False


def _all_of(condition: str) -> bool | None:
    verdicts = [_atom(part.strip()) for part in condition.split("&&")]
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _atom(text: str) -> bool | None:
    match = _ATOM.fullmatch(text)
    if match is None:
        return None
    known = bool(int(match[3])) if match[3] else _DECIDED.get(match[2])
    return known if known is None or not match[1] else not known
