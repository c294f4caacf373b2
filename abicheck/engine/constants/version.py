# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads one version's headers, and finds where it defines a name."""

from __future__ import annotations

import posixpath
import re
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from abicheck.engine.constants.declared import Declared, read_declared
from abicheck.engine.constants.tables import is_for
from abicheck.families.conditions import ConditionStack
from abicheck.families.scan import Macro, read_text
from abicheck.parse.bare import joined
from abicheck.parse.inclusion import mentions

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping

    from abicheck.export import World
    from abicheck.families.scan import Enumerator, HeaderText

    Definition: TypeAlias = Macro | Enumerator | Declared

_WORD = re.compile(rb"[A-Za-z_]\w*")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|//[^\n]*", re.DOTALL)
_LINE = re.compile(
    r"^[ \t]*#[ \t]*(include|define|if|ifdef|ifndef|elif|else|endif)\b((?:[^\n\\]+|\\\n?)*)",
    re.MULTILINE,
)
_TARGET = re.compile(r"\s*(?:<([^>]+)>|\"([^\"]+)\")")
_GENERIC = b"asm-generic/"
_FEW = 16
"""So many words are looked for one by one; more are cheaper to tell from all words of a text."""


class Site(Struct, frozen=True, eq=False):
    """A definition and the header it stands in."""

    header: Header
    definition: Definition
    origin: str | None
    """What gives the number: a macro's body, an enumerator's last explicit expression; of a
    typedef the type that it stands for."""
    distance: int = 0
    """How many enumerators further on it stands."""
    conditions: tuple[tuple[int, tuple[str, ...]], ...] = ()
    """Those around it, and around the enumerators it is counted from."""

    @property
    def meaning(self) -> Hashable:
        """Equal for definitions that say the same, wherever they stand."""
        params = self.definition.params if isinstance(self.definition, Macro) else ()
        return params, self.origin, self.distance, self.conditions


class Header:
    """The definitions of one header's text, all of each name."""

    def __init__(self, path: str, content: bytes, include: str) -> None:
        self.path = path
        """Its path in the tree, or one in ``<>`` for what the tree does not hold."""
        self.content = content
        self.include = include
        """As programs include it."""

    @cached_property
    def text(self) -> HeaderText:
        """What is in it, under any ``#if``."""
        return read_text(self.path, self.content)

    @cached_property
    def names(self) -> Mapping[str, tuple[Site, ...]]:
        """Every definition by name, but for macros that only repeat an enumerator's name."""
        found: dict[str, tuple[Site, ...]] = {}
        for site in (*self._macros(), *self._enumerators()):
            name = site.definition.name
            found[name] = (*found.get(name, ()), site)
        return found

    @cached_property
    def all_names(self) -> Mapping[str, tuple[Site, ...]]:
        """The same, and every typedef and inline function."""
        found = dict(self.names)
        for one in read_declared(self.content):
            around = ((0, one.condition),) if one.condition else ()
            found[one.name] = (*found.get(one.name, ()), Site(self, one, one.words, 0, around))
        return found

    def _macros(self) -> Iterator[Site]:
        for macro in self.text.macros:
            if macro.body != macro.name:
                body = " ".join(macro.body.replace("\\\n", " ").split())
                around = ((0, macro.condition),) if macro.condition else ()
                yield Site(self, macro, body, 0, around)

    def _enumerators(self) -> Iterator[Site]:
        known: dict[int, Site] = {}
        for one in self.text.enumerators:
            before = known.get(id(one.before)) if one.expression is None else None
            distance = 0 if before is None else before.distance + 1
            around = before.conditions if before is not None else ()
            if one.condition:
                around = (*around, (distance, one.condition))
            origin = one.expression if before is None else before.origin
            known[id(one)] = Site(self, one, origin, distance, around)
            yield known[id(one)]

    def comment_at(self, line: int) -> str:
        """What a comment says that stands in a line, or else the one that ends above it."""
        return self._comments.get(line) or self._comments.get(line - 1, "")

    @cached_property
    def _comments(self) -> Mapping[int, str]:
        """The comments by their last line; where there are several, the last."""
        rows = ((line + text.count("\n"), text) for line, text in self.text.comments)
        return {line: " ".join(text.strip("/* \n\t").split()) for line, text in rows}

    def beside(self, name: str) -> tuple[str, str]:
        """The names of the constants in front and behind, empty at the ends."""
        order = self._order
        at = order[name]
        names = (*order, "")
        return names[at - 1], names[at + 1]

    @cached_property
    def _order(self) -> Mapping[str, int]:
        """The names by their first lines, with their place among them."""
        rows = sorted(
            (sites[0].definition.line, at) for at, sites in enumerate(self.names.values())
        )
        names = tuple(self.names)
        return {names[at]: place for place, (_, at) in enumerate(rows)}

    @cached_property
    def includes(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What the header includes, each with the conditions around it."""
        stack = ConditionStack()
        found: list[tuple[str, tuple[str, ...]]] = []
        for match in _LINE.finditer(_COMMENT.sub(" ", self.content.decode("utf-8", "replace"))):
            word, rest = match[1], match[2].replace("\\\n", " ").strip()
            if word == "define":
                stack.saw_define(rest.partition(" ")[0] or " ")
            elif word != "include":
                stack.feed(word, rest)
            elif (target := _TARGET.match(rest)) is not None:
                beside = posixpath.join(posixpath.dirname(self.include), target[2] or "")
                names = (target[1],) if target[1] else (beside, target[2])
                found += [(name, stack.without_guard(stack.current)) for name in names]
        return tuple(found)

    @cached_property
    def words(self) -> frozenset[bytes]:
        """Every word of the text, comments and all."""
        return frozenset(_WORD.findall(self.content))


class Version:
    """All headers of one version, as each ABI sees them."""

    def __init__(self, worlds: Mapping[str, World]) -> None:
        self.worlds = worlds
        self._headers: dict[tuple[str, bytes], Header] = {}
        self._generic: dict[object, Mapping[str, str]] = {}

    def header(self, abi: str, include: str) -> Header | None:
        """What an ABI's programs find under an include path; None for what is not the version's.

        That is nothing at all, a header of our own, one below ``asm/`` where the version has none
        for the architecture, other ABIs' system calls, or a generic one that the architecture does
        not use.
        """
        world = self.worlds[abi]
        if include.startswith("asm/") and not (world.has_asm and is_for(world.abi, include)):
            return None
        if include.startswith("asm-generic/") and include not in self._in_use(world):
            return None
        if world.text(include) is None or world.origin(include).startswith("<system root>"):
            return None
        return self.read(world, include)

    def read(self, world: World, include: str) -> Header:
        """The header behind an include path that the world has."""
        key = (world.origin(include), world.text(include) or b"")
        if key not in self._headers:
            self._headers[key] = Header(*key, include)
        return self._headers[key]

    def entry(self, abi: str, include: str) -> str:
        """What programs include to get a header: itself, or the ``asm/`` one in front of it."""
        if not include.startswith("asm-generic/"):
            return include
        return self._in_use(self.worlds[abi]).get(include, include)

    def _in_use(self, world: World) -> Mapping[str, str]:
        """The generic headers that an architecture's own include, by include path, with those."""
        if world.identity not in self._generic:
            fronts = {header.include: header.include for header in world.headers("asm/")}
            waiting = list(fronts) if world.has_asm else []
            for name in waiting:
                for target in _generic_in(world.text(name) or b""):
                    if target not in fronts:
                        fronts[target] = fronts[name]
                        waiting.append(target)
            self._generic[world.identity] = fronts
        return self._generic[world.identity]

    @cached_property
    def all(self) -> tuple[Header, ...]:
        """Every header that any of the ABIs sees."""
        found = (self.header(abi, name) for abi, name in self._shown)
        return tuple(dict.fromkeys(header for header in found if header is not None))

    def mentioning(self, words: Collection[str]) -> Iterator[Header]:
        """Those of them that have one of the words in their text."""
        sought = frozenset(word.encode() for word in words)
        for abi, name in self._shown if sought else ():
            if _may_have(self.worlds[abi].text(name) or b"", sought):
                header = self.header(abi, name)
                if header is not None and not sought.isdisjoint(header.words):
                    yield header

    @cached_property
    def _shown(self) -> tuple[tuple[str, str], ...]:
        """(ABI, include path) of every header that any of the ABIs sees."""
        found: list[tuple[str, str]] = []
        seen: set[object] = set()
        for abi, world in self.worlds.items():
            if world.identity not in seen:
                # Below asm/ each architecture has its own, all others they have in common.
                shown = world.headers("asm/" if seen else "")
                seen.add(world.identity)
                names = [header.include for header in shown]
                found += ((abi, name) for name in (*names, *self._in_use(world)))
        return tuple(found)


def _generic_in(text: bytes) -> Iterator[str]:
    """The generic headers that a text includes; most include none."""
    if _GENERIC in joined(text):
        for _, target in mentions(text) or ():
            if target.startswith(_GENERIC.decode()):
                yield target


def holding(headers: Iterable[Header], wanted: Collection[str]) -> dict[str, tuple[Site, ...]]:
    """Where the headers define or declare the wanted names, under whatever condition."""
    found: dict[str, tuple[Site, ...]] = {}
    for header in mentioning(headers, wanted):
        for name in wanted:
            if name in header.all_names:
                found[name] = (*found.get(name, ()), *header.all_names[name])
    return found


def mentioning(headers: Iterable[Header], words: Collection[str]) -> Iterator[Header]:
    """The headers that have one of the words in their text."""
    sought = frozenset(word.encode() for word in words)
    for header in headers if sought else ():
        if _may_have(header.content, sought) and not sought.isdisjoint(header.words):
            yield header


def _may_have(text: bytes, words: Collection[bytes]) -> bool:
    """Whether it is worth taking a text apart for a few words."""
    return len(words) > _FEW or any(word in text for word in words)
