# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds a line of a report: pieces of text, each with the part it plays.

The plain and the coloured report are the same lines; only the last step differs.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias


class Role(StrEnum):
    """What a piece of text is, for a writer that has colours."""

    PLAIN = "plain"
    TITLE = "title"
    PLACE = "place"
    HEADING = "heading"
    NUMBER = "number"
    TYPE = "type"
    NAME = "name"
    HOLE = "hole"
    COMMENT = "comment"
    DIFFERS = "differs"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


Piece: TypeAlias = tuple[str, Role]
Line: TypeAlias = tuple[Piece, ...]

BLANK: Line = ()


def plain(text: str) -> Line:
    """A line that is one piece without a part of its own."""
    return ((text, Role.PLAIN),)


def length(line: Line) -> int:
    """Characters in a line."""
    return sum(len(text) for text, _ in line)
