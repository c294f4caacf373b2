# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which headers of a tree may include a given one, whatever ABI asks."""

from __future__ import annotations

import posixpath
import re
from functools import cache
from typing import TYPE_CHECKING

from abicheck.export import system
from abicheck.export.preludes import PRELUDES
from abicheck.export.world import clean
from abicheck.parse.inclusion import mentions
from abicheck.parse.names import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abicheck.export import Exports, World
    from abicheck.vcs.tree import Tree

_MANY = 40
"""Headers asked about, from which on it is cheaper to read every ``#include`` once."""
_COMPUTED = re.compile(
    rb"#[ \t]*(?:(?:include(?:_next)?|import|embed)\b(?![ \t]*[<\"])|/\*|\\[ \t]*\r?\n)"
)
"""A directive that does not name what it includes, or has a comment or line end in the middle."""
_ASKED = b"__has_"
_DIGRAPHS = ((b"%", b"%:"), (b"?", b"??="))
"""Other spellings of ``#``, and a byte of each: those are looked for faster."""


class Includers:
    """The ``#include`` lines of a tree, backwards."""

    def __init__(self, tree: Tree, exports: Exports, paths: Sequence[str]) -> None:
        """Reads the headers when first asked."""
        self._tree = tree
        self._exports = exports
        self._paths = [path for path in paths if path.endswith(".h")]
        self._texts: list[tuple[str, str, bytes]] | None = None
        self._of: dict[str, tuple[tuple[str, str], ...]] = {}
        self._whole: dict[str, list[tuple[str, str]]] | None = None
        self._unsure: tuple[tuple[str, str], ...] = ()
        self._mentioned: dict[frozenset[bytes], list[tuple[str, str]]] = {}
        self._preludes: dict[str, list[str]] = {}
        for name, first in PRELUDES.items():
            for target in first:
                self._preludes.setdefault(target, []).append(name)

    def reached(self, includes: Iterable[str], world: World) -> set[str]:
        """Include paths of headers, and of all that may include them under one ABI."""
        found = set(includes)
        waiting = list(found)
        if waiting:
            self._read()
            waiting += self._added(self._unsure, found, world)
        while waiting:
            name = waiting.pop()
            waiting += self._added(self._including(name), found, world)
            waiting += self._added(_made(name), found, world)
            waiting += self._added(((n, "") for n in self._preludes.get(name, ())), found, world)
        return found

    def mentioning(self, macros: frozenset[bytes], world: World) -> Iterator[str]:
        """Include paths of texts of a world that have one of some macros' names, or make it."""
        if macros not in self._mentioned:
            self._mentioned[macros] = [
                (name, path) for name, path, text in self._read() if _comes_across(text, macros)
            ]
        for name, path in self._mentioned[macros]:
            if world.text(name) is not None and world.origin(name) == path:
                yield name
        made = ((name, world.text(name)) for name in world.made())
        yield from (name for name, text in made if text and _comes_across(text, macros))

    def _added(
        self, includers: Iterable[tuple[str, str]], found: set[str], world: World
    ) -> Iterator[str]:
        """Those, by (include path, path), that a world serves from there; they count as found."""
        for name, path in includers:
            if name not in found and world.text(name) is not None:
                if path and world.origin(name) != path:
                    continue
                found.add(name)
                yield name

    def _including(self, name: str) -> Iterable[tuple[str, str]]:
        if self._whole is None and len(self._of) > _MANY:
            self._whole = {}
            for includer in self._read():
                for target in _targets(includer[0], includer[2]):
                    self._whole.setdefault(target, []).append(includer[:2])
        if self._whole is not None:
            return self._whole.get(name, ())
        if name not in self._of:
            last = posixpath.basename(name).encode("utf-8", "surrogateescape")
            self._of[name] = tuple(
                (includer, path)
                for includer, path, text in self._read()
                if last in text and name in _targets(includer, text)
            )
        return self._of[name]

    def _read(self) -> list[tuple[str, str, bytes]]:
        """(include path, path, text) of every header."""
        if self._texts is None:
            named = {path: name for path in self._paths if (name := self._exports.header(path))}
            texts = self._tree.read_many(named)
            self._texts = [(named[path], path, text) for path, text in texts.items()]
            self._texts += ((name, f"{system.LABEL}/{name}", text) for name, text in _own_texts())
            self._unsure = tuple(
                (name, path)
                for name, path, text in self._texts
                if _may_compute(text) and mentions(text) is None
            )
        return self._texts


@cache
def _may_compute(text: bytes) -> bool:
    """Whether it is worth asking if a header computes the name of what it includes."""
    spelled = any(byte in text and sign in text for byte, sign in _DIGRAPHS)
    return spelled or _ASKED in text or _COMPUTED.search(text) is not None


def _own_texts() -> Iterator[tuple[str, bytes]]:
    """The headers of our own system root, which include the tree's."""
    for name in sorted(system.userspace_names() | system.kernel_names()):
        yield name, system.text(name)


def _comes_across(text: bytes, macros: frozenset[bytes]) -> bool:
    """Whether a text has one of the names outside of comments, or may paste one together."""
    words, pasted = _words(text)
    return not words.isdisjoint(macros) or (
        pasted is not None and any(map(pasted.fullmatch, macros))
    )


@cache
def _words(text: bytes) -> tuple[frozenset[bytes], re.Pattern[bytes] | None]:
    """The words of a text, and what they look like that ``##`` makes there."""
    found = names(text)
    words = found.decisive.union(found.macros, *found.macros.values())
    made = sorted(word for word in words if b"*" in word)
    pattern = b"|".join(rb"\w*".join(map(re.escape, word.split(b"*"))) for word in made)
    return words, re.compile(pattern) if made else None


def _targets(name: str, text: bytes) -> set[str]:
    """The include paths that a header's text names, as seen from its own."""
    found: set[str] = set()
    for quoted, target in mentions(text) or ():
        beside = clean(posixpath.join(posixpath.dirname(name), target)) if quoted else None
        found.update(filter(None, (beside, clean(target))))
    return found


def _made(name: str) -> tuple[tuple[str, str], ...]:
    """The wrapper that a build makes of a header of asm-generic."""
    folder, found, rest = name.partition("asm-generic/")
    return ((f"asm/{rest}", ""),) if found and not folder else ()
