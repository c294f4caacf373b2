# SPDX-License-Identifier: GPL-2.0-or-later
"""This module knows which records a user's words mean, and where their text may define them."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase, translate
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.errors import UsageError
from abicheck.model import Array, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import MemberLayout, RecordLayout

_DEFINED = re.compile(
    rb"\b(?:struct|union)\b[^;{}()=]{0,200}\{|\}[^;{}=]{0,200};|__struct_group(?:_tagged)?\s*\([^)]*\)"
)
_WORD = re.compile(rb"[A-Za-z_]\w*")
_KEYWORDS = ("struct", "union")


class Pattern(Struct, frozen=True):
    """A glob over tags and typedef names, and the path of a member below the record."""

    glob: str
    inner: str

    def matches(self, name: str) -> bool:
        """Whether a record's name, such as ``struct kvm_run``, is meant."""
        return fnmatchcase(name, self.glob) or fnmatchcase(name.rpartition(" ")[2], self.glob)


class Wanted(Struct, frozen=True):
    """The records asked for."""

    patterns: tuple[Pattern, ...]

    @property
    def everything(self) -> bool:
        """Whether every record of the headers is asked for."""
        return all(pattern.glob == "*" and not pattern.inner for pattern in self.patterns)

    def chosen(self, name: str, layout: RecordLayout) -> Iterator[tuple[str, RecordLayout]]:
        """(name, layout) for what is asked of a record: itself, or records nested in it."""
        found: dict[str, RecordLayout] = {}
        for pattern in self.patterns:
            if not pattern.matches(name):
                continue
            if not pattern.inner:
                found[name] = layout
                continue
            for leaf in walk(layout):
                inner = leaf.placed.element
                if inner is not None and leaf.placed.member.name and leaf.path == pattern.inner:
                    found[f"{name}.{leaf.path}{_first_element(leaf.placed)}"] = inner
        yield from found.items()

    def matches(self, name: str) -> bool:
        """Whether a record is asked for, or holds one that is."""
        return any(pattern.matches(name) for pattern in self.patterns)

    def may_define(self, text: bytes) -> bool:
        """Whether a header's text may define one of the records; comments may mislead it."""
        expression = _any_of(self.patterns)
        return any(expression.fullmatch(word) for word in _named(text))


def wanted_records(words: tuple[str, ...]) -> Wanted:
    """The records that words such as ``kvm_run``, ``struct kvm_*`` or ``kvm_run.mmio`` mean."""
    return Wanted(tuple(_pattern(word) for word in words))


def _pattern(word: str) -> Pattern:
    text = " ".join(word.split())
    if not text or not re.fullmatch(r"[\w\s.*?\[\]!-]+", text):
        raise UsageError(f"'{word}' is neither a record's name nor a path that exists")
    glob, dot, inner = text.partition(".")
    if dot and not all((glob, *inner.split("."))):
        raise UsageError(f"'{word}' is no path to a member: there is no name on one side of a dot")
    return Pattern(glob, inner)


@cache
def _any_of(patterns: tuple[Pattern, ...]) -> re.Pattern[bytes]:
    bare = (
        pattern.glob.partition(" ")[2] if pattern.glob.startswith(_KEYWORDS) else pattern.glob
        for pattern in patterns
    )
    return re.compile("|".join(translate(glob or "*") for glob in bare).encode())


def _named(text: bytes) -> set[bytes]:
    """The words that stand where a tag or a typedef's name would."""
    found: set[bytes] = set()
    for match in _DEFINED.finditer(text):
        found.update(_WORD.findall(match[0]))
    return found


def _first_element(placed: MemberLayout) -> str:
    """What C puts behind an array to name the record in it, such as ``[0][0]``."""
    if placed.count is None:
        return ""
    dimensions, ctype = 0, placed.member.type
    while isinstance(ctype, Array):
        dimensions, ctype = dimensions + 1, ctype.element
    return "[0]" * max(1, dimensions)
