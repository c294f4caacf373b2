# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shows what the context of a patch lets one see of a header that is not at hand.

Only what is whole stays: constants, and records and enums that begin and end inside one hunk.
Every line keeps its number, so that findings name the right place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from abicheck.review.steps import FileChange, Hunk

_PROVIDED = "#include <linux/types.h> /* what the header itself includes is not known */"
_DEFINE = re.compile(r"[ \t]*#[ \t]*define\b")
_REMARK = re.compile(r"[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*")
_CONDITION = re.compile(r"[ \t]*#[ \t]*(if|else|elif|endif)")
_OPENING = re.compile(r"(?:typedef\s+)?(?:struct|union|enum)\b[^;()]*\{")
_ASIDE = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"", re.DOTALL)
_LONGEST = 2000
"""Lines of the longest record that is looked for."""
_FURTHEST = 200_000
"""The last line number that is believed; no header has as many."""


def fragments(change: FileChange) -> tuple[bytes | None, bytes | None]:
    """What is known of a file before and after; None where it is not there then."""
    old = None if change.old_path is None else _shown(change.hunks, is_new=False)
    new = None if change.removed else _shown(change.hunks, is_new=True)
    return old, new


def _shown(hunks: Sequence[Hunk], *, is_new: bool) -> bytes:
    lines: dict[int, str] = {}
    for hunk in hunks:
        start = hunk.new_line if is_new else hunk.old_line
        other = "-" if is_new else "+"
        run = [line[1:] for line in hunk.lines if not line.startswith(other)]
        if start <= _FURTHEST:
            lines.update((start + at, run[at]) for at in _whole(run))
    return _joined(lines)


def _joined(lines: Mapping[int, str]) -> bytes:
    """The lines at their places; the first free one includes the types that all headers use."""
    last = max(lines, default=1)
    texts = [lines.get(at, "") for at in range(1, last + 1)]
    free = next((at for at in range(len(texts)) if at + 1 not in lines), None)
    if free is not None:
        texts[free] = _PROVIDED
    return "".join(f"{text}\n" for text in texts).encode("utf-8", "replace")


def _whole(run: Sequence[str]) -> Iterator[int]:
    """The lines of those declarations that begin and end in a run of lines."""
    at = 0
    while at < len(run):
        end = _end(run, at)
        yield from range(at, end)
        at = max(end, at + 1)


def _end(run: Sequence[str], at: int) -> int:
    """Behind the last line of the declaration that begins at a line; the line itself if none."""
    line = run[at]
    if _DEFINE.match(line):
        while line.endswith("\\"):
            at += 1
            if at == len(run):
                return 0
            line = run[at]
        return at + 1
    if _REMARK.fullmatch(line):
        return at + 1
    return _record_end(run, at) if _OPENING.match(line) else 0


def _record_end(run: Sequence[str], at: int) -> int:
    text = ""
    for end in range(at + 1, min(len(run), at + _LONGEST) + 1):
        text += f"{run[end - 1]}\n"
        if not run[end - 1].rstrip().endswith((";", "*/")) or "}" not in run[end - 1]:
            continue
        plain = _ASIDE.sub(" ", text)
        if plain.count("{") == plain.count("}"):
            return end if _is_balanced(run[at:end]) else 0
    return 0


def _is_balanced(lines: Sequence[str]) -> bool:
    words = [match[1] for line in lines if (match := _CONDITION.match(line))]
    return words.count("if") == words.count("endif")
