# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which headers may be parsed together as if each stood alone.

One unit of many headers costs a tenth of as many units. But a macro that one header defines can
change another that never includes it. So headers share a unit only if no name that decides what
one of them declares is a macro of a file that it does not include itself; and what comes out is
kept only of those that took no type and no constant from such a file. Sets of files are bit masks:
there are a thousand headers, and each is compared with all.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import reduce
from operator import itemgetter, or_
from typing import TYPE_CHECKING

from abicheck.parse.inclusion import closure
from abicheck.parse.names import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

    from abicheck.parse.names import Names
    from abicheck.parse.unit import World

_ANY = b"*"
"""The name of whatever macro: ``##`` may make it of two parameters."""


class Closures:
    """The files that each header of one world can reach, and what they name."""

    def __init__(self, world: World, includes: Iterable[str]) -> None:
        """Reads what is needed of the world."""
        self._bit: dict[str, int] = {}
        self._mask: dict[str, int] = {}
        self._at: dict[str, int] = {}
        """By path in the tree: the bits of the names it is included by."""
        self._path: dict[str, str] = {}
        self._place: dict[str, int] = {}
        """By path in the tree: a bit of its own, whatever it is included by."""
        self._places: dict[int, int] = {}
        """By the bit of an include path: that of its path in the tree."""
        self._names: dict[int, str] = {}
        """By its bit: an include path."""
        self._unsteady = 0
        texts: dict[str, bytes] = {}
        for include in includes:
            reached = closure(world, (include,))
            texts.update(reached)
            self._mask[include] = self._mask_of(reached)
        for name, bit in self._bit.items():
            self._names[bit] = name
            path = self._path[name] = world.origin(name)
            self._at[path] = self._at.get(path, 0) | bit
            self._places[bit] = self._place.setdefault(path, 1 << len(self._place))
            if names(texts[name]).unsteady:
                self._unsteady |= bit
        self._macros = Macros({bit: names(texts[name]) for name, bit in self._bit.items()})
        self._used = {name: self._macros.used(bit) for name, bit in self._bit.items()}
        """By include path: the names that may stand for a type or constant of another file."""
        everything = (1 << len(self._bit)) - 1
        found = {bit: self._macros.deciding(bit, everything) for bit in self._bit.values()}
        self._deciding = {bit: mask for bit, mask in found.items() if mask & ~bit}
        """By file: those whose macros may decide what it declares; most look at none but theirs."""
        self._touchy = reduce(or_, self._deciding, 0)

    def _mask_of(self, files: Iterable[str]) -> int:
        mask = 0
        for name in files:
            mask |= self._bit.setdefault(name, 1 << len(self._bit))
        return mask

    def reaching(self, includes: Iterable[str], path: str) -> list[str]:
        """Those of the headers that can include the file at a path of the tree."""
        return [include for include in includes if self.reaches(include, path)]

    def reaches(self, include: str, path: str) -> bool:
        """Whether a header can include the file at a path of the tree."""
        return bool(self._mask[include] & self._at.get(path, 0))

    def users(
        self, includes: Iterable[str], declared: Mapping[bytes, str]
    ) -> Iterator[tuple[str, set[str]]]:
        """(path, paths): the files whose names, declared at those paths, a file uses.

        The file is one that the headers can include.
        """
        known = declared.keys()
        for bit in _bits(self._reached(includes)):
            name = self._names[bit]
            yield self._path[name], {declared[word] for word in self._used[name] & known}

    def lacking(
        self, includes: Iterable[str], needs: Iterable[tuple[str, Iterable[str]]]
    ) -> Iterator[str]:
        """Those of the headers that reach a file and not all of those that it needs."""
        needed = dict.fromkeys(self._bit.values(), 0)
        for path, others in needs:
            places = {self._place[other] for other in others if other in self._place}
            for bit in _bits(self._at.get(path, 0)):
                needed[bit] |= sum(places)
        for include in includes:
            wanted = reached = 0
            for bit in _bits(self._mask[include]):
                wanted |= needed[bit]
                reached |= self._places[bit]
            if wanted & ~reached:
                yield include

    def batches(
        self, includes: Sequence[str], guess: Sequence[Sequence[str]] = ()
    ) -> list[list[str]]:
        """The headers in batches that can share a unit; what must be alone comes last.

        ``guess`` is what came out for a like set of headers, such as another architecture's: most
        of it will hold again, and what does not is searched for.
        """
        found: list[list[str]] = []
        rest = [name for name in includes if self._is_steady(name)]
        apart = [[name] for name in includes if not self._is_steady(name)]
        guessed = {name for batch in guess for name in batch}
        for index, batch in enumerate(guess):
            members = set(batch)
            tried = [n for n in rest if n in members or (index == 0 and n not in guessed)]
            if len(tried) > 1:
                rest = self._settle(found, tried, rest)
        while len(rest) > 1:
            left = self._settle(found, self._candidates(rest), rest)
            if len(left) == len(rest):
                break
            rest = left
        return found + [[name] for name in rest] + apart

    def _is_steady(self, include: str) -> bool:
        """Whether a header exists and neither changes nor notices what stands around it."""
        return bool(self._mask[include]) and not self._mask[include] & self._unsteady

    def _settle(self, found: list[list[str]], tried: list[str], rest: list[str]) -> list[str]:
        """Adds those that can share a unit as a batch; returns what is left of ``rest``."""
        foreign = self._foreign(tried)
        batch = [name for name in tried if not foreign[name]]
        if len(batch) < 2:
            return rest
        found.append(batch)
        settled = set(batch)
        return [name for name in rest if name not in settled]

    def _candidates(self, includes: Sequence[str]) -> list[str]:
        """The headers without those that include a file that spoils many others."""
        together = list(includes)
        while True:
            polluters = self._polluters(self._foreign(together))
            if not polluters:
                return together
            together = [name for name in together if not self._mask[name] & polluters]

    def _foreign(self, includes: Sequence[str]) -> dict[str, int]:
        """For each header: the files of the others that could change what it declares."""
        present = self._reached(includes)
        deciding = {
            bit: self._macros.deciding(bit, present & self._deciding[bit])
            for bit in _bits(present & self._touchy)
        }
        foreign = {}
        for include in includes:
            mask = self._mask[include]
            found = reduce(or_, (deciding[bit] for bit in _bits(mask & self._touchy)), 0)
            foreign[include] = found & ~mask
        return foreign

    def _reached(self, includes: Iterable[str]) -> int:
        """The files that any of the headers can include."""
        return reduce(or_, (self._mask[include] for include in includes), 0)

    def _polluters(self, foreign: Mapping[str, int]) -> int:
        """The file that spoils more headers than include it, as a mask; 0 when there is none."""
        spoiled: dict[int, int] = {}
        for mask in foreign.values():
            for bit in _bits(mask):
                spoiled[bit] = spoiled.get(bit, 0) + 1
        worst, gain = 0, 0
        for bit, count in sorted(spoiled.items(), key=itemgetter(1), reverse=True):
            if count <= gain:
                break
            carriers = sum(1 for name in foreign if self._mask[name] & bit)
            if count - carriers > gain:
                worst, gain = bit, count - carriers
        return worst


class Macros:
    """The macros that decide what files declare: those their text names, and those behind them.

    Of a tree's macros these are one in fifteen; the others are for programs to use.
    """

    def __init__(self, files: Mapping[int, Names]) -> None:
        """Takes the names of each file, by its bit."""
        self._files = files
        known = frozenset[bytes]().union(*(own.macros for own in files.values()))
        self._sorted = sorted(known)
        self._named = {bit: own.decisive & known for bit, own in files.items()}
        self._definitions: dict[bytes, list[tuple[int, frozenset[bytes], Set[bytes]]]] = {}
        """For each: the files that define it, with the words and the macros of its replacement."""
        self._known: dict[tuple[int, int], int] = {}
        fresh: Set[bytes] = frozenset[bytes]().union(*self._named.values())
        while fresh:
            found: set[bytes] = set()
            for bit, own in files.items():
                for macro in own.macros.keys() & fresh:
                    words = own.macros[macro]
                    behind = {_ANY} if _ANY in words else words.union(self._pasted(words)) & known
                    self._definitions.setdefault(macro, []).append((bit, words, behind))
                    found |= behind
            fresh = found - self._definitions.keys() - {_ANY}

    def deciding(self, bit: int, present: int) -> int:
        """The present files whose macros decide what the file with that bit declares."""
        key = bit, present
        if key not in self._known:
            found = self._reached(bit, present)
            self._known[key] = present if _ANY in found else reduce(or_, found.values(), 0)
        return self._known[key]

    def used(self, bit: int) -> frozenset[bytes]:
        """The names in a file, and in the macros that decide it, that may stand for a type."""
        macros = self._reached(bit, -1)
        words = (words for macro in macros for _, words, _ in self._definitions.get(macro, ()))
        return self._files[bit].used.union(*words)

    def _reached(self, bit: int, present: int) -> dict[bytes, int]:
        """The macros that bear on a file, each with those of the present files that define it."""
        found: dict[bytes, int] = {}
        waiting = list(self._named[bit])
        while waiting:
            macro = waiting.pop()
            if macro not in found:
                found[macro] = 0
                for definer, _, behind in self._definitions.get(macro, ()):
                    if definer & present:
                        found[macro] |= definer
                        waiting += behind
        return found

    def _pasted(self, words: Iterable[bytes]) -> Iterator[bytes]:
        """The macros whose names ``##`` may make."""
        for word in words:
            if b"*" in word:
                start, end = word.split(b"*")[0], word.split(b"*")[-1]
                first = bisect_left(self._sorted, start)
                last = bisect_left(self._sorted, start + b"\xff")
                yield from (macro for macro in self._sorted[first:last] if macro.endswith(end))


def _bits(mask: int) -> Iterator[int]:
    while mask:
        bit = mask & -mask
        yield bit
        mask ^= bit
