# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which headers of two trees differ, in themselves or in what they include."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.abis import all_abis
from abicheck.engine.diff.altered import altered
from abicheck.engine.diff.includers import Includers
from abicheck.engine.diff.payloads import payload_headers
from abicheck.engine.fields import exported
from abicheck.export import Kind
from abicheck.export.defines import HEADERS_INSTALL
from abicheck.parse.bare import lines
from abicheck.vcs.objects import ObjectTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abicheck.engine.diff.altered import Altered
    from abicheck.export import Exports, World
    from abicheck.vcs.tree import Tree

_FOLDERS = (
    "include/uapi",
    *(f"arch/{arch}/include/uapi" for arch in dict.fromkeys(abi.arch for abi in all_abis())),
)
"""What decides, with what a build makes, which headers a kernel tree exports."""
_UNSEEN = frozenset(re.findall(r"\w+", " ".join(HEADERS_INSTALL)))
"""Words that every header may come to without having them: ``__packed`` is made of some."""
_FEW = 64
"""Up to so many headers are asked for one by one whether programs include them."""


class Side(Struct, frozen=True, kw_only=True):
    """What one of two worlds has of the headers that differ; include paths and paths."""

    headers: Mapping[str, str]
    """Those that programs include."""
    inner: Mapping[str, str]
    """Those that only other headers include, such as asm-generic's."""


class Touched(Struct, frozen=True, kw_only=True):
    """The headers in which the worlds of one ABI differ."""

    old: Side
    new: Side
    own: frozenset[str]
    """Include paths of those whose own text differs, or that one of the worlds lacks."""

    def path(self, include: str) -> str:
        """The path of one of them, empty for what neither tree holds."""
        sides = (self.new.headers, self.new.inner, self.old.headers, self.old.inner)
        return next((found[include] for found in sides if include in found), "")


class Differences:
    """Where two trees differ, and which headers that reaches in the worlds made of them."""

    def __init__(self, trees: tuple[Tree, Tree], exports: tuple[Exports, Exports]) -> None:
        self._exports = exports
        self._files = _headers_of(trees[1], exports[1])
        self._changed = self._changed_names(trees)
        self._includers = Includers(trees[1], exports[1], self._files)

    def between(self, old: World, new: World) -> Touched:
        """The headers whose text, or the code of anything they may include, is not the same."""
        names = self._changed
        names = old.names() | new.names() if names is None else names | old.made() | new.made()
        own = frozenset(name for name in names if old.text(name) != new.text(name))
        code = (name for name in own if not _mean_the_same(old.text(name), new.text(name)))
        reached = own.union(*(self._reached(name, old, new) for name in code))
        reached |= set(payload_headers(old, new, own))
        return Touched(old=_side(old, reached), new=_side(new, reached), own=own)

    def _reached(self, name: str, old: World, new: World) -> set[str]:
        """A header whose code differs, and those that may mean another thing for it."""
        near = self._includers.reached((name,), new)
        before, after = old.text(name), new.text(name)
        if len(near) <= _FEW or before is None or after is None:
            return near
        change = _altered(before, after)
        if change is None or not _UNSEEN.isdisjoint(map(bytes.decode, change.macros)):
            return near
        places = set(self._includers.mentioning(change.macros, new))
        if change.macros.isdisjoint(change.kept):
            places.discard(name)
        return {name} | near & self._includers.reached(places, new)

    def _changed_names(self, trees: tuple[Tree, Tree]) -> frozenset[str] | None:
        """Include paths of the files that differ; None where more than headers may."""
        if [exports.kind for exports in self._exports] != [Kind.KERNEL, Kind.KERNEL]:
            return None
        old, new = trees
        folders = [folder for folder in _FOLDERS if not _is_one(old, new, folder)]
        files = dict.fromkeys(path for f in folders for path in (*old.files(f), *new.files(f)))
        changed = [path for path in files if old.blob(path) != new.blob(path)]
        if not all(path.endswith(".h") for path in changed):
            return None
        named = {name for path in changed if (name := self._exports[1].header(path))}
        generic = {name for name in named if name.startswith("asm-generic/")}
        return frozenset(named | {name.replace("asm-generic/", "asm/", 1) for name in generic})


@cache
def _altered(old: bytes, new: bytes) -> Altered | None:
    return altered(old, new)


@cache
def _mean_the_same(old: bytes | None, new: bytes | None) -> bool:
    """Whether two texts differ in comments and blanks only, told once for all worlds and steps."""
    return old is not None and new is not None and lines(old) == lines(new)


def _headers_of(tree: Tree, exports: Exports) -> tuple[str, ...]:
    """The headers that a tree exports, and perhaps others beside them."""
    if exports.kind is not Kind.KERNEL:
        return tuple(path for path in tree.files() if path.endswith(".h"))
    return tuple(path for folder in _FOLDERS for path in tree.files(folder))


def _is_one(old: Tree, new: Tree, folder: str) -> bool:
    """Whether git knows a folder of two trees to be the same; elsewhere only its files tell."""
    if isinstance(old, ObjectTree) and isinstance(new, ObjectTree):
        known = old.id_of(folder)
        return known is not None and known == new.id_of(folder)
    return False


def _side(world: World, reached: Iterable[str]) -> Side:
    names = [name for name in reached if world.text(name) is not None]
    if len(names) > _FEW:
        exports = exported(world)
        headers = {name: exports[name] for name in sorted(names) if name in exports}
    else:
        headers = dict(sorted(_asked_for(world, names)))
    paths = set(headers.values())
    inner = {
        name: path
        for name in sorted(names)
        if (path := world.origin(name)) not in paths and not path.startswith("<")
    }
    return Side(headers=headers, inner=inner)


def _asked_for(world: World, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(include path, path) of those that programs include by that name first."""
    for name in names:
        made = world.maker(name)
        path = made if made is not None else world.origin(name)
        if not path.startswith("<") and world.include_of(path) == name:
            yield name, path
