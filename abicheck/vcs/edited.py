# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shows a tree with some of its files changed, in memory only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.vcs.memory import blob_id
from abicheck.vcs.search import mentioned
from abicheck.vcs.tree import Omitted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from abicheck.vcs.tree import Tree


class EditedTree:
    """A tree in which some files have other contents, are new, or are gone."""

    def __init__(
        self,
        tree: Tree,
        label: str,
        changed: Mapping[str, bytes | None],
        refused: Mapping[str, str] | None = None,
    ) -> None:
        """Takes the new contents by path; None is a file that is gone.

        ``refused`` says of files that cannot be served (and are None in ``changed``) why.
        """
        self.label = label
        self.original = tree
        """The tree without the changes."""
        self._changed = changed
        self._refused = refused or {}

    def rewritten(self) -> frozenset[str] | None:
        """Returns the paths of the files with other contents; None where files come or go."""
        stay = (
            text is not None and self.original.read(path) is not None
            for path, text in self._changed.items()
        )
        return frozenset(self._changed) if all(stay) else None

    def read(self, path: str) -> bytes | None:
        """Returns a file's contents after the change."""
        return self._changed[path] if path in self._changed else self.original.read(path)

    def read_many(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Returns the contents of those paths that exist."""
        asked = tuple(paths)
        found = self.original.read_many(path for path in asked if path not in self._changed)
        ours = ((path, self._changed.get(path)) for path in asked)
        return found | {path: text for path, text in ours if text is not None}

    def files(self, under: str = "") -> tuple[str, ...]:
        """Returns the sorted paths below a folder."""
        below = f"{under.strip('/')}/" if under else ""
        added = {p for p, text in self._changed.items() if text is not None and p.startswith(below)}
        gone = {path for path, text in self._changed.items() if text is None}
        return tuple(sorted((set(self.original.files(under)) | added) - gone))

    def omitted(self, under: str = "") -> tuple[Omitted, ...]:
        """Returns what the tree itself leaves out, and what is refused."""
        below = f"{under.strip('/')}/" if under else ""
        kept = (item for item in self.original.omitted(under) if item.path not in self._changed)
        ours = (Omitted(p, why) for p, why in self._refused.items() if p.startswith(below))
        return tuple(sorted((*kept, *ours)))

    def names(self, folder: str = "") -> tuple[str, ...]:
        """Returns the names in a folder, those of new files included."""
        prefix = f"{folder.strip('/')}/" if folder else ""
        added = {
            path.removeprefix(prefix).partition("/")[0]
            for path, text in self._changed.items()
            if text is not None and path.startswith(prefix)
        }
        return tuple(sorted({*self.original.names(folder), *added}))

    def blob(self, path: str) -> str | None:
        """Returns an id of a file's contents after the change."""
        if path not in self._changed:
            return self.original.blob(path)
        text = self._changed[path]
        return None if text is None else blob_id(text)

    def mentions(self, phrases: Sequence[str], folders: Sequence[str]) -> tuple[str, ...]:
        """Returns the sorted paths of C files below folders that hold one of the phrases."""
        kept = (p for p in self.original.mentions(phrases, folders) if p not in self._changed)
        below = tuple(f"{folder.strip('/')}/" if folder else "" for folder in folders)
        ours = [path for path in self._changed if path.startswith(below)]
        return tuple(sorted({*kept, *mentioned(ours, self._changed.get, phrases)}))

    def refusal(self, path: str) -> str | None:
        """Returns why the tree does not serve a path."""
        if path in self._changed:
            return self._refused.get(path)
        return self.original.refusal(path)
