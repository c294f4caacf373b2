# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads the code that a step adds and takes away, from its hunks alone.

A hunk shows too little to parse. Its words are enough to ask what a line calls: comments and
strings are left out, and a name that a line ends in the middle of is put together.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.parse.portable import lexer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abicheck.review.steps import FileChange, Hunk

_CODE = (".c", ".h", ".S")
_BLOCK = re.compile(r"\s*\*(?:\s|/|$)")
"""A line in the middle of a comment, as kernel style writes it."""
_SPLICE = re.compile(r"\\[ \t]*\n")
_STATEMENTS = frozenset({"return", "else", "do", "case", "goto", "sizeof", "in", "typeof"})


class Word(Struct, frozen=True):
    """A name in a line of a hunk."""

    name: str
    line: int
    """In the new file, or in the old one for a line that goes."""
    before: str
    """The word or mark in front of it; "" at the start of a hunk."""
    after: str


class AddedFile(Struct, frozen=True, eq=False, dict=True):
    """What a step adds to a file and takes out of it."""

    change: FileChange

    @property
    def path(self) -> str:
        """Its path today."""
        return self.change.path

    @cached_property
    def raw(self) -> str:
        """The changed lines as they are, names put together that a line ends in the middle of."""
        changed = (line[1:] for hunk in self.change.hunks for line in hunk.lines)
        return _SPLICE.sub("", "\n".join(changed))

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The names in added lines, in order."""
        added = {line for hunk in self.change.hunks for line, _ in hunk.added()}
        return tuple(word for word in self.around if word.line in added)

    @cached_property
    def around(self) -> tuple[Word, ...]:
        """The names in added lines and in their context, in order."""
        return tuple(word for hunk in self.change.hunks for word in _words(hunk, "+"))

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """The lines on which a function or a table ends, as far as hunks show them."""
        return tuple(
            line
            for hunk in self.change.hunks
            for line, text in _side(hunk, "+").items()
            if text.startswith("}")
        )

    @cached_property
    def removed(self) -> tuple[str, ...]:
        """The names in lines that go."""
        found = []
        for hunk in self.change.hunks:
            gone = _gone(hunk)
            found += [word.name for word in _words(hunk, "-") if word.line in gone]
        return tuple(found)

    @cached_property
    def defined(self) -> frozenset[str]:
        """The names that added lines declare themselves, with a type in front."""
        return frozenset(
            word.name
            for word in self.words
            if word.after == "("
            and (word.before == "*" or word.before[:1].isalpha() or word.before[:1] == "_")
            and word.before not in _STATEMENTS
        )


def added_files(files: Iterable[FileChange]) -> tuple[AddedFile, ...]:
    """The C files among those that a step touches."""
    return tuple(AddedFile(file) for file in files if file.path.endswith(_CODE))


def _side(hunk: Hunk, sign: str) -> dict[int, str]:
    """The lines of one side by number, context among them."""
    other = "-" if sign == "+" else "+"
    first = hunk.new_line if sign == "+" else hunk.old_line
    lines = (line[1:] for line in hunk.lines if not line.startswith(other))
    return dict(enumerate(lines, first))


def _gone(hunk: Hunk) -> frozenset[int]:
    """The lines of the old side that go."""
    kept = [line.startswith("-") for line in hunk.lines if not line.startswith("+")]
    return frozenset(line for line, gone in enumerate(kept, hunk.old_line) if gone)


def _words(hunk: Hunk, sign: str) -> Iterator[Word]:
    """The names of one side of a hunk, context among them."""
    lines = _side(hunk, sign)
    text = "\n".join(lines.values())
    yield from words(f"/*{text}" if _begins_inside(text) else text, min(lines, default=1))


def _begins_inside(text: str) -> bool:
    """Whether a hunk begins in the middle of a comment."""
    opened, closed = text.find("/*"), text.find("*/")
    if closed >= 0:
        return opened < 0 or closed < opened
    return opened < 0 and _BLOCK.match(text) is not None


def words(text: str, first: int = 1) -> Iterator[Word]:
    """The names in a text outside of comments and strings; ``first`` is its first line."""
    found = [raw for line in lexer.lines(text) for raw in line if raw[0] != "CPP_WS"]
    for index, (kind, value, position) in enumerate(found):
        if kind == "CPP_ID":
            before = found[index - 1][1] if index else ""
            after = found[index + 1][1] if index + 1 < len(found) else ""
            yield Word(value, first - 1 + lexer.line(("", position)), before, after)
