# SPDX-License-Identifier: GPL-2.0-or-later
"""This module takes comments and spliced lines out of a text, as the first phases of C do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SPLICE = re.compile(rb"\\[ \t]*\r?\n")
"""A backslash at the end of a line (GCC allows blanks behind it)."""
_ASIDE = re.compile(
    rb"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|(/\*.*?(?:\*/|\Z)|//[^\n]*)", re.DOTALL
)
_COMMENT = re.compile(rb"/\*.*?(?:\*/|\Z)|//[^\n]*", re.DOTALL)
_QUOTED_BLANK = re.compile(rb"[ \t\r\v\f]")
_CONFUSING = re.compile(rb"[\"'][^\"'\n]*/[/*]")
"""A string that may hold what looks like a comment; rare, and the careful way is slow."""


def joined(text: bytes) -> bytes:
    """The text with its spliced lines joined; a carriage return ends one."""
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return SPLICE.sub(b"", text) if b"\\" in text else text


def bare(text: bytes) -> bytes:
    """The text joined and with blanks for comments, line ends inside them kept."""
    return _without_comments(text, _blanks)


def flat(text: bytes) -> bytes:
    """The text joined and with one blank for each comment, as a macro's definition goes on."""
    return _without_comments(text, _blank)


def lines(text: bytes) -> list[bytes]:
    """Lines as the preprocessor has them, blanks made alike; those without a word left out.

    Blanks in a string or a character constant are part of its value: they become escapes.
    """
    code = _ASIDE.sub(_spelled_out, joined(text))
    return [line for each in code.split(b"\n") if (line := b" ".join(each.split()))]


def hollow(code: bytes) -> bytes:
    """Bare code without what its strings and character constants hold."""
    return _ASIDE.sub(b'""', code)


def _without_comments(text: bytes, blank: Callable[[re.Match[bytes]], bytes]) -> bytes:
    whole = joined(text)
    if _CONFUSING.search(whole) is None:
        return _COMMENT.sub(blank, whole)
    return _ASIDE.sub(lambda match: match[0] if match[1] is None else blank(match), whole)


def _blank(_: re.Match[bytes]) -> bytes:
    return b" "


def _spelled_out(match: re.Match[bytes]) -> bytes:
    if match[1] is not None:
        return b" "
    return _QUOTED_BLANK.sub(lambda blank: b"\\%03o" % blank[0][0], match[0])


def _blanks(match: re.Match[bytes]) -> bytes:
    return b" " + b"\n" * match[0].count(b"\n")
