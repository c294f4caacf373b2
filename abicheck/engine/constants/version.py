# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads one version's headers, and finds where it defines a name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from abicheck.families.scan import Macro, read_text
from abicheck.parse.inclusion import mentions

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator, Mapping

    from abicheck.export import World
    from abicheck.families.scan import Enumerator, HeaderText

    Definition: TypeAlias = Macro | Enumerator

_WORD = re.compile(rb"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A definition and the header it stands in."""

    header: Header
    definition: Definition
    origin: str | None
    """What gives the number: a macro's body, an enumerator's last explicit expression."""
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

    def __init__(self, path: str, content: bytes) -> None:
        self.path = path
        """Its path in the tree, or one in ``<>`` for what the tree does not hold."""
        self.content = content

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

    @cached_property
    def words(self) -> frozenset[bytes]:
        """Every word of the text, comments and all."""
        return frozenset(_WORD.findall(self.content))


class Version:
    """All headers of one version, as each ABI sees them."""

    def __init__(self, worlds: Mapping[str, World]) -> None:
        self.worlds = worlds
        self._exported: dict[object, Mapping[str, Header]] = {}
        self._places: dict[object, Mapping[Header, str]] = {}
        self._headers: dict[tuple[str, bytes], Header] = {}

    def headers(self, abi: str) -> Mapping[str, Header]:
        """What an ABI sees, by include path: exported headers and the generic ones behind them.

        Without ``asm/`` where the version has none for the architecture, and without ours.
        """
        world = self.worlds[abi]
        if world.identity not in self._exported:
            self._exported[world.identity] = dict(self._seen(world))
        return self._exported[world.identity]

    def place(self, header: Header, abi: str) -> str | None:
        """The include path under which an ABI sees a header, None if it does not."""
        key = self.worlds[abi].identity
        if key not in self._places:
            self._places[key] = {found: name for name, found in self.headers(abi).items()}
        return self._places[key].get(header)

    def header(self, world: World, include: str) -> Header:
        """The header behind an include path that the world has."""
        key = (world.origin(include), world.text(include) or b"")
        if key not in self._headers:
            self._headers[key] = Header(*key)
        return self._headers[key]

    def _seen(self, world: World) -> Iterator[tuple[str, Header]]:
        names = [header.include for header in world.headers()]
        if not world.has_asm:
            names = [name for name in names if not name.startswith("asm/")]
        seen = set(names)
        for name in names:
            text = world.text(name)
            if text is None or world.origin(name).startswith("<system root>"):
                continue
            yield name, self.header(world, name)
            if name.startswith(("asm/", "asm-generic/")):
                named = [target for _, target in mentions(text) or ()]
                more = [n for n in named if n.startswith("asm-generic/") and n not in seen]
                names.extend(more)
                seen.update(more)

    def holding(self, wanted: Collection[str]) -> Mapping[str, tuple[Site, ...]]:
        """Where the whole version defines the wanted names, whatever the ABI."""
        found: dict[str, tuple[Site, ...]] = {}
        for header in self.mentioning(wanted):
            for name in wanted:
                if name in header.names:
                    found[name] = (*found.get(name, ()), *header.names[name])
        return found

    def mentioning(self, words: Collection[str]) -> Iterator[Header]:
        """The headers that any ABI sees and that have one of the words in their text."""
        sought = frozenset(word.encode() for word in words)
        seen = (header for abi in self.worlds for header in self.headers(abi).values())
        for header in dict.fromkeys(seen) if sought else ():
            if not sought.isdisjoint(header.words):
                yield header
