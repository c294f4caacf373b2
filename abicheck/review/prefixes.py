# SPDX-License-Identifier: GPL-2.0-or-later
"""This module gives names in patches the first folder that git leaves out with ``--no-prefix``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_START = b"diff --git "
_NAMED = re.compile(rb"(?:rename|copy) (?:from|to) (.+)")
_HEAD = 8
"""Lines that git writes between ``diff --git`` and the names above the first hunk."""


def prefixed(text: bytes) -> bytes:
    """A patch in which all names behind ``diff --git`` begin with a folder, such as ``a/``.

    With one the two names differ; without, they are equal, or those that a rename names.
    """
    return b"\n".join(_prefixed(text.split(b"\n"))) if _START in text else text


def _prefixed(lines: Sequence[bytes]) -> Iterator[bytes]:
    bare = False
    for at, line in enumerate(lines):
        if line.startswith(_START):
            names = _bare(line[len(_START) :], lines[at + 1 : at + 1 + _HEAD])
            bare = bool(names)
            yield b" ".join((_START.rstrip(), *_below(names))) if bare else line
            continue
        bare = bare and not line.startswith(b"@@ ")
        is_name = bare and line.startswith((b"--- ", b"+++ ")) and b" /dev/null" not in line[3:13]
        yield line[:4] + _below((line[4:], line[4:]))[line[:1] == b"+"] if is_name else line


def _bare(words: bytes, head: Sequence[bytes]) -> tuple[bytes, ...]:
    """The two names where no folder precedes them, else none."""
    words = words.rstrip(b"\r")
    middle = len(words) // 2
    old, new = words[:middle], words[middle + 1 :]
    if old == new and words[middle : middle + 1] == b" ":
        return old, new
    moved = [match[1].rstrip(b"\r") for line in head if (match := _NAMED.match(line))]
    return tuple(moved) if b" ".join(moved) == words else ()


def _below(names: Sequence[bytes]) -> tuple[bytes, ...]:
    """The names below ``a/`` and ``b/``; those in quotes stay in them."""
    return tuple(
        b'"' + folder + name[1:] if name.startswith(b'"') else folder + name
        for folder, name in zip((b"a/", b"b/"), names, strict=True)
    )
