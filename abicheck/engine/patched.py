# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shows a tree as a patch, or a mailbox of patches, would leave it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha1
from typing import TYPE_CHECKING

from abicheck.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abicheck.vcs.tree import Omitted, Tree

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_NOTHING = "/dev/null"
_LARGEST = 64 << 20
"""Bytes of a patch; a whole release candidate has some 30 MiB."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """One place of a patch: the lines it expects, and those it leaves."""

    line: int
    old: tuple[str, ...]
    new: tuple[str, ...]


class PatchedTree:
    """A tree with patches applied in memory; only what they touch differs from it."""

    def __init__(self, tree: Tree, patch: bytes, label: str) -> None:
        """Raises InputError for text that is no patch, or does not apply."""
        self.label = label
        self._tree = tree
        self._changed: dict[str, bytes | None] = {}
        if len(patch) > _LARGEST:
            raise InputError(f"{label}: a patch of more than {_LARGEST >> 20} MiB")
        files = list(_parse(patch.decode("utf-8", "replace")))
        if not files:
            raise InputError(f"{label}: there is no patch in it")
        for path, gone, hunks in files:
            if path.endswith((".h", ".tbl")):
                self._apply(path, gone, hunks)

    def _apply(self, path: str, gone: bool, hunks: Sequence[Hunk]) -> None:
        if gone:
            self._changed[path] = None
            return
        text = (self.read(path) or b"").decode("utf-8", "surrogateescape")
        lines = text.split("\n")
        if lines[-1] == "":
            lines.pop()
        shift = 0
        for hunk in hunks:
            at = _find(lines, hunk, hunk.line - 1 + shift)
            if at is None:
                what = f"{self.label}: {path}, the change at line {hunk.line}"
                raise InputError(f"{what} does not apply to {self._tree.label}")
            lines[at : at + len(hunk.old)] = hunk.new
            shift = at - (hunk.line - 1) + len(hunk.new) - len(hunk.old)
        joined = "".join(f"{line}\n" for line in lines)
        self._changed[path] = joined.encode("utf-8", "surrogateescape")

    def read(self, path: str) -> bytes | None:
        """Returns a file's contents after the patches."""
        return self._changed[path] if path in self._changed else self._tree.read(path)

    def read_many(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Returns the contents of those paths that exist."""
        return {path: text for path in paths if (text := self.read(path)) is not None}

    def files(self, under: str = "") -> tuple[str, ...]:
        """Returns the sorted paths below a folder."""
        below = f"{under.strip('/')}/" if under else ""
        added = {p for p, text in self._changed.items() if text is not None and p.startswith(below)}
        gone = {path for path, text in self._changed.items() if text is None}
        return tuple(sorted((set(self._tree.files(under)) | added) - gone))

    def omitted(self, under: str = "") -> tuple[Omitted, ...]:
        """Returns what the tree itself leaves out."""
        return self._tree.omitted(under)

    def names(self, folder: str = "") -> tuple[str, ...]:
        """Returns the names in a folder, those the patches add included."""
        prefix = f"{folder.strip('/')}/" if folder else ""
        added = {
            path.removeprefix(prefix).partition("/")[0]
            for path, text in self._changed.items()
            if text is not None and path.startswith(prefix)
        }
        return tuple(sorted({*self._tree.names(folder), *added}))

    def blob(self, path: str) -> str | None:
        """Returns an id of a file's contents after the patches."""
        if path not in self._changed:
            return self._tree.blob(path)
        text = self._changed[path]
        if text is None:
            return None
        return sha1(b"blob %d\0" % len(text) + text, usedforsecurity=False).hexdigest()

    def refusal(self, path: str) -> str | None:
        """Returns why the tree does not serve a path."""
        return None if path in self._changed else self._tree.refusal(path)


def _parse(text: str) -> Iterable[tuple[str, bool, list[Hunk]]]:
    """Path, whether it is deleted, and hunks of each file of a patch, in order."""
    lines = text.replace("\r\n", "\n").split("\n")
    found: list[tuple[str, bool, list[Hunk]]] = []
    at = 0
    while at < len(lines) - 1:
        if lines[at].startswith("--- ") and lines[at + 1].startswith("+++ "):
            old, new = _name(lines[at]), _name(lines[at + 1])
            gone = new == _NOTHING
            found.append((old if gone else new, gone, []))
            at += 2
        elif found and (match := _HUNK.match(lines[at])):
            hunk, at = _hunk(lines, at + 1, match)
            found[-1][2].append(hunk)
        else:
            at += 1
    return found


def _name(line: str) -> str:
    path = line[4:].split("\t", maxsplit=1)[0].strip()
    return path if path == _NOTHING else path.partition("/")[2]


def _hunk(lines: Sequence[str], at: int, match: re.Match[str]) -> tuple[Hunk, int]:
    counts = [int(match.group(2) or 1), int(match.group(3) or 1)]
    old: list[str] = []
    new: list[str] = []
    while at < len(lines) and (counts[0] > len(old) or counts[1] > len(new)):
        line = lines[at]
        if line.startswith("\\"):
            at += 1
            continue
        if not line.startswith("+"):
            old.append(line[1:])
        if not line.startswith("-"):
            new.append(line[1:])
        at += 1
    return Hunk(int(match.group(1)), tuple(old), tuple(new)), at


def _find(lines: Sequence[str], hunk: Hunk, wanted: int) -> int | None:
    """Where the expected lines stand, nearest to where they should; None if nowhere."""
    size = len(hunk.old)
    if not size:
        return min(max(wanted + 1, 0), len(lines))
    places = [at for at in range(len(lines) - size + 1) if tuple(lines[at : at + size]) == hunk.old]
    return min(places, key=lambda at: abs(at - wanted), default=None)
