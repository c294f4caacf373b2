# SPDX-License-Identifier: GPL-2.0-or-later
"""This module follows ``#pragma pack`` through a unit."""

from __future__ import annotations

import re

from msgspec import Struct, field

_PACK = re.compile(r"pragma\s+pack\s*(?:\((.*)\))?\s*$")
_OTHER = re.compile(r"pragma\s+(ms_struct|scalar_storage_order)\b")
_OPERATOR = re.compile(r'\(\s*"(.*)"\s*\)')


class Packing(Struct):
    """The packing in force: ``pack`` in bytes or None; ``unknown`` says why it is not known."""

    pack: int | None = None
    unknown: str | None = None
    _stack: list[tuple[str, int | None]] = field(default_factory=list)

    def apply(self, directive: str) -> None:
        """Takes a directive such as ``pragma pack(push, 1)`` into account."""
        other = _OTHER.match(directive)
        if other:
            self.unknown = f"#pragma {other[1]}"
        elif match := _PACK.match(directive):
            words = [word.strip() for word in (match[1] or "").split(",") if word.strip()]
            self._set(words)

    def _set(self, words: list[str]) -> None:
        action = words.pop(0) if words and words[0] in ("push", "pop") else "set"
        size = words.pop() if words and words[-1].isdigit() else None
        label = words[0] if words else ""
        if len(words) > (action != "set"):
            self.unknown = "unreadable #pragma pack"
        elif action == "push":
            self._stack.append((label, self.pack))
            self.pack = self.pack if size is None else int(size) or None
        elif action == "pop":
            self._pop(label)
            self.pack = self.pack if size is None else int(size) or None
        else:
            self.pack = None if size is None else int(size) or None

    def _pop(self, label: str) -> None:
        """Back to the latest push, or to the latest one with this label."""
        for index in range(len(self._stack) - 1, -1, -1):
            if not label or self._stack[index][0] == label:
                self.pack = self._stack[index][1]
                del self._stack[index:]
                return


def operator(argument: str) -> str:
    """The directive that ``_Pragma`` with this parenthesised argument stands for."""
    match = _OPERATOR.match(argument)
    return "pragma " + match[1].replace('\\"', '"') if match else "pragma"
