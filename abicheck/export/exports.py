# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells what kind of tree it is given and makes each ABI's world of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from abicheck import abis
from abicheck.export import kernel, system
from abicheck.export.exported import ExportedTree, find_top
from abicheck.export.markers import named_archs
from abicheck.export.texts import Texts
from abicheck.export.world import Folder, Sources, World, dropped

if TYPE_CHECKING:
    from abicheck.model import Abi
    from abicheck.vcs.tree import Tree


class Kind(StrEnum):
    """What a tree of headers is."""

    KERNEL = "kernel tree"
    EXPORTED = "exported headers"
    LONE = "headers alone"


class Exports(Protocol):
    """The headers that a tree exports, for every ABI."""

    @property
    def kind(self) -> Kind:
        """What the tree is."""

    @property
    def unknown_archs(self) -> tuple[str, ...]:
        """Architectures with exported headers in the tree that the table of ABIs lacks."""

    def world(self, abi: Abi) -> World | None:
        """What an ABI sees; None where the tree has nothing for its architecture."""

    def header(self, path: str) -> str | None:
        """The include path of a file of the tree; None for a file that is not exported.

        The file of another architecture has one too: ``World.origin`` of it tells them apart.
        """


class KernelExports:
    """A kernel checkout, or the part of one that a vendor keeps."""

    kind = Kind.KERNEL

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        """The files of the tree."""
        self._sources: dict[str, Sources] = {}

    @property
    def unknown_archs(self) -> tuple[str, ...]:
        """Architectures of the tree that the table of ABIs lacks, such as ia64; sorted."""
        others = sorted({*self.texts.tree.names("arch")} - _known_archs() - {"um"})
        return tuple(arch for arch in others if self._has_asm(arch))

    def world(self, abi: Abi) -> World | None:
        """What an ABI sees; None where the tree has other architectures and not this one."""
        has_asm = self._has_asm(abi.arch)
        if not has_asm and any(self._has_asm(arch) for arch in self.texts.tree.names("arch")):
            return None
        if abi.arch not in self._sources:
            self._sources[abi.arch] = kernel.sources(self.texts, abi.arch)
        return World(abi, self.texts, self._sources[abi.arch], has_asm=has_asm)

    def header(self, path: str) -> str | None:
        """The include path of a file below an ``include/uapi``."""
        return kernel.include_of(path)

    def _has_asm(self, arch: str) -> bool:
        return bool(self.texts.headers(kernel.arch_folder(arch)))


def _known_archs() -> frozenset[str]:
    return frozenset(abi.arch for abi in abis.all_abis())


class ExportedExports:
    """Headers that somebody has exported: /usr/include, a cross toolchain's, zig's."""

    kind = Kind.EXPORTED

    def __init__(self, texts: Texts, top: str) -> None:
        self._texts = texts
        self._top = top
        self._tree = ExportedTree(texts, top)
        self._sources: dict[object, Sources] = {}

    @property
    def unknown_archs(self) -> tuple[str, ...]:
        """Architectures that folders are named after and the table of ABIs lacks; sorted."""
        return tuple(sorted(named_archs(self._texts.tree, self._top) - _known_archs()))

    def world(self, abi: Abi) -> World:
        """What an ABI sees, with the basic ``asm/`` of our own where the tree has none."""
        made = self._tree.sources(abi)
        key = (made.folders, frozenset(made.made), made.system, made.hidden)
        sources = self._sources.setdefault(key, made)
        return World(abi, self._texts, sources, has_asm=self._tree.has_asm(abi))

    def header(self, path: str) -> str | None:
        """The include path of a file of the tree."""
        return self._tree.include_of(path)


class LoneExports:
    """Headers in a folder that belongs to no tree: all else they include is our own."""

    kind = Kind.LONE
    unknown_archs: tuple[str, ...] = ()

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._sources = Sources(
            first=frozenset(),
            folders=(Folder(""),),
            made=dropped(),
            system=system.userspace_names() | system.kernel_names(),
        )

    def world(self, abi: Abi) -> World:
        """The folder's headers and our system root."""
        return World(abi, self._texts, self._sources, has_asm=False)

    def header(self, path: str) -> str | None:
        """The file's own path: a lone header is included by it."""
        return path if path.endswith(".h") else None


def open_exports(tree: Tree) -> Exports:
    """The headers a tree exports, whatever kind of tree it is."""
    texts = Texts(tree)
    if texts.headers(kernel.UAPI):
        return KernelExports(texts)
    top = find_top(texts)
    return LoneExports(texts) if top is None else ExportedExports(texts, top)
