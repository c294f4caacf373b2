# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the texts a header may include, so that a parse is given those and no more.

The answer is a superset: every ``#include`` and ``__has_include`` counts, under whatever ``#if``.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.parse.unit import World

_DIRECTIVE = re.compile(
    rb"^[ \t]*(?:#|%:|\?\?=)[ \t]*(?:include(?:_next)?|import|embed)\b[ \t]*([<\"][^>\"\n]+[>\"])?",
    re.MULTILINE,
)
_QUESTION = re.compile(rb"__has_(?:include(?:_next)?|embed)[ \t]*\([ \t]*([<\"][^>\"\n]+[>\"])?")
_SPLICE = re.compile(rb"\\[ \t]*\r?\n|/\*.*?\*/", re.DOTALL)
_SPELLINGS = 8
"""Ways to spell one header's path (``a/../b.h``) that are told apart; hostile text has no end."""

_mentioned: dict[bytes, tuple[tuple[bool, str], ...] | None] = {}


def closure(world: World, includes: Iterable[str]) -> dict[str, bytes]:
    """Every text that a unit of these includes can reach, by include path.

    Where a header computes the name of what it includes, that is everything the world holds.
    """
    texts: dict[str, bytes] = {}
    spellings: dict[str, int] = {}
    waiting = list(includes)
    while waiting:
        name = waiting.pop()
        if name in texts:
            continue
        text = world.text(name)
        if text is None:
            continue
        plain = posixpath.normpath(name)
        spellings[plain] = spellings.get(plain, 0) + 1
        if spellings[plain] > _SPELLINGS:
            continue
        texts[name] = text
        named = mentions(text)
        if named is None:
            return {every: got for every in world.names() if (got := world.text(every)) is not None}
        for quoted, target in named:
            if quoted:
                waiting.append(posixpath.join(posixpath.dirname(name), target))
            waiting.append(target)
    return texts


def mentions(text: bytes) -> tuple[tuple[bool, str], ...] | None:
    """(quoted, name) for each header the text names; None where a macro computes a name."""
    if text not in _mentioned:
        _mentioned[text] = _scan(text)
    return _mentioned[text]


def _scan(text: bytes) -> tuple[tuple[bool, str], ...] | None:
    found: dict[tuple[bool, str], None] = {}
    for pattern in (_DIRECTIVE, _QUESTION):
        for match in pattern.finditer(_SPLICE.sub(b" ", text) if b"\\" in text else text):
            spelled = match[1]
            if spelled is None:
                if _computes(match):
                    return None
                continue
            name = spelled[1:-1].decode("utf-8", "surrogateescape")
            found[(spelled[:1] == b'"', name)] = None
    return tuple(found)


def _computes(match: re.Match[bytes]) -> bool:
    """Whether what follows is a name, rather than the end of the line or odd punctuation."""
    rest = match.string[match.end() : match.end() + 80].lstrip(b" \t(")
    return re.match(rb"[A-Za-z_/]", rest) is not None
