# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads what ``git diff`` writes: which files a patch touches, and its hunks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from abicheck.review.prefixes import prefixed
from abicheck.review.steps import FileChange, Hunk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_START = re.compile(rb"^(?:diff --git |--- [^\n]+\n\+\+\+ )", re.MULTILINE)
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_LETTERS = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"v": b"\v"}
_NOTHING = "/dev/null"


def start(text: bytes) -> int | None:
    """Where the first file of a patch begins; None for text that holds no patch."""
    found = _START.search(text)
    return None if found is None else found.start()


class _File(Struct):
    """What is known so far of one file."""

    old: str | None = None
    new: str | None = None
    hunks: list[Hunk] = field(default_factory=list)

    def change(self) -> FileChange | None:
        old = None if self.old == _NOTHING else self.old
        path = old if self.new == _NOTHING else self.new
        if path is None:
            return None
        removed = self.new == _NOTHING
        return FileChange(path=path, old_path=old, removed=removed, hunks=tuple(self.hunks))


def read_patch(text: bytes) -> tuple[FileChange, ...]:
    """The files that a patch touches, in its order; what is no part of a file is skipped.

    Names lose their first folder, as git writes ``a/`` and ``b/`` there, or was told not to.
    """
    reader = _Reader(prefixed(text).decode("utf-8", "replace").split("\n"))
    return tuple(change for file in reader.files() if (change := file.change()) is not None)


class _Reader:
    def __init__(self, lines: Sequence[str]) -> None:
        whole = lines[:-1] if lines and not lines[-1] else lines
        self._lines = [line.removesuffix("\r") for line in whole]
        self._at = 0

    def files(self) -> Iterator[_File]:
        file: _File | None = None
        named = False
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            if line.startswith("diff --git "):
                if file is not None:
                    yield file
                file, named = _File(*_both(line[11:])), True
            elif line.startswith("--- ") and self._next().startswith("+++ "):
                found = _File(_name(line[4:]), _name(self._next()[4:]))
                if file is not None and not (named and _are_one(file, found)):
                    yield file
                file, named = found, False
                self._at += 1
            elif file is not None and (match := _HUNK.match(line)):
                file.hunks.append(self._hunk(match))
            elif file is not None:
                _extend(file, line)
        if file is not None:
            yield file

    def _next(self) -> str:
        return self._lines[self._at] if self._at < len(self._lines) else ""

    def _hunk(self, match: re.Match[str]) -> Hunk:
        old, new = int(match[2] or 1), int(match[4] or 1)
        lines: list[str] = []
        while (old > 0 or new > 0) and self._at < len(self._lines):
            line = self._lines[self._at] or " "  # mailers cut the blank of an empty line
            if line[0] not in " +-\\":
                break
            self._at += 1
            if line[0] == "\\":
                continue
            lines.append(line)
            old -= line[0] != "+"
            new -= line[0] != "-"
        heading = match.string[match.end() :].strip()
        numbers = int(match[1]), int(match[3])
        return Hunk(old_line=numbers[0], new_line=numbers[1], lines=tuple(lines), heading=heading)


def _are_one(git: _File, found: _File) -> bool:
    """Whether the names above hunks belong to the file that ``diff --git`` announced."""
    return git.new in (None, _NOTHING, found.new) and git.old in (None, _NOTHING, found.old)


def _extend(file: _File, line: str) -> None:
    """Takes git's own header lines into account."""
    if line.startswith(("rename from ", "copy from ")):
        file.old = _unquoted(line.partition(" from ")[2])
    elif line.startswith(("rename to ", "copy to ")):
        file.new = _unquoted(line.partition(" to ")[2])
    elif line.startswith("new file mode "):
        file.old = _NOTHING
    elif line.startswith("deleted file mode "):
        file.new = _NOTHING


def _both(words: str) -> tuple[str | None, str | None]:
    """The names behind ``diff --git``, where both are one; renames are told further down."""
    if words.startswith('"'):
        old, _, new = words.partition('" ')
        return _name(f'{old}"'), _name(new)
    middle = len(words) // 2
    old, new = words[:middle], words[middle + 1 :]
    if old.partition("/")[2] != new.partition("/")[2]:
        return None, None
    return _name(old), _name(new)


def _name(words: str) -> str | None:
    path = _unquoted(words.split("\t", maxsplit=1)[0].rstrip())
    return path if path == _NOTHING else path.partition("/")[2] or None


def _unquoted(path: str) -> str:
    """A name as git means it: one with odd bytes stands in quotes, with C's escapes."""
    if not (path.startswith('"') and path.endswith('"') and len(path) > 1):
        return path
    return _ESCAPE.sub(_unescaped, path[1:-1].encode()).decode("utf-8", "replace")


def _unescaped(match: re.Match[bytes]) -> bytes:
    text = match[1]
    return bytes([int(text, 8) & 0xFF]) if len(text) == 3 else _LETTERS.get(text, text)
