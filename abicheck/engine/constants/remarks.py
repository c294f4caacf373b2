# SPDX-License-Identifier: GPL-2.0-or-later
"""This module says which constants changed in their text and have no number to compare."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abicheck.checks.changes.facts import ConstantChange, ConstantsChange
    from abicheck.engine.constants.compare import Comparison

_FEW = 3
"""Names that one note has."""
_STRING = re.compile(r'\(*\s*L?".*"\s*\)*')


def dropped(comparison: Comparison) -> tuple[str, ...]:
    """A note about the ABIs that were not compared."""
    names = comparison.dropped
    if not names:
        return ()
    what = f"the current headers no longer know 32-bit programs of {', '.join(names)}"
    return (f"not compared: {what}",)


def unevaluated(facts: ConstantsChange) -> dict[str, tuple[str, ...]]:
    """The names of such constants, by the path of their header."""
    found: dict[str, list[str]] = {}
    for change in facts.changes:
        if change.new is not None and _is_unknown(change):
            found.setdefault(change.new.span.path, []).append(change.name)
    return {path: tuple(names) for path, names in sorted(found.items())}


def notes_on(unknown: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """A note for each header that has such constants."""
    return tuple(
        f"{path}: not evaluated, though the text changed: {_some(names)}"
        for path, names in unknown.items()
    )


def _is_unknown(change: ConstantChange) -> bool:
    old, new = change.old, change.new
    if old is None or new is None or old.text == new.text:
        return False
    if _STRING.fullmatch(old.text) and _STRING.fullmatch(new.text):
        return False
    return None in old.by_abi.values() or None in new.by_abi.values()


def _some(names: Sequence[str]) -> str:
    more = len(names) - _FEW
    return ", ".join(names[:_FEW]) + (f" and {more} more" if more > 0 else "")
