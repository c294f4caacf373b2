# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds git's index as a tree: what the next commit would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.vcs.objects import UNMERGED, Entry, ObjectTree, folder_entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abicheck.vcs.repository import Repository


class IndexTree(ObjectTree):
    """The staged files of a work tree, from its root or a folder of it.

    A path whose conflict is not resolved is absent; ``refusal`` and ``omitted`` say so.
    """

    def __init__(self, repository: Repository, folder: str = "") -> None:
        """Reads the index once; raises InputError if there is no such folder in it."""
        output = repository.output("ls-files", "--stage", "-z")
        self._folders = _parse_index(output)
        super().__init__(repository, folder_entry(""), folder, label="index")

    def _list(self, ids: Sequence[str]) -> Sequence[Mapping[str, Entry]]:
        return [self._folders[key] for key in ids]


def _parse_index(output: bytes) -> dict[str, dict[str, Entry]]:
    """Returns the entries of each folder by its path; a folder's id is its path."""
    folders: dict[str, dict[str, Entry]] = {"": {}}
    for line in output.decode(errors="surrogateescape").split("\0")[:-1]:
        about, _, path = line.partition("\t")
        mode, key, stage = about.split(" ")
        folder, _, name = path.rpartition("/")
        if folder not in folders:
            _add_folder(folders, folder)
        folders[folder][name] = Entry(int(mode, 8) if stage == "0" else UNMERGED, key)
    return folders


def _add_folder(folders: dict[str, dict[str, Entry]], path: str) -> None:
    missing = []
    while path not in folders:
        missing.append(path)
        path = path.rpartition("/")[0]
    for path in reversed(missing):
        folders[path] = {}
        above, _, name = path.rpartition("/")
        folders[above][name] = folder_entry(path)
