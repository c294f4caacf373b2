# SPDX-License-Identifier: GPL-2.0-or-later
"""This module lists the names in a header's text that bear on whether it can share a unit."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.parse.bare import flat, hollow
from abicheck.parse.pragmas import pragmas

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORD = re.compile(rb"[A-Za-z_]\w*")
_MACRO = re.compile(
    rb"^[ \t]*(?:#|%:)[ \t]*(define|undef)[ \t]+([A-Za-z_]\w*)([^\n]*)", re.MULTILINE
)
_DIRECTIVE = re.compile(rb"^[ \t]*(?:#|%:)[^\n]*", re.MULTILINE)
_INCLUDE = re.compile(rb"^[ \t]*(?:#|%:)[ \t]*(?:include|import)", re.MULTILINE)
_DECLARATOR = re.compile(rb"(?<=\w)(?<!sizeof)[ \t]+[A-Za-z_]\w*[ \t]*(?=[;,\[])")
_MEASURED = re.compile(
    rb"(?:sizeof|alignof(?:__)?|_Alignof|offsetof)\s*\(?\s*((?:struct|union|enum)\s+\w+)"
)
_OPERATORS = (
    b"sizeof",
    b"__alignof",
    b"__alignof__",
    b"_Alignof",
    b"offsetof",
    b"__builtin_offsetof",
)
_PASTED = re.compile(rb"\w+(?:\s*##\s*\w+)+")
_PART = re.compile(rb"\w+")
_STARS = re.compile(rb"\*+")
_UNSTEADY = re.compile(rb"__COUNTER__|\b(?:push|pop)_macro\b")


class Names(Struct, frozen=True):
    """The identifiers of one text, comments left out."""

    decisive: frozenset[bytes]
    """Those outside macro definitions: in declarations and conditions."""
    used: frozenset[bytes]
    """Those of them that may name a type or a constant, and ``struct x`` for what is measured."""
    macros: Mapping[bytes, frozenset[bytes]]
    """Each macro it defines or undefines, with the names in the replacement; a name that ``##``
    pastes together has ``*`` in the place of the macro's parameters."""
    unsteady: bool
    """The text means something else behind other headers, or changes what stands behind it."""


@cache
def names(text: bytes) -> Names:
    """The names of a text."""
    code = flat(text).replace(b"%:", b"#")
    macros: dict[bytes, frozenset[bytes]] = {}
    for match in _MACRO.finditer(code):
        words = _replacement(match[3]) if match[1] == b"define" else frozenset[bytes]()
        macros[match[2]] = macros.get(match[2], frozenset()) | words
    rest = _MACRO.sub(b"", code)
    return Names(
        decisive=frozenset(_WORD.findall(rest)),
        used=_words(_DECLARATOR.sub(b" ", rest)),
        macros=macros,
        unsteady=_is_unsteady(text, code),
    )


def _replacement(text: bytes) -> frozenset[bytes]:
    """The names in what stands behind a macro's name: its parameters and its body."""
    if b"##" not in text:
        return _words(text)
    head, _, body = text.partition(b")") if text.startswith(b"(") else (b"", b"", text)
    parameters = {*_WORD.findall(head), b"__VA_ARGS__"}
    pasted = {
        _STARS.sub(b"*", b"".join(b"*" if part in parameters else part for part in parts))
        for parts in (_PART.findall(match[0]) for match in _PASTED.finditer(body))
    }
    return _words(text).union(pasted, {b"*"} if b"__VA_OPT__" in body else ())


def _words(code: bytes) -> frozenset[bytes]:
    words = frozenset(_WORD.findall(code))
    if words.isdisjoint(_OPERATORS):
        return words
    return words.union(b" ".join(tag.split()) for tag in _MEASURED.findall(code))


def _is_unsteady(text: bytes, code: bytes) -> bool:
    risky = b"__COUNTER__" in code or b"_macro" in code
    if (risky and _UNSTEADY.search(code)) or pragmas(text).leak is not None:
        return True
    start = depth = 0
    last = b";"
    for match in _INCLUDE.finditer(code):
        part = hollow(_DIRECTIVE.sub(b"", code[start : match.start()])).strip()
        start = match.start()
        depth += part.count(b"{") - part.count(b"}")
        last = part[-1:] or last
        if depth or last not in b";}":
            return True
    return False
