# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which headers may be parsed together as if each stood alone.

One unit of many headers costs a tenth of as many units. But a macro that one header defines can
change another that never includes it. So headers share a unit only if no name that decides what
one of them declares is a macro of a file that it does not include itself. Sets of files are bit
masks: there are a thousand headers, and each is compared with all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from abicheck.parse.inclusion import closure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from abicheck.parse.unit import World

_WORD = re.compile(rb"[A-Za-z_]\w*")
_COMMENT = re.compile(rb"/\*.*?\*/|//[^\n]*", re.DOTALL)
_DEFINE = re.compile(
    rb"^[ \t]*#[ \t]*define[ \t]+([A-Za-z_]\w*)((?:[^\\\n]|\\[ \t]*\r?\n|\\)*)", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class _Names:
    """The identifiers of one text, comments left out."""

    decisive: frozenset[bytes]
    """Those outside macro definitions: in declarations and conditions."""
    macros: Mapping[bytes, frozenset[bytes]]
    """Each macro it defines, with the names in the replacement."""


@cache
def _names(text: bytes) -> _Names:
    bare = _COMMENT.sub(b" ", text)
    macros: dict[bytes, frozenset[bytes]] = {}
    for match in _DEFINE.finditer(bare):
        words = frozenset(_WORD.findall(match[2]))
        macros[match[1]] = macros.get(match[1], frozenset()) | words
    return _Names(frozenset(_WORD.findall(_DEFINE.sub(b"", bare))), macros)


class Closures:
    """The files that each header of one world can reach, and what they name."""

    def __init__(self, world: World, includes: Iterable[str]) -> None:
        """Reads what is needed of the world."""
        self._texts: dict[str, bytes] = {}
        self._bit: dict[str, int] = {}
        self._mask: dict[str, int] = {}
        self._at: dict[str, int] = {}
        """By path in the tree: the bits of the names it is included by."""
        for include in includes:
            texts = closure(world, (include,))
            self._texts.update(texts)
            mask = 0
            for name in texts:
                mask |= self._bit.setdefault(name, 1 << len(self._bit))
            self._mask[include] = mask
        for name, bit in self._bit.items():
            path = world.origin(name)
            self._at[path] = self._at.get(path, 0) | bit

    def reaching(self, includes: Iterable[str], path: str) -> list[str]:
        """Those of the headers that can include the file at a path of the tree."""
        return [include for include in includes if self.reaches(include, path)]

    def reaches(self, include: str, path: str) -> bool:
        """Whether a header can include the file at a path of the tree."""
        return bool(self._mask[include] & self._at.get(path, 0))

    def batches(
        self, includes: Sequence[str], guess: Sequence[Sequence[str]] = ()
    ) -> list[list[str]]:
        """The headers in batches that can share a unit; what must be alone comes last.

        ``guess`` is what came out for a like set of headers, such as another architecture's: most
        of it will hold again, and what does not is searched for.
        """
        found: list[list[str]] = []
        rest = list(includes)
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
        return found + [[name] for name in rest]

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
            for macro, words in _names(self._texts[name]).macros.items():
                definers[macro] = definers.get(macro, 0) | bit
                bodies[macro] = bodies.get(macro, frozenset()) | words
        touched = {bit: self._touched(name, definers, bodies) for name, bit in present}
        return {name: self._needed(self._mask[name], touched) for name in includes}

    def _touched(
        self, name: str, definers: Mapping[bytes, int], bodies: Mapping[bytes, frozenset[bytes]]
    ) -> int:
        """The files whose macros decide, directly or through other macros, what a file declares."""
        live = set(_names(self._texts[name]).decisive & definers.keys())
        waiting = list(live)
        mask = 0
        while waiting:
            macro = waiting.pop()
            mask |= definers[macro]
            more = (bodies[macro] & definers.keys()) - live
            live |= more
            waiting += more
        return mask

    @staticmethod
    def _needed(mask: int, touched: Mapping[int, int]) -> int:
        needed, rest = 0, mask
        while rest:
            bit = rest & -rest
            needed |= touched[bit]
            rest ^= bit
        return needed & ~mask

    def _polluters(self, foreign: Mapping[str, int]) -> int:
        """The file that spoils more headers than include it, as a mask; 0 when there is none."""
        spoiled: dict[int, int] = {}
        for mask in foreign.values():
            rest = mask
            while rest:
                bit = rest & -rest
                spoiled[bit] = spoiled.get(bit, 0) + 1
                rest ^= bit
        worst, gain = 0, 0
        for bit, count in spoiled.items():
            carriers = sum(1 for name in foreign if self._mask[name] & bit)
            if count - carriers > gain:
                worst, gain = bit, count - carriers
        return worst
