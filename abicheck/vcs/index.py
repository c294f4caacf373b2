# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds git's index as a tree: what the next commit would be."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from abicheck.vcs.objects import UNMERGED, Entry, ObjectTree, folder_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from abicheck.vcs.repository import Repository


class IndexTree(ObjectTree):
    """The staged files of a work tree, from its root or a folder of it.

    A path whose conflict is not resolved is absent; ``refusal`` and ``omitted`` say so.
    """

    def __init__(self, repository: Repository, folder: str = "") -> None:
        """Reads the index once; raises InputError if there is no such folder in it."""
        # Sorted by path, as git has them. A kernel's 80,000 are not taken apart all at once.
        self._lines = repository.output("ls-files", "--stage", "-z").split(b"\0")[:-1]
        self._folders: dict[str, Mapping[str, Entry]] = {}
        super().__init__(repository, folder_entry(""), folder, label="index")

    def _list(self, ids: Sequence[str]) -> Sequence[Mapping[str, Entry]]:
        for folder in ids:
            if folder not in self._folders:
                self._folders[folder] = self._parse(folder.encode(errors="surrogateescape"))
        return [self._folders[folder] for folder in ids]

    def _grep(self, *arguments: str, folders: Sequence[str]) -> Iterable[str]:
        root = f"{self._root.id}/" if self._root.id else ""
        below = [f"{root}{folder}" for folder in folders]
        return self._repository.grep(*arguments, "--cached", prefix=root, folders=below)

    def _parse(self, folder: bytes) -> dict[str, Entry]:
        """Returns a folder's entries; the id of a folder in them is its path."""
        entries: dict[str, Entry] = {}
        prefix = folder + b"/" if folder else b""
        at = bisect_left(self._lines, prefix, key=_path)
        while at < len(self._lines) and _path(self._lines[at]).startswith(prefix):
            name, slash, _ = _path(self._lines[at]).removeprefix(prefix).partition(b"/")
            text = name.decode(errors="surrogateescape")
            if slash:
                inner = prefix + name
                entries[text] = folder_entry(inner.decode(errors="surrogateescape"))
                # The next byte after "/" is "0": the first path behind the folder.
                at = bisect_left(self._lines, inner + b"0", lo=at, key=_path)
            else:
                mode, key, stage = self._lines[at].partition(b"\t")[0].decode().split(" ")
                entries[text] = Entry(int(mode, 8) if stage == "0" else UNMERGED, key)
                at += 1
        return entries


def _path(line: bytes) -> bytes:
    return line.partition(b"\t")[2]
