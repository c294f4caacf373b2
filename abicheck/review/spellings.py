# SPDX-License-Identifier: GPL-2.0-or-later
"""This module knows what a scalar type's name means, however a text spells it."""

from __future__ import annotations

import re

_SIZED = re.compile(
    r"(?:__)?(?:aligned_)?(?P<sign>u|s|le|be)(?P<bits>8|16|32|64|128)|(?P<u>u?)int(?P<n>8|16|32|64)_t"
)
_WORDS = {
    "char": 8,
    "signed char": 8,
    "unsigned char": 8,
    "short": 16,
    "unsigned short": 16,
    "int": 32,
    "signed": 32,
    "signed int": 32,
    "unsigned": 32,
    "unsigned int": 32,
    "long long": 64,
    "unsigned long long": 64,
    "_Bool": 8,
    "bool": 8,
}


def meaning(words: str, pointer: bool) -> tuple[str, str] | None:
    """What a type is, equal for equal ones; None for a name that only its definition explains.

    Signedness counts as a difference only above 8 bits, where texts do not mix it up freely.
    """
    if pointer:
        return "pointer", ""
    if words.startswith(("struct ", "union ")):
        return "record", words
    match = _SIZED.fullmatch(words)
    if match is not None:
        bits = match["bits"] or match["n"]
        return "bits", bits
    plain = " ".join(word for word in words.split() if word != "int" or words == "int") or "int"
    if plain in _WORDS:
        return "bits", str(_WORDS[plain])
    if plain in ("long", "unsigned long"):
        return "long", ""
    return None
