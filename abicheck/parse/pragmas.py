# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which ``#pragma pack`` is in force at a line; libclang does not say."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cache

from msgspec import Struct

from abicheck.parse.bare import SPLICE, bare, joined

_DIRECTIVE = re.compile(rb"^[ \t]*(?:#|%:)[ \t]*(\w+)[ \t]*([^\r\n]*)", re.MULTILINE)
_PRAGMA = re.compile(rb"(pack|ms_struct|scalar_storage_order)\b[ \t]*(.*)")
_ACTION = re.compile(rb"\(\s*(?:(push|pop)\s*(?:,\s*([A-Za-z_]\w*)\s*)?)?(,?)\s*(\d+)?\s*\)\s*")
_OPERATOR = re.compile(rb"\b_Pragma\b")
_HARMLESS = re.compile(rb"\b_Pragma\s*\(\s*\"\s*(?:GCC|clang)\s+diagnostic\b")
_SIZES = (1, 2, 4, 8, 16)
"""GCC and clang ignore any other, with a warning."""


class PackState(Struct, frozen=True):
    """The packing in force: ``pack`` in bytes or None; ``unknown`` says why it is not known."""

    pack: int | None = None
    unknown: str | None = None


_UNPACKED = PackState()
_UNREADABLE = PackState(unknown="unreadable #pragma pack")
_CONDITIONAL = PackState(unknown="#pragma pack under #if")


class Pragmas(Struct, frozen=True):
    """The packing at each line of one file, as far as the file itself sets it."""

    lines: tuple[int, ...] = ()
    states: tuple[PackState, ...] = ()
    leak: str | None = None
    """How the file changes the packing of those that include it, None where it does not."""

    def within(self, first: int, last: int) -> PackState:
        """The state for a body from one line to another, counted from 1."""
        index = bisect_right(self.lines, first)
        if index < bisect_right(self.lines, last):
            # GCC takes the state at the closing brace, clang that at the opening one.
            return PackState(unknown="#pragma pack inside the body")
        return self.states[index - 1] if index else _UNPACKED


@cache
def pragmas(text: bytes) -> Pragmas:
    """What a file's text says about packing."""
    if b"ragma" not in joined(text):
        return _NONE
    code = bare(text)
    if len(_OPERATOR.findall(code)) > len(_HARMLESS.findall(code)):
        reason = "_Pragma may change the packing"
        return Pragmas((1,), (PackState(unknown=reason),), reason)
    return _read(code, _splices(text))


_NONE = Pragmas()


def _read(code: bytes, splices: list[int]) -> Pragmas:
    guarded, depth = _is_guarded(code), 0
    state, stack = _UNPACKED, list[tuple[bytes, PackState]]()
    lines, states = list[int](), list[PackState]()
    line = at = 0
    for match in _DIRECTIVE.finditer(code):
        word = match[1]
        depth += word.startswith(b"if") - (word == b"endif")
        pragma = _PRAGMA.match(match[2]) if word == b"pragma" else None
        if pragma is None:
            continue
        state = _next(state, pragma, stack)
        if depth > guarded:
            state = PackState(unknown=state.unknown or _CONDITIONAL.unknown)
            stack[:] = [(name, _CONDITIONAL) for name, _ in stack]
        line, at = line + code.count(b"\n", at, match.start()), match.start()
        lines.append(line + bisect_left(splices, line) + 1)
        states.append(state)
    leaks = stack or state != _UNPACKED
    leak = "an included file leaves a #pragma in force" if leaks else None
    return Pragmas(tuple(lines), tuple(states), leak)


def _splices(text: bytes) -> list[int]:
    """For each splice the line, counted from 0, of the joined text that it lies in."""
    found: list[int] = []
    start = line = 0
    for match in SPLICE.finditer(text):
        line += text.count(b"\n", start, match.start())
        start = match.end()
        found.append(line)
    return found


def _next(
    state: PackState, pragma: re.Match[bytes], stack: list[tuple[bytes, PackState]]
) -> PackState:
    if pragma[1] != b"pack":
        return PackState(unknown=f"#pragma {pragma[1].decode()}")
    action = _ACTION.fullmatch(pragma[2])
    if action is None:
        return _UNREADABLE
    what, name, comma, digits = action.groups()
    size = int(digits[:9]) if digits else 0
    if bool(comma) != bool(what and digits) or (digits and size not in _SIZES):
        return _UNREADABLE
    if what == b"pop":
        return _popped(name, stack) if not digits else _UNREADABLE
    if what == b"push":
        stack.append((name or b"", state))
        return PackState(size) if digits else state
    return PackState(size) if digits else _UNPACKED


def _popped(name: bytes | None, stack: list[tuple[bytes, PackState]]) -> PackState:
    """The state saved last, or saved last under a name."""
    while stack:
        called, state = stack.pop()
        if name is None or called == name:
            return state
    return _UNREADABLE


def _is_guarded(text: bytes) -> bool:
    """Whether the whole text stands inside one ``#ifndef``."""
    code = text.strip()
    depth = 0
    for match in _DIRECTIVE.finditer(code):
        word = match[1]
        if depth == 0 and not (word == b"ifndef" and match.start() == 0):
            return False
        if depth == 1 and word in (b"else", b"elif", b"elifdef", b"elifndef"):
            return False
        depth += word.startswith(b"if") - (word == b"endif")
        if depth == 0:
            return not code[match.end() :].strip()
    return False
