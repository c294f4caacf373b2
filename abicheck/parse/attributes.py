# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads GNU attributes out of a declaration as libclang prints it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

_START = re.compile(r"__attribute__\(\(|_Alignas\(|\[\[")
_CLOSE = {"__attribute__((": "))", "_Alignas(": ")", "[[": "]]"}
_UNDECIDED = ("ms_struct", "scalar_storage_order", "randomize_layout")
"""Attributes that change a layout in ways the engine does not model."""


class Attributes(Struct, frozen=True):
    """The attributes that bear on layout; ``aligned`` holds the expressions as printed."""

    packed: bool = False
    aligned: tuple[str, ...] = ()
    """One expression for each ``aligned`` or ``_Alignas``, empty text for a bare ``aligned``."""
    undecided: str | None = None


NONE = Attributes()


def present(printed: str) -> bool:
    """Whether a printed declaration has any attribute, inside its braces or out."""
    return "__attribute__" in printed or "_Alignas" in printed or "[[" in printed


def read(printed: str) -> Attributes:
    """The layout attributes of a printed declaration, without those inside its braces."""
    if not present(printed):
        return NONE
    packed, aligned, undecided = False, [], None
    for name, argument in _each(_outside_braces(printed)):
        if name == "packed":
            packed = True
        elif name == "aligned":
            aligned.append(argument)
        elif name in _UNDECIDED:
            undecided = f"attribute {name}"
    return Attributes(packed, tuple(aligned), undecided)


def _outside_braces(printed: str) -> str:
    first, last = printed.find("{"), printed.rfind("}")
    return printed if first < 0 else printed[:first] + printed[last + 1 :]


def _each(text: str) -> Iterator[tuple[str, str]]:
    """(name, argument text) for each attribute, underscores around the name removed."""
    at = 0
    while match := _START.search(text, at):
        opening = match[0]
        end = _closing(text, match.end(), opening.count("(") or 1)
        body = text[match.end() : end].removesuffix(_CLOSE[opening][:-1])
        at = end + 1
        if opening == "_Alignas(":
            yield "aligned", body
            continue
        name, _, argument = body.strip().partition("(")
        name = name.strip().rpartition("::")[2].strip("_")
        yield name, argument.removesuffix(")").strip()


def _closing(text: str, at: int, depth: int) -> int:
    """The index of the bracket that brings ``depth`` open ones to none."""
    for index in range(at, len(text)):
        if text[index] in "([":
            depth += 1
        elif text[index] in ")]":
            depth -= 1
            if depth == 0:
                return index
    return len(text)
