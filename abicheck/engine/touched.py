# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which headers of two trees differ, in themselves or in what they include."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abicheck.engine.fields import exported
from abicheck.export.world import clean
from abicheck.parse.inclusion import mentions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abicheck.export import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one of two worlds has of the headers that differ; include paths and paths."""

    headers: Mapping[str, str]
    """Those that programs include."""
    inner: Mapping[str, str]
    """Those that only other headers include, such as asm-generic's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """The headers in which the worlds of one ABI differ."""

    old: Side
    new: Side
    own: frozenset[str]
    """Include paths of those whose own text differs, or that one of the worlds lacks."""

    def path(self, include: str) -> str:
        """The path of one of them, empty for what neither tree holds."""
        sides = (self.new.headers, self.new.inner, self.old.headers, self.old.inner)
        return next((found[include] for found in sides if include in found), "")


def touched(old: World, new: World) -> Touched:
    """The headers whose text, or the text of anything they may include, is not the same."""
    exports = exported(old), exported(new)
    graphs = _Graph(old, exports[0]), _Graph(new, exports[1])
    own = frozenset(_differing(graphs[0].texts, graphs[1].texts))
    reached = _reached(own, graphs)
    return Touched(
        old=_side(old, exports[0], graphs[0], reached),
        new=_side(new, exports[1], graphs[1], reached),
        own=own,
    )


@dataclass(slots=True)
class _Graph:
    """Which headers of a world may include which, as far as its exported headers lead."""

    texts: dict[str, bytes] = field(default_factory=dict)
    includers: dict[str, list[str]] = field(default_factory=dict)
    """By include path, also of what the world lacks."""
    unsure: list[str] = field(default_factory=list)
    """Headers that compute the names of what they include."""

    def __init__(self, world: World, starts: Iterable[str]) -> None:
        self.texts, self.includers, self.unsure = {}, {}, []
        waiting = list(starts)
        world.preload(waiting)
        while waiting:
            name = waiting.pop()
            text = None if name in self.texts else world.text(name)
            if text is None:
                continue
            self.texts[name] = text
            for target in (*self._targets(name, text), *world.prelude(name)):
                self.includers.setdefault(target, []).append(name)
                waiting.append(target)

    def _targets(self, name: str, text: bytes) -> Iterator[str]:
        named = mentions(text)
        if named is None:
            self.unsure.append(name)
            return
        for quoted, target in named:
            beside = clean(posixpath.join(posixpath.dirname(name), target)) if quoted else None
            yield from filter(None, (beside, clean(target)))


def _differing(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[str]:
    for name in old.keys() | new.keys():
        if old.get(name) != new.get(name):
            yield name


def _reached(own: Iterable[str], graphs: Iterable[_Graph]) -> set[str]:
    """Those headers and all that may include them, in either world."""
    found = set(own)
    if found:
        found.update(name for graph in graphs for name in graph.unsure)
    waiting = list(found)
    while waiting:
        name = waiting.pop()
        for graph in graphs:
            for includer in graph.includers.get(name, ()):
                if includer not in found:
                    found.add(includer)
                    waiting.append(includer)
    return found


def _side(world: World, exports: Mapping[str, str], graph: _Graph, reached: Iterable[str]) -> Side:
    headers = {name: path for name, path in exports.items() if name in reached}
    paths = set(headers.values())
    others = {name: world.origin(name) for name in reached if name in graph.texts}
    inner = {
        name: path
        for name, path in sorted(others.items())
        if path not in paths and not path.startswith("<")
    }
    return Side(headers=headers, inner=inner)
