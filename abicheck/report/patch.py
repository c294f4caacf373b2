# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes changes as a unified diff, as ``git apply`` takes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abicheck.model import Change, Edit

_CONTEXT = 3
_LINES = re.compile(rb"[^\n]*\n|[^\n]+")
_ODD = re.compile(r'[\x00-\x1f\x7f"\\]')


def unified(changes: Iterable[Change]) -> bytes:
    """The diff of all changes; the lines are bytes of the files, in whatever encoding."""
    return b"".join(piece for change in changes for piece in _change(change))


def shown(diff: bytes) -> str:
    """The diff for a terminal, which must not obey what is in it."""
    lines = diff.decode("utf-8", "replace").split("\n")
    return "\n".join(printable(line.expandtabs(8)) for line in lines)


def _change(change: Change) -> Iterator[bytes]:
    old, hunks = _LINES.findall(change.old), list(_hunks(change.edits))
    yield f"--- {_name('a', change.name)}\n+++ {_name('b', change.name)}\n".encode()
    shift = 0
    for edits in hunks:
        first = max(1, edits[0].line - _CONTEXT)
        last = min(len(old), edits[-1].line + edits[-1].count - 1 + _CONTEXT)
        body, added = [], 0
        at = first
        for edit in edits:
            body += [b" " + line for line in old[at - 1 : edit.line - 1]]
            at = edit.line + edit.count
            body += [b"-" + line for line in old[edit.line - 1 : at - 1]]
            new = _LINES.findall(edit.text.encode())
            body += [b"+" + line for line in new]
            added += len(new) - edit.count
        body += [b" " + line for line in old[at - 1 : last]]
        count = last - first + 1
        yield b"@@ -%d,%d +%d,%d @@\n" % (first, count, first + shift, count + added)
        yield from map(_ended, body)
        shift += added


def _hunks(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """The edits whose context would touch, together."""
    hunk: list[Edit] = []
    for edit in edits:
        if hunk and edit.line - (hunk[-1].line + hunk[-1].count) > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(edit)
    if hunk:
        yield hunk


def _ended(line: bytes) -> bytes:
    return line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def _name(side: str, path: str) -> str:
    """A file's name as git writes it: quoted like a C string where it must be."""
    name = f"{side}/{path}"
    if _ODD.search(name):
        return '"' + _ODD.sub(lambda found: f"\\{ord(found[0]):03o}", name) + '"'
    return name
