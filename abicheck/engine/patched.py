# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shows a tree as a patch, or a mailbox of patches, would leave it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abicheck.errors import InputError
from abicheck.vcs.edited import EditedTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abicheck.vcs.tree import Tree

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_NOTHING = "/dev/null"
LARGEST_PATCH = 64 << 20
"""Bytes of a patch; a whole release candidate has some 30 MiB."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """One place of a patch: the lines it expects, and those it leaves."""

    line: int
    old: tuple[str, ...]
    new: tuple[str, ...]


class PatchedTree(EditedTree):
    """A tree with patches applied in memory; only what they touch differs from it."""

    def __init__(self, tree: Tree, patch: bytes, label: str) -> None:
        """Raises InputError for text that is no patch, or does not apply."""
        super().__init__(tree, label, {})
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
