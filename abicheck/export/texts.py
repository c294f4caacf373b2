# SPDX-License-Identifier: GPL-2.0-or-later
"""This module keeps the texts of a tree that its worlds share: each is read once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.vcs.tree import Tree


class Texts:
    """The files of one tree, by path, read when first asked for."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._read: dict[str, bytes | None] = {}
        self._listed: dict[str, tuple[str, ...]] = {}

    def get(self, path: str) -> bytes | None:
        """A file's text, None where the tree has no such regular file."""
        if path not in self._read:
            self._read[path] = self.tree.read(path)
        return self._read[path]

    def load(self, paths: Iterable[str]) -> None:
        """Read all of these at once, so that ``get`` need not."""
        wanted = [path for path in paths if path not in self._read]
        if wanted:
            self._read.update(dict.fromkeys(wanted))
            self._read.update(self.tree.read_many(wanted))

    def headers(self, folder: str) -> tuple[str, ...]:
        """The ``.h`` files below a folder, as paths in the tree, sorted."""
        if folder not in self._listed:
            found = self.tree.files(folder)
            self._listed[folder] = tuple(path for path in found if path.endswith(".h"))
        return self._listed[folder]


class RewrittenTexts(Texts):
    """The files of a tree that differs from another in what some of them say, and in no more."""

    def __init__(self, tree: Tree, before: Texts, paths: frozenset[str]) -> None:
        super().__init__(tree)
        self._before = before
        self._paths = paths

    def get(self, path: str) -> bytes | None:
        """A file's text, from the other tree unless it is one of those."""
        return super().get(path) if path in self._paths else self._before.get(path)

    def load(self, paths: Iterable[str]) -> None:
        """Read all of these at once, so that ``get`` need not."""
        wanted = frozenset(paths)
        super().load(wanted & self._paths)
        self._before.load(wanted - self._paths)

    def headers(self, folder: str) -> tuple[str, ...]:
        """The ``.h`` files below a folder, which both trees have."""
        return self._before.headers(folder)
