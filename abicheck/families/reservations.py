# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads the numbers that comments keep for names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = r"\b([A-Za-z_]\w*)\b"
_NUMBER = r"(0[xX][0-9a-fA-F]+|\d+)"
_DEFINE = re.compile(
    r"[ \t]*\#[ \t]*define[ \t]+(\w+)[ \t]+([^\n]*?)[ \t]*(?:\*/.*|/\*.*|//.*|\*[ \t].*)?$"
)
_TALK = re.compile(rf"\(?{_NUMBER}\b\)?(?:[,;.:]|\s+(?:--|[(A-Za-z])).*")
"""A number and words about it, none of them an operator."""
_BARE = re.compile(rf"{_NAME}[ \t]*[= \t][ \t]*{_NUMBER}[ \t]*[,;]?")
_PROSE = (
    re.compile(rf"\breserved?\s+(?:for|by)\s+{_NAME}\s*[=:(,]?\s*{_NUMBER}\b", re.IGNORECASE),
    re.compile(rf"{_NAME}\s*[=:(]?\s*{_NUMBER}\)?\s*(?:is|are|:)?\s*reserved\b", re.IGNORECASE),
)
_PROSE_NUMBER_FIRST = re.compile(
    rf"\b{_NUMBER}\s*(?:is\s+|:\s*)?reserved\s+(?:for|by)\s+{_NAME}", re.IGNORECASE
)
_PROSE_UNNUMBERED = re.compile(rf"{_NAME}\s*:?\s*(?:is\s+)?reserved\b", re.IGNORECASE)
_OPENING = re.compile(r"\A(?:/\*+!?|//+)[ \t]*")
_PLACEHOLDER = re.compile(r"(?:^|_)(?:RESERVED|RSVD|PLACEHOLDER|UNUSED)\d*(?:_|$)")
_QUALIFIER = re.compile(
    r"(?:^|(?<=_))(?:RESERVED|RSVD|PLACEHOLDER|UNUSED|DEPRECATED|OBSOLETE|OLD|LEGACY)\d*(?=_|$)"
)


class Kept(Struct, frozen=True):
    """A name in a comment with the expression it keeps; None where only its place says it."""

    name: str
    expression: str | None
    line: int


def kept_by_comment(line: int, comment: str) -> Iterator[Kept]:
    """What one comment reserves: only defines it starts with, else plain words."""
    opening = _OPENING.match(comment)
    if opening is None:
        return
    rows = comment[opening.end() :].split("\n")
    if rows[0].startswith("#"):
        for offset, row in enumerate(rows):
            match = _DEFINE.match(row)
            if match is None:
                return
            talk = _TALK.fullmatch(match.group(2))
            expression = match.group(2) if talk is None else talk.group(1)
            yield Kept(match.group(1), expression, line + offset)
        return
    body = comment.removeprefix("//").removesuffix("*/").strip("/* \t\n")
    bare = _BARE.fullmatch(body)
    if bare is not None:
        yield Kept(bare.group(1), bare.group(2), line)
    elif "eserved" in body or "RESERVED" in body:
        yield from _prose(line, body)


def _prose(line: int, body: str) -> Iterator[Kept]:
    for number, row in enumerate(body.split("\n")):
        if "eserved" not in row and "RESERVED" not in row:
            continue
        found = False
        for pattern in _PROSE:
            for match in pattern.finditer(row):
                yield Kept(match.group(1), match.group(2), line + number)
                found = True
        for match in _PROSE_NUMBER_FIRST.finditer(row):
            yield Kept(match.group(2), match.group(1), line + number)
            found = True
        if not found:
            for match in _PROSE_UNNUMBERED.finditer(row):
                yield Kept(match.group(1), None, line + number)


def is_placeholder(name: str) -> bool:
    """Whether a name says itself that it only keeps a number."""
    return _PLACEHOLDER.search(name) is not None


def core_of(name: str) -> str:
    """A name without what marks it as kept, deprecated or old: equal for such twins."""
    return _QUALIFIER.sub("", name).replace("_", "")
