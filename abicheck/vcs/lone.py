# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds a header that belongs to no tree as a tree of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.vcs.search import mentioned
from abicheck.vcs.tree import Omitted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abicheck.vcs.tree import Tree


class LoneHeader:
    """One header out of a folder that may hold anything.

    Only the header is listed; it may include other headers (``.h``) of its folder, and nothing
    else of the folder can be read.
    """

    def __init__(self, folder: Tree, header: str, name: str | None = None) -> None:
        """Takes the header by its path in its folder; it may be served by another ``name``."""
        self.label = f"{header} alone"
        self._folder = folder
        self._stored = header
        self._header = name or header

    def _serves(self, path: str) -> bool:
        return path == self._header or path.endswith(".h")

    def _place(self, path: str) -> str:
        return self._stored if path == self._header else path

    def _below(self, folder: str) -> bool:
        return not folder or self._header.startswith(f"{folder.strip('/')}/")

    def read(self, path: str) -> bytes | None:
        """Returns a header's contents, None where there is no such header."""
        return self._folder.read(self._place(path)) if self._serves(path) else None

    def read_many(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Returns the contents of those headers that exist."""
        wanted = {path: self._place(path) for path in paths if self._serves(path)}
        found = self._folder.read_many(wanted.values())
        return {path: found[place] for path, place in wanted.items() if place in found}

    def files(self, under: str = "") -> tuple[str, ...]:
        """Returns the header's path, if it lies below the folder asked for."""
        is_there = self._below(under) and self.blob(self._header) is not None
        return (self._header,) if is_there else ()

    def omitted(self, under: str = "") -> tuple[Omitted, ...]:
        """Returns the header itself if it cannot be served."""
        reason = self.refusal(self._header) if self._below(under) else None
        return (Omitted(self._header, reason),) if reason else ()

    def names(self, folder: str = "") -> tuple[str, ...]:
        """Returns the header's name at the root, nothing below."""
        return self.files() if not folder.strip("/.") else ()

    def blob(self, path: str) -> str | None:
        """Returns an id of a header's contents."""
        return self._folder.blob(self._place(path)) if self._serves(path) else None

    def mentions(self, phrases: Sequence[str], folders: Sequence[str]) -> tuple[str, ...]:
        """Returns the header's path, if it lies below a folder and holds one of the phrases."""
        paths = (path for folder in folders for path in self.files(folder))
        return tuple(mentioned(paths, self.read, phrases))

    def refusal(self, path: str) -> str | None:
        """Returns why a path that exists is not served; None if it is served or absent."""
        return self._folder.refusal(self._place(path)) if self._serves(path) else None
