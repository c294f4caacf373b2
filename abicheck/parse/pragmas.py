# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which ``#pragma pack`` is in force at a line; libclang does not say."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_LINE = re.compile(
    rb"^[ \t]*#[ \t]*(?:(pragma)[ \t]+(pack|ms_struct|scalar_storage_order)\b[ \t]*([^\n]*)"
    rb"|(if|ifdef|ifndef|endif)\b[ \t]*([^\n]*))",
    re.MULTILINE,
)
_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
_CODE = re.compile(rb"^[ \t]*(?!//)(#[ \t]*\w+|[A-Za-z_])", re.MULTILINE)
_ACTION = re.compile(rb"\(\s*(push|pop)?\s*,?\s*(?:[A-Za-z_]\w*\s*,?\s*)?(\d+)?\s*\)")


@dataclass(frozen=True, slots=True)
class PackState:
    """The packing in force: ``pack`` in bytes or None; ``unknown`` says why it is not known."""

    pack: int | None = None
    unknown: str | None = None


_UNPACKED = PackState()


class Pragmas:
    """The packing at each line of one file. A file that includes another inherits nothing."""

    def __init__(self, text: bytes) -> None:
        """Reads the pragmas of a file's whole text."""
        self._lines: list[int] = []
        self._states: list[PackState] = []
        self._stack: list[PackState] = []
        if b"pragma" in text:
            self._read(text)

    def at(self, line: int) -> PackState:
        """The state for a body that starts at this line, counted from 1."""
        index = bisect_right(self._lines, line)
        return self._states[index - 1] if index else _UNPACKED

    def _read(self, text: bytes) -> None:
        state, depth = _UNPACKED, 0
        guarded = _guard_depth(text)
        for match in _LINE.finditer(text):
            if match[4]:
                depth += -1 if match[4] == b"endif" else 1
                continue
            state = self._next(state, match[2], match[3])
            if depth > guarded and state.unknown is None:
                state = PackState(unknown="#pragma pack under #if")
            self._lines.append(text.count(b"\n", 0, match.start()) + 1)
            self._states.append(state)

    def _next(self, state: PackState, pragma: bytes, rest: bytes) -> PackState:
        if pragma != b"pack":
            return PackState(unknown=f"#pragma {pragma.decode()}")
        if not rest.strip().startswith(b"("):
            return _UNPACKED if not rest.strip() else PackState(unknown="unreadable #pragma pack")
        action = _ACTION.match(rest.strip())
        if action is None:
            return PackState(unknown="unreadable #pragma pack")
        if action[1] == b"pop":
            return self._stack.pop() if self._stack else _UNPACKED
        if action[1] == b"push":
            self._stack.append(state)
            return PackState(int(action[2])) if action[2] else state
        return PackState(int(action[2])) if action[2] else _UNPACKED


def _guard_depth(text: bytes) -> int:
    """How deep in ``#if`` the body of a header lies: 1 behind an include guard, else 0."""
    first = _CODE.search(_COMMENT.sub(b"", text))
    return 1 if first and first[0].startswith(b"#") and b"ifndef" in first[0] else 0
