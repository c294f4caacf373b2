# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the new names of constants that only changed their names."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from abicheck.checks.changes.numbers import by_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abicheck.checks.changes.facts import ConstantChange, ConstantsChange

_ALIKE = 0.62
"""How much of what is not common to two names is the same where one is the other's spelling."""
_NAME = re.compile(r"[A-Za-z_]\w*")
_LONGEST = 200
"""Characters of a name that are compared; hostile ones have no end."""
_RARE = 1 << 12
"""Below it, headers have the same numbers for things that have nothing in common."""
MOST = 400
"""Names gone at once that are compared with others; a header taken apart has as many."""


def gone(facts: ConstantsChange) -> Iterator[ConstantChange]:
    """The constants that some ABIs no longer have."""
    return (change for change in facts.changes if change.lost)


def prefix(name: str) -> str:
    """What names that belong together begin with."""
    return name.strip("_").split("_")[0]


class Heirs:
    """The new names of constants that only changed their names."""

    def __init__(self, facts: ConstantsChange) -> None:
        self._new = by_number(change for change in facts.changes if change.old is None)
        self._gone = {change.name for change in gone(facts)}
        self._born = {change.name for change in facts.changes if change.old is None}
        self._left = MOST
        self._known: dict[str, str] = {}

    def of(self, change: ConstantChange) -> str:
        """The constant that has its number, and much of its name; empty where there is none."""
        if change.name not in self._known:
            self._left -= 1
            self._known[change.name] = self._find(change) if self._left >= 0 else ""
        return self._known[change.name]

    def _find(self, change: ConstantChange) -> str:
        assert change.old is not None  # it is gone
        if change.new is not None or change.elsewhere:
            return ""
        if _NAME.fullmatch(change.old.text) and change.old.text not in self._gone:
            return change.old.text
        takers = [o for o in with_its_number(change, self._new) if takes_over(change, o)]
        found = [
            (share, other.name)
            for other in takers
            if (share := alike(change.name, other.name)) >= _ALIKE
        ]
        if found:
            return max(found)[1]
        return next((o.name for o in takers if self._in_place(change, o)), "")

    def is_one(self, change: ConstantChange, other: ConstantChange) -> bool:
        """Whether a new name is another spelling of one that is gone, or stands in its place."""
        return alike(change.name, other.name) >= _ALIKE or self._in_place(change, other)

    def _in_place(self, change: ConstantChange, other: ConstantChange) -> bool:
        """Whether nothing differs but the name: text, place and comment are as they were."""
        old, new = change.old, other.new
        assert old is not None  # it is gone
        assert new is not None  # it is there
        if (old.text, old.comment, change.include) != (new.text, new.comment, other.include):
            return False
        sides = zip(old.beside, new.beside, strict=True)
        return any(was == now or (was in self._gone and now in self._born) for was, now in sides)


def with_its_number(
    change: ConstantChange, numbers: Mapping[int, list[ConstantChange]]
) -> list[ConstantChange]:
    """Some of the constants of today that have a number that this one had."""
    assert change.old is not None  # it is gone
    number = next(iter(change.old.by_abi.values()))
    return [] if number is None else numbers.get(number, [])[:MOST]


def takes_over(change: ConstantChange, other: ConstantChange) -> bool:
    """Whether another constant of today has the number that this one had, wherever it was."""
    assert change.old is not None  # it is gone
    if other.new is None or other.marker != change.marker or not _same_enum(change, other):
        return False
    if (change.old.command is None) != (other.new.command is None):
        return False  # one is an ioctl, the other asks it for something
    if other.include != change.include and not _is_telling(change, other):
        return False
    was, now = change.old.by_abi, other.new.by_abi
    return all(was[abi] is not None and now.get(abi, was[abi]) == was[abi] for abi in change.lost)


def _is_telling(change: ConstantChange, other: ConstantChange) -> bool:
    """Whether a number is so rare that a name of another header with it is no accident."""
    assert change.old is not None  # it is gone
    numbers = [number for number in change.old.by_abi.values() if number is not None]
    return prefix(other.name) == prefix(change.name) and all(abs(n) >= _RARE for n in numbers)


def _same_enum(change: ConstantChange, other: ConstantChange) -> bool:
    """Whether both are of one enum, or macros; an enum without a tag goes by its first name."""
    assert change.old is not None  # it is gone
    assert other.new is not None  # it is there
    old, new = change.old.enum, other.new.enum
    first = old == change.name and new == other.name and change.include == other.include
    return old == new or (first and 0 not in change.old.by_abi.values())


def alike(one: str, other: str) -> float:
    """How much two names are one, 1 where one is the other with more words, or another prefix.

    Only the words that they do not have in common at both ends are compared: ``RX_CSUM`` is not
    ``TX_CSUM``.
    """
    first, second = ([w for w in name[:_LONGEST].split("_") if w] for name in (one, other))
    if _has_all(first, second) or _has_all(second, first) or first[1:] == second[1:] != []:
        return 1.0
    while first and second and first[0] == second[0]:
        first, second = first[1:], second[1:]
    while first and second and first[-1] == second[-1]:
        first, second = first[:-1], second[:-1]
    rest = "_".join(first), "_".join(second)
    return SequenceMatcher(None, *rest, autojunk=False).ratio()


def _has_all(words: list[str], others: list[str]) -> bool:
    """Whether all words are among the others, in their order."""
    left = iter(others)
    return all(word in left for word in words)


def is_near(change: ConstantChange, heir: str) -> bool:
    """Whether a new name says the same as the old one did, as far as words go."""
    assert change.old is not None  # it is gone
    return heir == change.old.text or alike(change.name, heir) >= _ALIKE
