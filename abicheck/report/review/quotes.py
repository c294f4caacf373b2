# SPDX-License-Identifier: GPL-2.0-or-later
"""This module quotes a patch up to the lines that findings are about, and answers below them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from abicheck.report.printable import printable
from abicheck.review.patches import read_patch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from abicheck.model import Finding, Letter
    from abicheck.review.steps import FileChange, Hunk

_BEFORE = 12
"""Lines quoted in front of the one that is meant."""
_LONGEST = 400
"""Characters of a quoted line; mail takes 998 (RFC 5322, 2.1.1)."""


def answered(
    letter: Letter, found: Iterable[Finding], answer: Callable[[Finding], list[str]]
) -> tuple[list[str], list[Finding]]:
    """The lines of the answer, and the findings that no line of the patch is about."""
    left = list(found)
    lines: list[str] = []
    for file in read_patch(letter.text.encode("utf-8", "replace")):
        head = [quoted(f"diff --git a/{file.old_path or file.path} b/{file.path}")]
        for hunk in file.hunks:
            meant = _meant(file, hunk, left)
            left = [item for item in left if all(item not in items for items in meant.values())]
            if meant:
                lines += [*head, *_hunk(hunk, meant, answer)]
                head = []
    return lines, left


def quoted(line: str) -> str:
    """A line of the letter as mail quotes it."""
    shown = "\t".join(printable(part) for part in line.split("\t"))
    return f"> {shown if len(shown) <= _LONGEST else f'{shown[:_LONGEST]}...'}".rstrip()


def _meant(file: FileChange, hunk: Hunk, found: Iterable[Finding]) -> dict[int, list[Finding]]:
    """The findings by the line of the hunk that they are about."""
    meant: dict[int, list[Finding]] = defaultdict(list)
    places = _places(file, hunk)
    for item in found:
        at = next((places[key] for key in _wanted(item) if key in places), None)
        if at is not None:
            meant[at].append(item)
    return dict(meant)


def _wanted(item: Finding) -> Iterator[tuple[str, str, int]]:
    """Where a finding is about: its line today; the line that is gone, where its subject is."""
    now = ("new", item.span.path, item.span.line)
    if item.older is None:
        yield now
        return
    then = ("old", item.older.path, item.older.line)
    gone = bool(item.shifts) and all(shift.new is None for shift in item.shifts)
    yield from (then,) if gone else (now, then)


def _places(file: FileChange, hunk: Hunk) -> dict[tuple[str, str, int], int]:
    """The lines of a hunk by side, path and number; context is there on both sides."""
    places = {}
    old, new = hunk.old_line, hunk.new_line
    for at, line in enumerate(hunk.lines):
        if not line.startswith("+"):
            places["old", file.old_path or file.path, old] = at
            old += 1
        if not line.startswith("-"):
            places["new", file.path, new] = at
            new += 1
    return places


def _hunk(
    hunk: Hunk, meant: dict[int, list[Finding]], answer: Callable[[Finding], list[str]]
) -> Iterator[str]:
    """The hunk down to the last line that is meant."""
    yield quoted(_title(hunk))
    start = 0
    for at in sorted(meant):
        if at - start > _BEFORE:
            start = at - _BEFORE
            yield "> [...]"
        yield from map(quoted, hunk.lines[start : at + 1])
        start = at + 1
        for item in meant[at]:
            yield ""
            yield from answer(item)
        yield ""


def _title(hunk: Hunk) -> str:
    old = sum(not line.startswith("+") for line in hunk.lines)
    new = sum(not line.startswith("-") for line in hunk.lines)
    numbers = f"@@ -{hunk.old_line},{old} +{hunk.new_line},{new} @@"
    return f"{numbers} {hunk.heading}".rstrip()
