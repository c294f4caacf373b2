# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the typedefs and inline functions of a header's text, under any ``#if``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.families.conditions import ConditionStack
from abicheck.families.scan import MAX_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|//[^\n]*", re.DOTALL)
_TOKEN = re.compile(
    r"^[ \t]*#[ \t]*(?P<word>\w+)\b(?P<rest>(?:[^\n\\]+|\\\n?)*)"
    r"|\btypedef\b(?P<typedef>[^;{}#]{1,300});"
    r"|\bstatic\s+(?:__)?(?:always_)?inline(?:__)?\b(?P<inline>[^;{}#]{1,600})\{",
    re.MULTILINE,
)
_NAME = re.compile(r"\(\s*\*\s*(\w+)\s*\)\s*\(|\b(\w+)\s*((?:\[[^\]]*\]\s*)*)$")
_ATTRIBUTE = re.compile(r"\b__attribute__\s*\(\((?:[^()]|\([^()]*\))*\)\)")
_CALLED = re.compile(r"\b(\w+)\s*\(")


class Declared(Struct, frozen=True):
    """A typedef without a body, or an inline function."""

    name: str
    kind: str
    """``typedef`` or ``function``."""
    words: str
    """What a typedef stands for, as written; of a function nothing: its body may change."""
    line: int
    condition: tuple[str, ...]


def read_declared(content: bytes) -> Iterator[Declared]:
    """All of them, in the order of their lines."""
    if len(content) > MAX_TEXT or (b"typedef" not in content and b"inline" not in content):
        return
    text = _COMMENT.sub(_blank, content.decode("utf-8", "replace"))
    stack = ConditionStack()
    line, at = 1, 0
    for match in _TOKEN.finditer(text):
        line, at = line + text.count("\n", at, match.start()), match.start()
        word = match["word"]
        if word is None:
            found = _named(match, line, stack.without_guard(stack.current))
            if found is not None:
                yield found
        elif word == "define":
            stack.saw_define(match["rest"].strip().partition(" ")[0] or " ")
        elif word in ("if", "ifdef", "ifndef", "elif", "else", "endif"):
            stack.feed(word, match["rest"].replace("\\\n", " ").strip())


def _blank(comment: re.Match[str]) -> str:
    return " " + "\n" * comment[0].count("\n")


def _named(match: re.Match[str], line: int, condition: tuple[str, ...]) -> Declared | None:
    if match["inline"] is not None:
        called = _CALLED.search(_ATTRIBUTE.sub(" ", match["inline"]))
        return called and Declared(called[1], "function", "", line, condition)
    words = " ".join(_ATTRIBUTE.sub(" ", match["typedef"]).split())
    name = _NAME.search(words)
    if name is None:
        return None
    rest = (words[: name.start()] + (name[3] or words[name.end() :])).strip()
    return Declared(name[1] or name[2], "typedef", rest, line, condition)
