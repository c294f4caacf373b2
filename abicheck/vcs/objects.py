# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shows files that git keeps as objects as a tree, read folder by folder."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, NamedTuple

from abicheck.errors import InputError
from abicheck.vcs.search import SUFFIXES
from abicheck.vcs.tree import MAX_FILE, MAX_FILES, Omitted
from abicheck.vcs.walk import File, Link, RefusedError, is_name, printable, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from abicheck.vcs.repository import Repository

_KIND = 0o170000
_FOLDER = 0o040000
_LINK = 0o120000
_REGULAR = 0o100000
UNMERGED = 0
"""The mode given to an index entry whose conflict is not resolved."""

_ENTRY = re.compile(rb"([0-7]+) ([^\0]+)\0(.{20})", re.DOTALL)
_ENTRY_SHA256 = re.compile(rb"([0-7]+) ([^\0]+)\0(.{32})", re.DOTALL)


class Entry(NamedTuple):
    """What stands under a name in a folder; a folder's id is whatever lists it."""

    mode: int
    id: str


def folder_entry(key: str) -> Entry:
    """Returns the entry of a folder."""
    return Entry(_FOLDER, key)


def parse_folder(text: bytes, id_bytes: int) -> dict[str, Entry]:
    """Returns the entries of a git tree object, whose ids have so many bytes.

    Names that no work tree can hold (``..``, ``a/b``), which git's own fsck calls errors, are
    left out.
    """
    pattern = _ENTRY if id_bytes == 20 else _ENTRY_SHA256
    entries = {}
    for mode, name, key in pattern.findall(text):
        if name not in {b".", b".."} and b"/" not in name:
            entries[name.decode(errors="surrogateescape")] = Entry(int(mode, 8), key.hex())
    return entries


class ObjectTree(ABC):
    """Files that are git objects, below a folder of a revision or of the index."""

    def __init__(self, repository: Repository, root: Entry, folder: str, *, label: str) -> None:
        """Takes the root that links may not leave: ``folder`` below the one given."""
        self.label = label
        self._repository = repository
        self._places: dict[str, Entry | File[Entry] | RefusedError | None] = {}
        self._root = root
        self._folder = folder
        self._listed: dict[str, tuple[str, ...]] = {}
        if folder:
            self._root = self._enter(folder)
            self._places.clear()

    @abstractmethod
    def _list(self, ids: Sequence[str]) -> Sequence[Mapping[str, Entry]]:
        """Returns the entries of folders, by the folders' ids."""

    def _enter(self, folder: str) -> Entry:
        try:
            found = self._find(folder)
        except RefusedError as reason:
            raise InputError(f"{self.label}: {folder} {reason}") from None
        if not isinstance(found, Entry):
            raise InputError(f"{self.label} has no folder {folder}")
        return found

    def read(self, path: str) -> bytes | None:
        """Returns a file's contents, None where there is no such regular file inside."""
        key = self.blob(path)
        if key is None:
            return None
        kept = self._repository.kept(key)
        return self.read_many((path,)).get(path) if kept is None else kept

    def read_many(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Returns the contents of those paths that exist; InputError if they are too much."""
        ids = {path: key for path in paths if (key := self.blob(path)) is not None}
        inside = f"{self._folder}/" if self._folder else ""
        texts = self._repository.files({key: f"{inside}{path}" for path, key in ids.items()})
        return {path: texts[key] for path, key in ids.items() if key in texts}

    def files(self, under: str = "") -> tuple[str, ...]:
        """Returns the sorted paths of regular files, and links to such, below a folder."""
        if under not in self._listed:
            found = (path for path, reason in self._walk(under) if reason is None)
            self._listed[under] = tuple(sorted(found))
        return self._listed[under]

    def omitted(self, under: str = "") -> tuple[Omitted, ...]:
        """Returns what ``files`` leaves out below a folder, and why."""
        left_out = ((path, reason) for path, reason in self._walk(under) if reason is not None)
        return tuple(sorted(Omitted(printable(path), reason) for path, reason in left_out))

    def names(self, folder: str = "") -> tuple[str, ...]:
        """Returns the sorted names directly in a folder, empty where there is none."""
        try:
            found = self._find(folder)
        except RefusedError:
            return ()
        if not isinstance(found, Entry):
            return ()
        return tuple(sorted(filter(is_name, self._list((found.id,))[0])))

    def blob(self, path: str) -> str | None:
        """Returns git's id of a file's contents."""
        try:
            found = self._find(path)
        except RefusedError:
            return None
        return found.handle.id if isinstance(found, File) else None

    def id_of(self, path: str) -> str | None:
        """Returns the id of a file or folder, equal only for equal contents, all below included."""
        try:
            found = self._find(path)
        except RefusedError:
            return None
        if isinstance(found, File):
            return found.handle.id
        return found.id if found is not None else None

    def mentions(self, phrases: Sequence[str], folders: Sequence[str]) -> tuple[str, ...]:
        """Returns the sorted paths of C files below folders that hold one of the phrases."""
        wanted = (argument for phrase in phrases for argument in ("-e", phrase))
        found = self._grep("--name-only", "-z", "-F", *wanted, folders=folders)
        return tuple(sorted(path for path in found if path.endswith(SUFFIXES)))

    @abstractmethod
    def _grep(self, *arguments: str, folders: Sequence[str]) -> Iterable[str]:
        """Returns the paths below folders that ``git grep`` prints."""

    def refusal(self, path: str) -> str | None:
        """Returns why a path that exists is not served; None if it is served or absent."""
        try:
            found = self._find(path)
        except RefusedError as reason:
            return str(reason)
        if isinstance(found, File) and self._repository.size(found.handle.id) > MAX_FILE:
            return f"has more than {MAX_FILE >> 20} MiB"
        return None

    def _find(self, path: str) -> Entry | File[Entry] | None:
        """What stands at a path, looked up once; RefusedError where that is not served."""
        if path not in self._places:
            try:
                standing: Entry | File[Entry] | None = resolve(self._root, path, self._child)
                self._places[path] = standing
            except RefusedError as reason:
                self._places[path] = reason
        found = self._places[path]
        if isinstance(found, RefusedError):
            raise found
        return found

    def _child(self, folder: Entry, name: str) -> Entry | File[Entry] | Link | None:
        entry = self._list((folder.id,))[0].get(name)
        if entry is None:
            return None
        kind = entry.mode & _KIND
        if kind == _FOLDER:
            return entry
        if kind == _REGULAR:
            return File(entry)
        if kind == _LINK:
            target = self._repository.contents((entry.id,)).get(entry.id, b"/")
            return Link(target.decode(errors="surrogateescape"))
        if kind == UNMERGED:
            raise RefusedError("has a merge conflict that is not resolved")
        raise RefusedError("is a submodule")

    def _walk(self, under: str) -> Iterator[tuple[str, str | None]]:
        under = under.strip("/")
        try:
            found = self._find(under)
        except RefusedError as reason:
            yield under, str(reason)
            return
        level = [(under, found)] if isinstance(found, Entry) else []
        seen = 0
        while level:
            below = []
            listed = self._list([folder.id for _, folder in level])
            for (path, _), entries in zip(level, listed, strict=True):
                seen += len(entries)
                if seen > MAX_FILES:
                    raise InputError(f"{self.label}: more than {MAX_FILES} files in {under!r}")
                for name, entry in entries.items():
                    full = f"{path}/{name}" if path else name
                    if entry.mode & _KIND == _FOLDER and is_name(name):
                        below.append((full, entry))
                    elif name != ".git":
                        yield from self._judge(full, entry)
            level = below

    def _judge(self, path: str, entry: Entry) -> Iterator[tuple[str, str | None]]:
        if not is_name(path.rpartition("/")[2]):
            yield path, "has a name that is not UTF-8"
        elif entry.mode & _KIND == _REGULAR:
            yield path, None
        else:
            try:
                if isinstance(self._find(path), File):
                    yield path, None
            except RefusedError as reason:
                yield path, str(reason)
