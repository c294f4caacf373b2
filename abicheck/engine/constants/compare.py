# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the constants that differ between two versions, and their numbers in both."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abicheck.checks.changes.facts import ConstantChange, ConstantsChange, HeaderLost
from abicheck.engine.constants.book import Book
from abicheck.engine.constants.sides import Draft, Side
from abicheck.engine.constants.version import Version

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from abicheck.engine.constants.sides import Sizes
    from abicheck.engine.constants.version import Header, Site
    from abicheck.export import World

_WORD = re.compile(r"[A-Za-z_]\w*")
_GUARD = re.compile(r"_\w*_H_*|\w+_H_*|_\w*(?:INCLUDED|DEFINED)_*")
_ROUNDS = 8
"""Macros of macros that are followed from a number that changed."""


@dataclass(slots=True)
class _Pair:
    """A header in both versions, None where one lacks it, and the ABIs that see it so."""

    old: Header | None
    new: Header | None
    abis: list[str] = field(default_factory=list)


class Comparison:
    """The constants of two versions."""

    def __init__(
        self, worlds: Mapping[str, tuple[World, World]], sizes: tuple[Sizes, Sizes]
    ) -> None:
        """``sizes`` are those of the records that were laid out: by name, by ABI, in bytes."""
        self._abis = tuple(worlds)
        self._old = Side(Version({abi: pair[0] for abi, pair in worlds.items()}), sizes[0])
        self._new = Side(Version({abi: pair[1] for abi, pair in worlds.items()}), sizes[1])
        self._book = Book()
        self._done: dict[tuple[str, str], ConstantChange] = {}
        self._resized = frozenset(_resized(*sizes))

    def changes(self, differing: Mapping[str, Collection[str]]) -> ConstantsChange:
        """The constants of the headers that differ, by place.

        ``differing`` has their include paths by ABI. What other headers make of a number that
        changed, or of a record whose size did, is among the changes.
        """
        pairs = self._paired(differing)
        self._look_elsewhere(pair for row in pairs.values() for pair in row)
        for include, row in pairs.items():
            for name in _names_of(row):
                if any(_meaning(pair.old, name) != _meaning(pair.new, name) for pair in row):
                    self._compare(include, name, row)
        self._follow()
        changed = list(_once(change for change in self._done.values() if _differs(change)))
        losing = {c.old.span.path for c in changed if c.old is not None and c.new is None}
        for include, row in pairs.items():
            if any(pair.old is not None and pair.old.path in losing for pair in row):
                for name in _names_of(row):
                    self._compare(include, name, row)
        kept = (change for change in self._done.values() if not _differs(change))
        return ConstantsChange(changes=tuple(sorted(changed, key=_place)), kept=tuple(_once(kept)))

    def lost(self, differing: Mapping[str, Collection[str]]) -> tuple[HeaderLost, ...]:
        """Those of the headers that the old version exports and the new one does not."""
        found: dict[tuple[str, str], list[str]] = {}
        for abi, names in differing.items():
            before, after = self._old.version.headers(abi), self._new.version.headers(abi)
            for include in names:
                if include in before and include not in after:
                    found.setdefault((include, before[include].path), []).append(abi)
        return tuple(
            HeaderLost(
                include=include,
                path=path,
                abis=tuple(abis),
                kept=tuple(a for a in self._abis if include in self._new.version.headers(a)),
                heir=self._heir(include, abis[0]),
            )
            for (include, path), abis in sorted(found.items())
            if not include.startswith("asm-generic/")
        )

    def _heir(self, include: str, abi: str) -> str:
        """The header of the new version that defines most of what a header of the old one did."""
        names = self._old.version.headers(abi)[include].names
        found = Counter(
            place
            for name in names
            for site in self._new.elsewhere.get(name, ())
            if (place := self._new.version.place(site.header, abi)) is not None
        )
        (best, count), *_ = [*found.most_common(1), ("", 0)]
        return best if count * 2 > len(names) else ""

    def _paired(self, includes: Mapping[str, Collection[str]]) -> dict[str, list[_Pair]]:
        """By include path: what the ABIs see there, those that see the same together."""
        found: dict[str, dict[tuple[Header | None, Header | None], _Pair]] = {}
        for abi, names in includes.items():
            before, after = self._old.version.headers(abi), self._new.version.headers(abi)
            for include in names:
                key = (before.get(include), after.get(include))
                if key != (None, None):
                    row = found.setdefault(include, {})
                    row.setdefault(key, _Pair(*key)).abis.append(abi)
        return {include: list(found[include].values()) for include in sorted(found)}

    def _look_elsewhere(self, pairs: Iterable[_Pair]) -> None:
        """Finds the names that one version of a header lacks in all headers of that version."""
        lost_by_old: set[str] = set()
        lost_by_new: set[str] = set()
        for pair in pairs:
            old, new = _names(pair.old), _names(pair.new)
            lost_by_new.update(old.keys() - new.keys())
            lost_by_old.update(new.keys() - old.keys())
        self._old.elsewhere = self._old.version.holding(lost_by_old)
        self._new.elsewhere = self._new.version.holding(lost_by_new)

    def _compare(self, include: str, name: str, row: Iterable[_Pair]) -> None:
        """Takes down one name under all ABIs that see its header, where it is a constant there."""
        if (include, name) in self._done:
            return
        before, after = Draft(self._old), Draft(self._new)
        for pair in row:
            for abi in pair.abis:
                one = self._old.found(name, abi, include, _names(pair.old).get(name, ()))
                two = self._new.found(name, abi, include, _names(pair.new).get(name, ()))
                gone = (pair.new is None and two is None) or (pair.old is None and one is None)
                if not gone:
                    before.add(abi, one)
                    after.add(abi, two)
        if before.found or after.found:
            told = self._book.about(include, name)
            self._done[include, name] = ConstantChange(
                name=name,
                old=before.value(),
                new=after.value(),
                include=include,
                family=told.family,
                marker=told.marker,
                excuse=told.excuse,
            )

    def _follow(self) -> None:
        """Compares what is made of the numbers and sizes that changed, under their old text."""
        words: frozenset[str] = self._resized
        for _ in range(_ROUNDS):
            words |= {c.name for c in self._done.values() if c.old and c.new and _differs(c)}
            known = len(self._done)
            headers = frozenset(self._new.version.mentioning(words))
            places = {
                abi: [i for i, h in self._new.version.headers(abi).items() if h in headers]
                for abi in self._abis
            }
            for include, row in self._paired(places).items():
                for name in _names_of(row):
                    if any(_speaks(site, words) for pair in row for site in _sites(pair, name)):
                        self._compare(include, name, row)
            if len(self._done) == known:
                break


def _resized(old: Sizes, new: Sizes) -> Iterator[str]:
    """The last words of the names of records whose size is not what it was."""
    for name, sizes in new.items():
        before = old.get(name, {})
        if any(before.get(abi, size) != size for abi, size in sizes.items()):
            yield name.rpartition(" ")[2]


def _names(header: Header | None) -> Mapping[str, tuple[Site, ...]]:
    return {} if header is None else header.names


def _sites(pair: _Pair, name: str) -> tuple[Site, ...]:
    return (*_names(pair.old).get(name, ()), *_names(pair.new).get(name, ()))


def _meaning(header: Header | None, name: str) -> object:
    return [site.meaning for site in _names(header).get(name, ())]


def _names_of(row: Iterable[_Pair]) -> list[str]:
    """The names of a header's both versions that are constants, in the order of their lines."""
    found: dict[str, None] = {}
    for pair in row:
        for header in (pair.new, pair.old):
            found.update(dict.fromkeys(_names(header)))
    return [name for name in found if not _GUARD.fullmatch(name)]


def _speaks(site: Site, words: Collection[str]) -> bool:
    return any(word in words for word in _WORD.findall(site.origin or ""))


def _once(changes: Iterable[ConstantChange]) -> Iterator[ConstantChange]:
    """Each change once, whichever of its headers it was met in."""
    seen = set()
    for change in changes:
        key = (change.name, change.old and change.old.span, change.new and change.new.span)
        if key not in seen:
            seen.add(key)
            yield change


def _place(change: ConstantChange) -> tuple[object, ...]:
    value = change.new or change.old
    assert value is not None  # one version has it
    return value.span.path, value.span.line, change.name


def _differs(change: ConstantChange) -> bool:
    old, new = change.old, change.new
    if old is None or new is None:
        return True
    if old.by_abi != new.by_abi:
        return True
    return old.text != new.text and any(number is None for _, number in old.numbers)
