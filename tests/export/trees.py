# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds trees of a few texts, for the tests of abicheck.export."""

from __future__ import annotations

from hashlib import sha1
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from abicheck.vcs.tree import Omitted


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

    def omitted(self, under: str = "") -> tuple[Omitted, ...]:
        """Nothing is left out."""
        del under
        return ()

    def names(self, folder: str = "") -> tuple[str, ...]:
        """Sorted names directly in a folder."""
        depth = folder.count("/") + 1 if folder else 0
        return tuple(sorted({path.split("/")[depth] for path in self.files(folder)}))

    def refusal(self, path: str) -> None:
        """Nothing is refused."""

    def mentions(self, phrases: Sequence[str], folders: Sequence[str]) -> tuple[str, ...]:
        """Nobody asks."""
        raise NotImplementedError

    def blob(self, path: str) -> str | None:
        """The text's digest."""
        text = self._texts.get(path)
        return None if text is None else sha1(text, usedforsecurity=False).hexdigest()
