# SPDX-License-Identifier: GPL-2.0-or-later
"""This module decides which headers of two versions are read: those that may say another thing."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from abicheck import abis
from abicheck.engine.diff.touched import Differences, Touched
from abicheck.engine.fields import Plot
from abicheck.engine.selection import wanted_records
from abicheck.errors import UsageError
from abicheck.export import open_exports
from abicheck.report.names import named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from abicheck.engine.diff.touched import Side
    from abicheck.export import Exports, World
    from abicheck.vcs.tree import Tree


class Plots:
    """The headers in which two trees differ under some ABI, all or those asked for."""

    def __init__(
        self,
        old: Tree,
        new: Tree,
        names: Sequence[str],
        paths: Sequence[str],
        opened: Callable[[Tree], Exports] = open_exports,
    ) -> None:
        """Raises UsageError for a path that neither tree has."""
        self._trees = old, new
        self._exports = opened(old), opened(new)
        self.notes: tuple[str, ...] = ()
        self.worlds = self._worlds(names, (old.label, new.label))
        self.touched = dict(self._touched())
        self._check(paths)
        self._paths = self._on_both(paths)
        self.old = self._plot(old, 0, lambda touched: touched.old, self._paths)
        self.new = self._plot(new, 1, lambda touched: touched.new, self._paths)

    def include(self, path: str) -> str:
        """A header's include path, by its path in either tree.

        Exported headers have any path as it stands, which says nothing of a checkout's.
        """
        found = (exports.header(path) for exports in reversed(self._exports))
        return min(filter(None, found), key=len, default=path)

    def _on_both(self, paths: Sequence[str]) -> tuple[str, ...]:
        """The paths, and their include paths where the trees keep headers in different places."""
        if len({exports.kind for exports in self._exports}) < 2:
            return tuple(paths)
        some = "_.h"
        inside = (self.include(f"{path.rstrip('/')}/{some}") for path in paths)
        below = (path.removesuffix(some).rstrip("/") for path in inside)
        return (*paths, *map(self.include, paths), *below)

    def differs(self, include: str, abi: str) -> bool:
        """Whether a header's own text is not the same, or missing, in one of the versions."""
        found = self.touched.get(abi)
        return found is not None and include in found.own

    def names_sizes(self, path: str, abi: str) -> bool:
        """Whether a header differs that has constants for published sizes of its records."""
        include = self.include(path)
        texts = (world.text(include) or b"" for world in self.worlds[abi])
        return self.differs(include, abi) and any(b"_SIZE_VER" in text for text in texts)

    def differing(self) -> dict[str, frozenset[str]]:
        """By ABI: the include paths asked for of headers whose own text differs."""
        return {
            abi: frozenset(i for i in found.own if _is_asked(i, found.path(i), self._paths))
            for abi, found in self.touched.items()
        }

    @cached_property
    def others(self) -> tuple[World, ...]:
        """What the ABIs see today that are not compared."""
        apart = (abi for abi in abis.all_abis() if abi.name not in self.worlds)
        found = (self._exports[1].world(abi) for abi in apart)
        return tuple(world for world in found if world is not None)

    def _worlds(
        self, names: Sequence[str], labels: tuple[str, str]
    ) -> dict[str, tuple[World, World]]:
        found: dict[str, tuple[World, World]] = {}
        lacking: tuple[list[str], list[str]] = [], []
        for name in names:
            abi = abis.get(name)
            old, new = (exports.world(abi) for exports in self._exports)
            if old is not None and new is not None and old.has_asm == new.has_asm:
                found[name] = (old, new)
            elif old is not None or new is not None:
                lacking[new is None or (old is not None and old.has_asm)].append(name)
        for label, missing in zip(labels, lacking, strict=True):
            if missing and found:
                self.notes += (f"not compared: {label} holds no asm/ for {named(missing)}",)
        return found

    def _touched(self) -> Iterator[tuple[str, Touched]]:
        known: dict[object, Touched] = {}
        differences = Differences(self._trees, self._exports)
        for name, (old, new) in self.worlds.items():
            key = (old.identity, new.identity)
            if key not in known:
                known[key] = differences.between(old, new)
            yield name, known[key]

    def _plot(
        self,
        tree: Tree,
        index: int,
        side: Callable[[Touched], Side],
        paths: Sequence[str],
    ) -> Plot:
        headers: dict[str, Mapping[str, str]] = {}
        inner: set[str] = set()
        asked: set[str] = set()
        for name, found in self.touched.items():
            own = side(found)
            named = {i.rpartition("/")[2] for i, p in own.inner.items() if _is_asked(i, p, paths)}
            headers[name] = {
                i: p
                for i, p in own.headers.items()
                if _is_asked(i, p, paths) or i.rpartition("/")[2] in named
            }
            inner.update((*own.inner.values(), *own.headers.values()))
            asked.update(headers[name].values())
        return Plot(
            worlds={name: worlds[index] for name, worlds in self.worlds.items()},
            headers=headers,
            wanted=wanted_records(("*",)),
            tree=tree,
            inner=frozenset(inner - asked),
        )

    def _check(self, paths: Sequence[str]) -> None:
        for path in paths:
            inner = any(
                exports.header(path) is not None and tree.blob(path) is not None
                for exports, tree in zip(self._exports, self._trees, strict=True)
            )
            inner = inner or any(w.text(path) for both in self.worlds.values() for w in both)
            if not inner and not any(
                _is_asked(header.include, header.path, (path,))
                for worlds in self.worlds.values()
                for world in worlds
                for header in world.headers()
            ):
                raise UsageError(f"{path}: neither tree has an exported header of that path")


def _is_asked(include: str, path: str, paths: Sequence[str]) -> bool:
    return not paths or any(
        asked in ("", ".", include, path)
        or f"{path}/".startswith(f"{asked.rstrip('/')}/")
        or f"{include}/".startswith(f"{asked.rstrip('/')}/")
        for asked in paths
    )
