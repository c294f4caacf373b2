# SPDX-License-Identifier: GPL-2.0-or-later
"""Trees for the tests of abicheck.export, small ones from a dict and real ones from a folder.

This module stands in for abicheck.vcs, so that these tests say nothing about confinement.
"""

from __future__ import annotations

from hashlib import sha1
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class DictTree:
    """A tree of the texts given by path; it counts what is read."""

    label = "a dict"

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = {path: text.encode() for path, text in texts.items()}
        self.reads: list[str] = []

    def read(self, path: str) -> bytes | None:
        """The text at a path."""
        self.reads.append(path)
        return self._texts.get(path)

    def read_many(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The texts that exist."""
        return {path: text for path in paths if (text := self.read(path)) is not None}

    def files(self, under: str = "") -> tuple[str, ...]:
        """Sorted paths below a folder."""
        prefix = f"{under}/" if under else ""
        return tuple(sorted(path for path in self._texts if path.startswith(prefix)))

    def blob(self, path: str) -> str | None:
        """The text's digest."""
        text = self._texts.get(path)
        return None if text is None else sha1(text, usedforsecurity=False).hexdigest()


class FolderTree(DictTree):
    """A real folder, read without any care."""

    label = "a folder"

    def __init__(self, root: Path) -> None:
        super().__init__({})
        self._root = root

    def read(self, path: str) -> bytes | None:
        """The text at a path."""
        found = self._root / path
        return found.read_bytes() if found.is_file() else None

    def files(self, under: str = "") -> tuple[str, ...]:
        """Sorted paths below a folder."""
        top = self._root / under
        return tuple(sorted(p.relative_to(self._root).as_posix() for p in top.rglob("*.h")))
