# SPDX-License-Identifier: GPL-2.0-or-later
"""This module decides which headers are read, under which ABIs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck import abis
from abicheck.errors import UsageError
from abicheck.export import Kind
from abicheck.model import Absent, NotChecked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abicheck.engine.selection import Wanted
    from abicheck.export import Exports, World
    from abicheck.vcs.tree import Tree

_FEW = 8
"""Up to so many headers are parsed without asking first whether their text names a record."""


class Plot(Struct, frozen=True, kw_only=True):
    """What to read: by ABI, include paths and their paths in the tree."""

    worlds: Mapping[str, World]
    headers: Mapping[str, Mapping[str, str]]
    wanted: Wanted
    absent: tuple[Absent, ...] = ()
    omitted: tuple[NotChecked, ...] = ()
    """Headers that the tree has and does not serve, such as links that lead out of it."""
    tree: Tree | None = None
    inner: frozenset[str] = frozenset()
    """Files that no program includes by itself, whose records count wherever they are met."""

    def paths(self) -> tuple[str, ...]:
        """Every header's path in the tree, once, sorted."""
        return tuple(sorted({path for found in self.headers.values() for path in found.values()}))

    def narrowed(self, paths: frozenset[str], names: frozenset[str]) -> Plot:
        """The same for these headers and ABIs only."""
        return Plot(
            worlds=self.worlds,
            headers={
                abi: {include: path for include, path in found.items() if path in paths}
                for abi, found in self.headers.items()
                if abi in names
            },
            wanted=self.wanted,
            tree=self.tree,
            inner=self.inner,
        )


def plots(
    exports: Exports,
    worlds: Mapping[str, World | None],
    paths: tuple[str, ...],
    wanted: Wanted,
    tree: Tree,
) -> Plot:
    """The headers that paths of a tree mean; UsageError for a path that is no header of it."""
    present = {abi: world for abi, world in worlds.items() if world is not None}
    headers = _named(present, paths, tree) or _all_exported(present)
    chosen = _chosen(exports, present, headers, paths, tree)
    absent = _absent(worlds, chosen, paths)
    if (
        not wanted.everything
        and len({p for found in chosen.values() for p in found.values()}) > _FEW
    ):
        chosen = _naming(present, chosen, wanted)
    omitted = tuple(_omitted(exports, tree, worlds, paths)) if wanted.everything else ()
    return Plot(
        worlds=present, headers=chosen, wanted=wanted, absent=absent, omitted=omitted, tree=tree
    )


def _omitted(
    exports: Exports, tree: Tree, names: Iterable[str], paths: tuple[str, ...]
) -> Iterator[NotChecked]:
    """Folders and headers of the exports that cannot be read; under all ABIs, and why."""
    under = tuple(names)
    whole = [""]
    if exports.kind is Kind.KERNEL:
        archs = dict.fromkeys(abis.get(name).arch for name in under)
        whole = ["include/uapi", *(f"arch/{arch}/include/uapi" for arch in archs)]
    for path in paths:
        for folder in [path] if path else whole:
            if folder.endswith(".h"):
                continue
            for item in tree.omitted(folder):
                header = f"{item.path}any.h" if item.path.endswith("/") else item.path
                if header.endswith(".h") and exports.header(header) is not None:
                    yield NotChecked(path=item.path, abis=under, reason=item.reason)


def _named(
    worlds: Mapping[str, World], paths: tuple[str, ...], tree: Tree
) -> dict[str, dict[str, str]]:
    """By ABI: what it exports of these single headers; nothing where a path is something else."""
    if not all(path.endswith(".h") and tree.read(path) is not None for path in paths):
        return {}
    known: dict[object, dict[str, str]] = {}
    for world in worlds.values():
        if world.identity not in known:
            names = {path: world.include_of(path) for path in paths}
            known[world.identity] = {name: path for path, name in names.items() if name}
    return {abi: known[world.identity] for abi, world in worlds.items()}


def _all_exported(worlds: Mapping[str, World]) -> dict[str, dict[str, str]]:
    """By ABI: what it exports; ABIs whose worlds are one share the answer."""
    known: dict[object, dict[str, str]] = {}
    for world in worlds.values():
        if world.identity not in known:
            known[world.identity] = exported(world)
    return {abi: known[world.identity] for abi, world in worlds.items()}


def exported(world: World) -> dict[str, str]:
    """By include path, the files of the tree that an ABI exports; of two names the first."""
    files: dict[str, str] = {}
    for header in world.headers():
        if not header.path.startswith("<"):
            files.setdefault(header.path, header.include)
    return {include: path for path, include in files.items()}


def _chosen(
    exports: Exports,
    worlds: Mapping[str, World],
    headers: Mapping[str, Mapping[str, str]],
    paths: tuple[str, ...],
    tree: Tree,
) -> dict[str, dict[str, str]]:
    chosen: dict[str, dict[str, str]] = {abi: {} for abi in headers}
    places = {id(found): _by_place(found) for found in headers.values()}
    for path in paths:
        hit = False
        for abi, found in headers.items():
            for include in places[id(found)].get(path, ()):
                chosen[abi][include] = found[include]
                hit = True
        if not hit:
            _add_inner(exports, worlds, path, chosen, tree)
    return chosen


def _by_place(found: Mapping[str, str]) -> dict[str, list[str]]:
    """By path of a file, or of a folder above it: the include paths, in order."""
    places: dict[str, list[str]] = {}
    for include, path in found.items():
        at = path
        places.setdefault(at, []).append(include)
        while at:
            at = at.rpartition("/")[0]
            places.setdefault(at, []).append(include)
    return places


def _add_inner(
    exports: Exports,
    worlds: Mapping[str, World],
    path: str,
    chosen: dict[str, dict[str, str]],
    tree: Tree,
) -> None:
    """Adds a header that others include and programs do not, such as asm-generic's."""
    include = exports.header(path)
    hit = False
    for abi, world in worlds.items():
        known = include is not None and world.text(include) is not None
        if include is not None and known and world.origin(include) == path:
            chosen[abi][include] = path
            hit = True
    if not hit:
        why = tree.refusal(path) if path else None
        what = why or f"holds no exported header of {tree.label}"
        if why is None and include is not None and tree.blob(path) is not None:
            what = f"is not exported for {', '.join(worlds) or 'these ABIs'}"
        raise UsageError(f"{path or 'this folder'} {what}")


def _absent(
    worlds: Mapping[str, World | None],
    chosen: Mapping[str, Mapping[str, str]],
    paths: tuple[str, ...],
) -> tuple[Absent, ...]:
    """For each single header named: the ABIs that do not export it."""
    found = []
    there = {abi: frozenset(headers.values()) for abi, headers in chosen.items()}
    for path in paths:
        if not path.endswith(".h") or "/asm/" in f"/{path}":
            continue
        lacking = [abi for abi, world in worlds.items() if world is None]
        hidden = [
            abi for abi, world in worlds.items() if world is not None and path not in there[abi]
        ]
        for names, reason in (
            (lacking, "the tree lacks the architecture"),
            (hidden, "not exported"),
        ):
            if names:
                found.append(Absent(path=path, abis=tuple(names), reason=reason))
    return tuple(found)


def _naming(
    worlds: Mapping[str, World], chosen: Mapping[str, Mapping[str, str]], wanted: Wanted
) -> dict[str, dict[str, str]]:
    """Only the headers whose text may define a record that is asked for."""
    verdicts: dict[str, bool] = {}

    def names_one(world: World, include: str, path: str) -> bool:
        if path not in verdicts:
            verdicts[path] = wanted.may_define(world.text(include) or b"")
        return verdicts[path]

    def kept(abi: str, found: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        for include, path in found.items():
            if names_one(worlds[abi], include, path):
                yield include, path

    for abi, found in chosen.items():
        worlds[abi].preload(found)
    return {abi: dict(kept(abi, found)) for abi, found in chosen.items()}
