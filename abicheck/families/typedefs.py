# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which type stands behind a typedef, by a header's text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_PLAIN = r"\btypedef\s+([\w\s]{1,80}?[\s*]+)\b%s\s*;"
_CLOSING = r"\}[^;{}]{0,80}?\b%s\s*;"
_TAGGED = re.compile(r"\btypedef\s+(struct|union|enum)\s+(\w+)\s*$")
_LONGEST = 8
"""Typedefs of typedefs that are followed."""


def behind(name: str, texts: Iterable[str]) -> str:
    """The type that a payload's name stands for; the name itself where no typedef tells."""
    if " " in name and not name.startswith("enum "):
        return name
    bare = [_COMMENT.sub(" ", text) for text in texts]
    for _ in range(_LONGEST):
        found = next((f for text in bare if (f := _one(name, text)) is not None), None)
        if found is None or found == name:
            break
        name = found
    return "int" if name.startswith("enum ") else name


def _one(name: str, text: str) -> str | None:
    if re.fullmatch(r"\w+", name) is None:
        return None
    plain = re.search(_PLAIN % name, text)
    if plain is not None:
        return " ".join(plain.group(1).split())
    closing = re.search(_CLOSING % name, text)
    return None if closing is None else _tag(text, closing.start())


def _tag(text: str, end: int) -> str | None:
    """What is typedef'd by a body that ends there: ``struct tag``; None without a tag."""
    depth = 0
    for match in re.finditer(r"[{}]", text[end::-1]):
        depth += 1 if match.group() == "}" else -1
        if depth == 0:
            head = _TAGGED.search(text[: end - match.start()].rstrip())
            return None if head is None else f"{head.group(1)} {head.group(2)}"
    return None
