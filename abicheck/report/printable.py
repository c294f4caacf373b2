# SPDX-License-Identifier: GPL-2.0-or-later
"""This module makes text from strangers safe to print."""

from __future__ import annotations

_BIDI = frozenset("\u061c\u200e\u200f\u2028\u2029\ufeff") | {
    chr(code)
    for first, last in ((0x202A, 0x202E), (0x2066, 0x2069))
    for code in range(first, last + 1)
}
"""Marks and separators that reorder or break a line (Unicode UAX #9, 2.1 to 2.4)."""


def printable(text: str) -> str:
    r"""The text on one line without control characters: ESC becomes the four characters ``\x1b``.

    Paths, member names and messages come from headers and trees of strangers; a terminal obeys
    what it is sent.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(char: str) -> str:
    code = ord(char)
    if code < 0x20 or 0x7F <= code < 0xA0:
        return f"\\x{code:02x}"
    if char in _BIDI or 0xD800 <= code < 0xE000:
        return f"\\u{code:04x}"
    return char
