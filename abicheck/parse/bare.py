# SPDX-License-Identifier: GPL-2.0-or-later
"""This module takes comments and spliced lines out of a text, as the first phases of C do."""

from __future__ import annotations

import re

SPLICE = re.compile(rb"\\[ \t]*\r?\n")
"""A backslash at the end of a line (GCC allows blanks behind it)."""
_ASIDE = re.compile(
    rb"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|(/\*.*?(?:\*/|\Z)|//[^\n]*)", re.DOTALL
)
_COMMENT = re.compile(rb"/\*.*?(?:\*/|\Z)|//[^\n]*", re.DOTALL)
_CONFUSING = re.compile(rb"[\"'][^\"'\n]*/[/*]")
"""A string that may hold what looks like a comment; rare, and the careful way is slow."""


def joined(text: bytes) -> bytes:
    """The text with its spliced lines joined."""
    return SPLICE.sub(b"", text) if b"\\" in text else text


def bare(text: bytes) -> bytes:
    """The text joined and with blanks for comments, line ends inside them kept."""
    whole = joined(text)
    careful = _CONFUSING.search(whole) is not None
    return _ASIDE.sub(_blank, whole) if careful else _COMMENT.sub(_blanks, whole)


def hollow(code: bytes) -> bytes:
    """Bare code without what its strings and character constants hold."""
    return _ASIDE.sub(b'""', code)


def _blank(match: re.Match[bytes]) -> bytes:
    return match[0] if match[1] is None else _blanks(match)


def _blanks(match: re.Match[bytes]) -> bytes:
    return b" " + b"\n" * match[0].count(b"\n")
