# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the files of a kernel in which twins of records may stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.review.headers import HeaderStep, ShownHeader
    from abicheck.vcs.tree import Tree

_ASIDE = frozenset({"Documentation", "LICENSES", "rust", "samples", "scripts", "tools", "usr"})
"""Folders of a kernel in which no code of its own stands."""
_AFTER = ("32", "_32", "compat", "_compat", "compat32", "_compat32")
_MOST = 64
"""Records of one step whose twins are looked for."""
_WIDE = re.compile(r"\*|\blong\b|64|_t\b|\b(?:struct|union)\s+\w+\s+\w")
"""What a record must hold to be another one for 32-bit programs."""


class Homes:
    """The files of a kernel that define twins, looked for once for all steps of a change.

    A step's own files are read anyway, so that another step's answer is as good as one's own.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, tree: Tree, keys: Iterable[str]) -> tuple[str, ...]:
        """The files that define a twin of one of the records; InputError where nobody can tell."""
        asked = sorted(set(keys))[:_MOST]
        unknown = [key for key in asked if key not in self._known]
        if unknown:
            folders = tuple(name for name in tree.names() if name not in _ASIDE)
            phrases = [phrase for key in unknown for phrase in _phrases(key)]
            self._known |= dict.fromkeys(unknown, tree.mentions(phrases, folders))
        return tuple(dict.fromkeys(path for key in asked for path in self._known[key]))


def varying(step: HeaderStep) -> frozenset[str]:
    """The records of a header that a step changes and that 32-bit programs may have otherwise."""
    sides = [side for side in (step.old, step.new) if side is not None]
    there = step.old.records if step.old else {}
    return frozenset(
        key for key in step.records if key in there and any(_is_wide(side, key) for side in sides)
    )


def _is_wide(side: ShownHeader, key: str) -> bool:
    inner = (
        "\n".join(side.lines[one.sketch.line : one.sketch.end]) for one in side.records.get(key, ())
    )
    return any(_WIDE.search(text) for text in inner)


def _phrases(key: str) -> tuple[str, ...]:
    """How definitions of a record's twins begin."""
    kind, _, tag = key.rpartition(" ")
    tags = (f"compat_{tag}", *(f"{tag}{after}" for after in _AFTER))
    return tuple(f"{kind} {tag} {{" for tag in tags)
