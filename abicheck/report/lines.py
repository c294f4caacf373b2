# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds a line of a report: pieces of text, each with the part it plays.

The plain and the coloured report are the same lines; only the last step differs.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator


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


def wrapped(text: str, indent: str, width: int, role: Role) -> Iterator[Line]:
    """The text in lines of that width, the second and further ones indented deeper."""
    from textwrap import wrap

    for line in wrap(text, width, initial_indent=indent, subsequent_indent=f"{indent}  "):
        yield ((line, role),)
