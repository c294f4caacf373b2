# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds a git revision as a tree, without a checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.vcs.objects import Entry, ObjectTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from abicheck.vcs.repository import Repository


class RevisionTree(ObjectTree):
    """The files of a revision, from the repository's root or a folder of it."""

    def __init__(self, repository: Repository, rev: str, folder: str = "") -> None:
        """Raises InputError if there is no such revision, or no such folder in it."""
        self.commit = repository.resolve(rev)
        """The id of the revision's commit."""
        super().__init__(repository, repository.folder_of(self.commit), folder, label=rev)

    def _list(self, ids: Sequence[str]) -> Sequence[Mapping[str, Entry]]:
        return self._repository.folders(ids)

    def _grep(self, *arguments: str, folders: Sequence[str]) -> Iterable[str]:
        root = self._root.id
        return self._repository.grep(*arguments, root, prefix=f"{root}:", folders=folders)
