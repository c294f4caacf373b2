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
from operator import or_
from typing import TYPE_CHECKING

from abicheck.parse.inclusion import closure
from abicheck.parse.names import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from abicheck.parse.unit import World


class Closures:
    """The files that each header of one world can reach, and what they name."""

    def __init__(self, world: World, includes: Iterable[str]) -> None:
        """Reads what is needed of the world."""
        self._texts: dict[str, bytes] = {}
        self._bit: dict[str, int] = {}
        self._mask: dict[str, int] = {}
        self._at: dict[str, int] = {}
        """By path in the tree: the bits of the names it is included by."""
        self._path: dict[str, str] = {}
        self._place: dict[str, int] = {}
        """By path in the tree: a bit of its own, whatever it is included by."""
        self._places: dict[int, int] = {}
        """By the bit of an include path: that of its path in the tree."""
        self._used: dict[str, frozenset[bytes]] = {}
        """By include path: the names that may stand for a type or constant of another file."""
        for include in includes:
            texts = closure(world, (include,))
            self._texts.update(texts)
            mask = 0
            for name in texts:
                mask |= self._bit.setdefault(name, 1 << len(self._bit))
            self._mask[include] = mask
        self._sorted: list[bytes] = []
        self._unsteady = 0
        for name, bit in self._bit.items():
            path = self._path[name] = world.origin(name)
            self._at[path] = self._at.get(path, 0) | bit
            self._places[bit] = self._place.setdefault(path, 1 << len(self._place))
            if names(self._texts[name]).unsteady:
                self._unsteady |= bit

    def reaching(self, includes: Iterable[str], path: str) -> list[str]:
        """Those of the headers that can include the file at a path of the tree."""
        return [include for include in includes if self.reaches(include, path)]

    def reaches(self, include: str, path: str) -> bool:
        """Whether a header can include the file at a path of the tree."""
        return bool(self._mask[include] & self._at.get(path, 0))

    def users(self, declared: Mapping[bytes, str]) -> Iterator[tuple[str, set[str]]]:
        """(path, paths): the files whose names, declared at those paths, a file uses."""
        known = declared.keys()
        for name, words in self._used.items():
            yield self._path[name], {declared[word] for word in words & known}

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
        files = 0
        for include in includes:
            files |= self._mask[include]
        present = [(name, bit) for name, bit in self._bit.items() if bit & files]
        definers: dict[bytes, int] = {}
        bodies: dict[bytes, frozenset[bytes]] = {}
        for name, bit in present:
            for macro, words in names(self._texts[name]).macros.items():
                definers[macro] = definers.get(macro, 0) | bit
                bodies[macro] = bodies.get(macro, frozenset()) | words
        touched = {bit: self._touched(name, definers, bodies) for name, bit in present}
        foreign = {}
        for name in includes:
            mask = self._mask[name]
            foreign[name] = reduce(or_, (touched[bit] for bit in _bits(mask)), 0) & ~mask
        return foreign

    def _touched(
        self, name: str, definers: Mapping[bytes, int], bodies: Mapping[bytes, frozenset[bytes]]
    ) -> int:
        """The files whose macros decide, directly or through other macros, what a file declares."""
        own = names(self._texts[name])
        live = set(own.decisive & definers.keys())
        waiting = list(live)
        mask = 0
        while waiting:
            macro = waiting.pop()
            mask |= definers[macro]
            more = ({*bodies[macro], *self._pasted(bodies[macro])} & definers.keys()) - live
            live |= more
            waiting += more
        self._used[name] = own.used.union(*(bodies[macro] for macro in live))
        return mask

    def _pasted(self, words: Iterable[bytes]) -> Iterator[bytes]:
        """The macros whose names ``##`` may make."""
        for word in words:
            if b"*" in word:
                start, end = word.split(b"*")[0], word.split(b"*")[-1]
                known = self._macros()
                begun = known[bisect_left(known, start) : bisect_left(known, start + b"\xff")]
                yield from (macro for macro in begun if macro.endswith(end))

    def _macros(self) -> list[bytes]:
        """Every macro that any file defines, sorted."""
        if not self._sorted:
            found = {macro for text in self._texts.values() for macro in names(text).macros}
            self._sorted = sorted(found)
        return self._sorted

    def _polluters(self, foreign: Mapping[str, int]) -> int:
        """The file that spoils more headers than include it, as a mask; 0 when there is none."""
        spoiled: dict[int, int] = {}
        for mask in foreign.values():
            for bit in _bits(mask):
                spoiled[bit] = spoiled.get(bit, 0) + 1
        worst, gain = 0, 0
        for bit, count in spoiled.items():
            carriers = sum(1 for name in foreign if self._mask[name] & bit)
            if count - carriers > gain:
                worst, gain = bit, count - carriers
        return worst


def _bits(mask: int) -> Iterator[int]:
    while mask:
        bit = mask & -mask
        yield bit
        mask ^= bit
