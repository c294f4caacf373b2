# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells what a kernel tree exports from what a tree does that says nearly the same.

The trees of a series of patches have the same files, but for what a few headers say: what an
architecture exports and most of what its world answers is the same, and is worked out once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from abicheck.export.exports import KernelExports, open_exports
from abicheck.export.texts import RewrittenTexts
from abicheck.export.world import World

if TYPE_CHECKING:
    from abicheck.export.exports import Exports
    from abicheck.export.texts import Texts
    from abicheck.export.world import Sources
    from abicheck.model import Abi
    from abicheck.vcs.tree import Tree


def open_rewritten(before: Exports, tree: Tree, paths: frozenset[str]) -> Exports:
    """The headers a tree exports that has the files of another, of which those say other things."""
    if isinstance(before, KernelExports) and all(path.endswith(".h") for path in paths):
        return _RewrittenExports(before, RewrittenTexts(tree, before.texts, paths), paths)
    return open_exports(tree)


class _RewrittenExports(KernelExports):
    def __init__(self, before: KernelExports, texts: Texts, paths: frozenset[str]) -> None:
        super().__init__(texts)
        self._before = before
        self._paths = paths

    def world(self, abi: Abi) -> World | None:
        """What an ABI sees; None where the tree has other architectures and not this one."""
        before = self._before.world(abi)
        if before is None:
            return None
        if abi.arch not in self._sources:
            self._sources[abi.arch] = replace(before.identity, answers={})
        return _RewrittenWorld(before, self.texts, self._sources[abi.arch], self._paths)


class _RewrittenWorld(World):
    def __init__(
        self, before: World, texts: Texts, sources: Sources, paths: frozenset[str]
    ) -> None:
        super().__init__(before.abi, texts, sources, has_asm=before.has_asm)
        self._before = before
        self._paths = paths

    def _look_up(self, include: str) -> tuple[str, bytes] | None:
        """What the other world answers, unless that is in a file which says another thing."""
        text = self._before.text(include)
        if text is None:
            return None
        origin = self._before.origin(include)
        return super()._look_up(include) if origin in self._paths else (origin, text)
