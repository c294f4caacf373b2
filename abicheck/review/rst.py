# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the blocks of code in a document.

reStructuredText has two kinds that hold C: literal blocks after ``::`` and ``code-block``
directives (docutils, Literal Blocks; Sphinx, Showing code examples). A block is what is indented
deeper than the line that opens it; nothing else of the markup matters here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_TEXT = 1 << 20
"""Bytes; the largest document of Linux 6.1 has 0.7 MB."""

_DIRECTIVE = re.compile(r"\.\. (?:code-block|code|sourcecode|parsed-literal)::\s*([\w+-]*)\s*$")
_OPTION = re.compile(r":[\w-]+:(?:\s.*)?$")
_INDENT = re.compile(r"\s*(?:(?:[-*+]|\w[.)]|#\.)\s+)*")
_OTHER = re.compile(r"\.\. ")
_C = frozenset({"", "c", "c++", "cpp"})


class Block(Struct, frozen=True):
    """Code as a document shows it."""

    line: int
    """The document's line that its first line is, counted from 1."""
    text: str


def blocks(content: bytes) -> tuple[Block, ...]:
    """The blocks of a document that may be C; none of one larger than ``MAX_TEXT``."""
    if len(content) > MAX_TEXT:
        return ()
    lines = content.decode("utf-8", "replace").replace("\r\n", "\n").expandtabs(8).split("\n")
    return tuple(_blocks(lines))


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    number = 0
    while number < len(lines):
        opener = lines[number].rstrip()
        number += 1
        language = _opens(opener.strip())
        if language is None:
            continue
        start, end = number, _end(lines, number, _indent(opener))
        number = end
        while start < end and (not lines[start].strip() or _OPTION.match(lines[start].strip())):
            start += 1
        if language.lower() in _C and start < end:
            yield Block(start + 1, "\n".join(lines[start:end]) + "\n")


def _opens(line: str) -> str | None:
    """The language of the block that a line opens, "" where it says none; None for no opener."""
    match = _DIRECTIVE.match(line)
    if match is not None:
        return match[1]
    return "" if line.endswith("::") and not _OTHER.match(line) else None


def _end(lines: Sequence[str], number: int, indent: int) -> int:
    """The line after the last that is indented deeper."""
    end = number
    while number < len(lines) and (not lines[number].strip() or _blanks(lines[number]) > indent):
        number += 1
        if lines[number - 1].strip():
            end = number
    return end


def _indent(line: str) -> int:
    """The column at which a line's text begins, behind the mark of a list's item."""
    match = _INDENT.match(line)
    return match.end() if match else 0


def _blanks(line: str) -> int:
    return len(line) - len(line.lstrip())
