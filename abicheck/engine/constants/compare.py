# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the constants that differ between two versions, and their numbers in both."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct, field

from abicheck.checks.changes.facts import ConstantChange, ConstantsChange, HeaderLost
from abicheck.engine.constants.apart import with_homes
from abicheck.engine.constants.book import Book
from abicheck.engine.constants.sides import Draft, Side
from abicheck.engine.constants.version import Version, holding

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from abicheck.engine.constants.sides import Found, Sizes
    from abicheck.engine.constants.version import Header, Site
    from abicheck.export import World

_WORD = re.compile(r"[A-Za-z_]\w*")
_GUARD = re.compile(r"_\w*_H_*|\w+_H_*|_\w*(?:INCLUDED|DEFINED)_*")
_WIDTH = "asm/bitsperlong.h"
_ROUNDS = 8
"""Macros of macros that are followed from a number that changed."""


class _Pair(Struct):
    """A header in both versions, None where one lacks it, and the ABIs that see it so."""

    old: Header | None
    new: Header | None
    abis: list[str] = field(default_factory=list)


class Comparison:
    """The constants of two versions in the headers that differ."""

    def __init__(
        self,
        versions: tuple[Version, Version],
        differing: Mapping[str, Collection[str]],
        sizes: tuple[Sizes, Sizes],
        others: Callable[[], Iterable[World]] = tuple,
    ) -> None:
        """``differing`` has the include paths by ABI, ``sizes`` the bytes of records.

        ``others`` gives the new version's worlds of ABIs that are not compared.
        """
        self._old, self._new = map(Side, versions, sizes)
        self.dropped = tuple(
            abi
            for abi, includes in differing.items()
            if _WIDTH in includes
            and self._old.is_supported(abi, _WIDTH)
            and not self._new.is_supported(abi, _WIDTH)
        )
        """The ABIs whose programs the new version's headers no longer know."""
        self._resized = frozenset(_resized(*sizes))
        self._others = others
        self._book = Book()
        self._done: dict[tuple[str, str], ConstantChange] = {}
        self._pairs = self._paired(
            {abi: names for abi, names in differing.items() if abi not in self.dropped}
        )

    def changes(self) -> ConstantsChange:
        """The constants of the headers that differ, by place.

        What other headers make of a number that changed, or of a record whose size did, is among
        them.
        """
        self._look_elsewhere()
        for include, row in self._pairs.items():
            for name in _names_of(row):
                if any(_meaning(pair.old, name) != _meaning(pair.new, name) for pair in row):
                    self._compare(include, name, row)
        self._follow()
        changed = list(_once(change for change in self._done.values() if _differs(change)))
        kept = _once(change for change in self._done.values() if not _differs(change))
        changed = sorted(with_homes(changed, self._others), key=_place)
        return ConstantsChange(
            changes=tuple(change for change in changed if not _is_declared(change)),
            kept=tuple(change for change in kept if not _is_declared(change)),
            declared=tuple(change for change in changed if _is_declared(change)),
        )

    def lost(self) -> tuple[HeaderLost, ...]:
        """Those of the headers that the old version exports and the new one does not."""
        found: dict[Header, list[str]] = {}
        for row in self._pairs.values():
            for pair in row:
                if pair.old is not None and pair.new is None:
                    found.setdefault(pair.old, []).extend(pair.abis)
        return tuple(
            HeaderLost(
                include=header.include,
                path=header.path,
                line=_first_line(header),
                abis=tuple(names),
                kept=tuple(
                    a for a in self._new.abis if self._new.version.header(a, header.include)
                ),
                heir=self._heir(header, names[0]),
            )
            for header, names in found.items()
            if not header.include.startswith("asm-generic/")
            and not header.path.startswith("<generated>/linux/")
        )

    def _heir(self, lost: Header, abi: str) -> str:
        """The header of the new version that took over most of what one of the old one defined."""
        found = Counter(
            site.header.include
            for name in lost.names
            for site in self._new.elsewhere.get(name, ())
            if self._new.version.header(abi, site.header.include) is site.header
            and name not in _names(self._old.version.header(abi, site.header.include))
        )
        best, count = next(iter(found.most_common(1)), ("", 0))
        return best if count * 2 > len(lost.names) else ""

    def _paired(self, includes: Mapping[str, Collection[str]]) -> dict[str, list[_Pair]]:
        """By include path: what the ABIs see there, those that see the same together."""
        found: dict[str, dict[tuple[Header | None, Header | None], _Pair]] = {}
        for abi, names in includes.items():
            for include in names:
                old = self._old.version.header(abi, include)
                new = self._new.version.header(abi, include)
                if old is not None or new is not None:
                    row = found.setdefault(include, {})
                    row.setdefault((old, new), _Pair(old, new)).abis.append(abi)
        return {include: list(found[include].values()) for include in sorted(found)}

    def _look_elsewhere(self) -> None:
        """Finds the names that one version of a header has and the other lacks in other headers.

        The whole of both versions is read only for names that are in no header that differs.
        """
        pairs = [pair for row in self._pairs.values() for pair in row]
        old = {pair.old for pair in pairs if pair.old is not None}
        new = {pair.new for pair in pairs if pair.new is not None}
        moved = {n for pair in pairs for n in _names(pair.old).keys() ^ _names(pair.new).keys()}
        here = {name for header in new for name in header.all_names}
        gone = {name for header in old for name in header.all_names} & moved - here
        gone |= {name for pair in pairs for name in _left_by_architecture(pair)}
        for side, headers in ((self._old, old), (self._new, new)):
            whole = holding(side.version.all, gone) if gone else {}
            side.elsewhere = {**holding(headers, moved - gone), **whole}

    def _compare(self, include: str, name: str, row: Iterable[_Pair]) -> None:
        """Takes down one name under all ABIs that see its header, where it is a constant there."""
        if (include, name) in self._done:
            return
        before, after = Draft(self._old), Draft(self._new)
        for pair in row:
            for abi in pair.abis:
                one = self._old.found(name, abi, include, _names(pair.old).get(name, ()))
                two = self._new.found(name, abi, include, _names(pair.new).get(name, ()))
                if not _is_header_apart(pair, one, two):
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
        """Compares what is made of the numbers and sizes that changed, under their old text.

        Of markers that is only looked for in the headers that differ.
        """
        for _ in range(_ROUNDS):
            known = len(self._done)
            changed = [change for change in self._done.values() if _is_other(change)]
            words = self._resized.union(c.name for c in changed if not c.marker)
            rows = {**self._pairs, **self._speaking(words)}
            words = words.union(change.name for change in changed)
            for include, row in rows.items():
                for name in _names_of(row):
                    if any(_speaks(site, words) for pair in row for site in _sites(pair, name)):
                        self._compare(include, name, row)
            if len(self._done) == known:
                break

    def _speaking(self, words: frozenset[str]) -> dict[str, list[_Pair]]:
        """The headers of the whole new version that have one of the words."""
        if not words:
            return {}
        found = {header.include for header in self._new.version.mentioning(words)}
        return self._paired({abi: found for abi in self._new.abis if abi not in self.dropped})


def versions_of(worlds: Mapping[str, tuple[World, World]]) -> tuple[Version, Version]:
    """Both versions, by the worlds that ABIs have of them."""
    old, new = ({abi: pair[side] for abi, pair in worlds.items()} for side in (0, 1))
    return Version(old), Version(new)


def read_ahead(versions: tuple[Version, Version], differing: Mapping[str, Collection[str]]) -> None:
    """Reads what a comparison is going to ask of two versions, sizes aside."""
    for version in versions:
        for abi, includes in differing.items():
            for include in includes:
                _names(version.header(abi, include))


def _left_by_architecture(pair: _Pair) -> Iterator[str]:
    """The names that an ``asm/`` header lost: others' may have them, which are no help."""
    if pair.old is not None and pair.new is not None and pair.old.include.startswith("asm/"):
        yield from _names(pair.old).keys() - _names(pair.new).keys()


def _first_line(header: Header) -> int:
    """The line of a header's first definition but for its guard, 1 where it has none."""
    sites = (site for name, sites in header.names.items() if not _is_guard(name) for site in sites)
    return min((site.definition.line for site in sites), default=1)


def _is_guard(name: str) -> bool:
    return _GUARD.fullmatch(name) is not None


def _is_header_apart(pair: _Pair, old: Found | None, new: Found | None) -> bool:
    """Whether a name is in one version with its header, or may be in it for some programs."""
    if old is None or new is None:
        header, found = (pair.old, new) if old is None else (pair.new, old)
        return header is None or found is None or not found.certain
    return False


def _resized(old: Sizes, new: Sizes) -> Iterator[str]:
    """The last words of the names of records whose size is not what it was."""
    for name, sizes in new.items():
        before = old.get(name, {})
        if any(before.get(abi, size) != size for abi, size in sizes.items()):
            yield name.rpartition(" ")[2]


def _names(header: Header | None) -> Mapping[str, tuple[Site, ...]]:
    return {} if header is None else header.all_names


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
    return [name for name in found if not _is_guard(name)]


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


def _is_declared(change: ConstantChange) -> bool:
    """Whether a name is no constant in either version, or in the only one that has it."""
    sides = [value for value in (change.old, change.new) if value is not None]
    return any(value.kind for value in sides)


def _place(change: ConstantChange) -> tuple[object, ...]:
    value = change.new or change.old
    assert value is not None  # one version has it
    return value.span.path, value.span.line, change.name


def _is_other(change: ConstantChange) -> bool:
    """Whether what is made of it may be another number; ioctls are encoded by the ABI's row."""
    old, new = change.old, change.new
    if old is None or new is None or change.name.startswith("_IO"):
        return False
    now = new.by_abi
    return any(
        abi in now and (number != now[abi] or (number is None and old.text != new.text))
        for abi, number in old.by_abi.items()
    )


def _differs(change: ConstantChange) -> bool:
    old, new = change.old, change.new
    if old is None or new is None:
        return True
    if old.by_abi != new.by_abi:
        return True
    return old.text != new.text and any(number is None for _, number in old.numbers)
