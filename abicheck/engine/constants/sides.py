# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds a name and its number in one of two versions, under any ABI."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from abicheck.abis import get
from abicheck.checks.changes.facts import Value
from abicheck.engine.constants.declared import Declared
from abicheck.engine.constants.views import View
from abicheck.families.evaluate import UnevaluatedError
from abicheck.families.scan import Macro
from abicheck.model import ScalarKind, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.engine.constants.version import Site, Version
    from abicheck.model.claims import Ioctl

Sizes: TypeAlias = Mapping[str, Mapping[str, int]]
"""Bytes of records, by name and ABI."""

_LITERAL = re.compile(r"\(*\s*(0[xX][0-9a-fA-F]+|[1-9][0-9]*|0)\s*\)*")


class Found(NamedTuple):
    """A definition that an ABI's programs find."""

    site: Site
    include: str
    """What they include to find it."""
    certain: bool
    """Whether they all do; False where it depends on what a program defines itself."""


class Side:
    """One version, with the views of its headers that were asked for."""

    def __init__(self, version: Version, sizes: Sizes) -> None:
        self.version = version
        self.elsewhere: Mapping[str, tuple[Site, ...]] = {}
        """Where other headers define the names that one of them lacks."""
        self._sizes = sizes
        self._views: dict[tuple[str, str], View] = {}

    def view(self, abi: str, include: str) -> View:
        """What programs of an ABI see that include a header."""
        key = (abi, include)
        if key not in self._views:
            self._views[key] = View(self.version, abi, include, self._sizes)
        return self._views[key]

    @property
    def abis(self) -> tuple[str, ...]:
        """The ABIs that are compared."""
        return tuple(self.version.worlds)

    def is_supported(self, abi: str, include: str) -> bool:
        """Whether the header that says how wide ``long`` is says of the ABI what it is.

        That of Linux 6.19 no longer does for 31-bit programs of s390.
        """
        if self.version.header(abi, include) is None:
            return True
        try:
            found = self.view(abi, include).name("__BITS_PER_LONG")
        except UnevaluatedError:
            return True
        return found == dict(get(abi).scalars)[ScalarKind.LONG].size * 8

    def found(self, name: str, abi: str, include: str, sites: Iterable[Site]) -> Found | None:
        """The definition in force under an ABI and its header: this one, else any that it sees."""
        here = self._in_force(sites, abi, include)
        if here is not None:
            return here
        for site in self.elsewhere.get(name, ()):
            place = site.header.include
            if self.version.header(abi, place) is site.header:
                there = self._in_force((site,), abi, place)
                if there is not None:
                    return there
        return None

    def _in_force(self, sites: Iterable[Site], abi: str, include: str) -> Found | None:
        """The first definition that certainly is, else the first that may be."""
        perhaps = None
        for site in sites:
            condition = site.definition.condition
            holds = self.view(abi, include).holds(site.definition) if condition else True
            if holds:
                return Found(site, include, True)
            if holds is None and perhaps is None:
                perhaps = Found(site, include, False)
        return perhaps

    def number(self, site: Site, abi: str, include: str) -> int | None:
        """The number of a definition under an ABI, None where it cannot be told."""
        if not isinstance(site.definition, Macro) and not site.conditions:
            literal = _LITERAL.fullmatch(site.origin or "0")
        else:
            literal = _LITERAL.fullmatch(site.origin or "")
        if literal is not None and (isinstance(site.definition, Macro) or not site.conditions):
            return int(literal[1], 0) + site.distance
        return self.view(abi, include).number(site.definition)


class Draft:
    """What one version says of a name, while its ABIs are gone through."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self._found: dict[tuple[Site, str], list[str]] = {}

    @property
    def found(self) -> bool:
        """Whether any ABI has it."""
        return bool(self._found)

    def add(self, abi: str, found: Found | None) -> None:
        """Takes the definition under one more ABI."""
        if found is not None:
            self._found.setdefault((found.site, found.include), []).append(abi)

    def value(self) -> Value | None:
        """The value under all of them; None where no ABI has one."""
        numbers: dict[int | None, list[str]] = {}
        for (site, include), names in self._found.items():
            for abi in names:
                numbers.setdefault(self._side.number(site, abi, include), []).append(abi)
        if not numbers:
            return None
        site = next(iter(self._found))[0]
        definition = site.definition
        kind = ""
        if isinstance(definition, Declared):
            text, enum, kind = definition.words, None, definition.kind
        elif isinstance(definition, Macro):
            params = definition.params
            text = (site.origin or "") if params is None else f"({', '.join(params)}) {site.origin}"
            enum = None
        else:
            text, enum = definition.expression or "", definition.home
        return Value(
            text=text,
            span=Span(site.header.path, definition.line, 1),
            numbers=tuple((tuple(abis), number) for number, abis in numbers.items()),
            enum=enum,
            command=self._command(),
            kind=kind,
            comment=site.header.comment_at(definition.line),
            beside=site.header.beside(definition.name) if not kind else ("", ""),
        )

    def _command(self) -> Ioctl | None:
        (site, include), names = next(iter(self._found.items()))
        if not isinstance(site.definition, Macro) or "_IO" not in site.definition.body:
            return None
        return self._side.view(names[0], include).command(site.definition)
