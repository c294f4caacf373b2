# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds a directory as a tree that nothing inside it can lead out of."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import ExitStack
from typing import TYPE_CHECKING

from abicheck.errors import InputError
from abicheck.vcs.search import mentioned
from abicheck.vcs.tree import MAX_FILE, MAX_FILES, MAX_READ, Omitted
from abicheck.vcs.walk import File, Link, RefusedError, is_name, printable, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: a FIFO put in a file's place between the look and the open must not hold us.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP)


class DirectoryTree:
    """The files below a directory, each name opened relative to the folder it was found in."""

    def __init__(self, root: Path, label: str) -> None:
        """Takes the directory as it is now named; raises InputError if it is none."""
        if not root.is_dir():
            raise InputError(f"{root} is not a directory")
        self.root = root
        self.label = label

    def read(self, path: str) -> bytes | None:
        """Returns a file's contents, None where there is no such regular file inside."""
        try:
            return self._read(path)
        except RefusedError:
            return None

    def read_many(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Returns the contents of those paths that exist; InputError if they are too much."""
        texts: dict[str, bytes] = {}
        total = 0
        for path, text in self._each(paths):
            total += len(text)
            if total > MAX_READ:
                raise InputError(f"{self.label}: more than {MAX_READ >> 20} MiB asked for at once")
            texts[path] = text
        return texts

    def files(self, under: str = "") -> tuple[str, ...]:
        """Returns the sorted paths of regular files, and links to such, below a folder."""
        return tuple(sorted(path for path, reason in self._walk(under) if reason is None))

    def omitted(self, under: str = "") -> tuple[Omitted, ...]:
        """Returns what ``files`` leaves out below a folder, and why."""
        return tuple(
            sorted(
                Omitted(printable(path), reason)
                for path, reason in self._walk(under)
                if reason is not None
            )
        )

    def names(self, folder: str = "") -> tuple[str, ...]:
        """Returns the sorted names directly in a folder, empty where there is none."""
        with ExitStack() as opened:
            try:
                found = self._find(folder, opened)
            except RefusedError:
                return ()
            if not isinstance(found, int):
                return ()
            try:
                return tuple(sorted(e.name for e in _entries(found) if is_name(e.name)))
            except RefusedError:
                return ()

    def blob(self, path: str) -> str | None:
        """Returns the id git would give the file's contents (in a SHA-1 repository)."""
        text = self.read(path)
        if text is None:
            return None
        import hashlib

        header = b"blob %d\0" % len(text)
        return hashlib.sha1(header + text, usedforsecurity=False).hexdigest()

    def mentions(self, phrases: Sequence[str], folders: Sequence[str]) -> tuple[str, ...]:
        """Returns the sorted paths of C files below folders that hold one of the phrases."""
        paths = {path for folder in folders for path in self.files(folder)}
        return tuple(mentioned(sorted(paths), self.read, phrases))

    def refusal(self, path: str) -> str | None:
        """Returns why a path that exists is not served; None if it is served or absent."""
        try:
            self._read(path)
        except RefusedError as reason:
            return str(reason)
        return None

    def _each(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """(path, text) of those that exist; the folder of one stays open for the next."""
        with ExitStack() as opened:
            folder: str | None = None
            handle: int | None = None
            for path in paths:
                above, slash, name = path.rpartition("/")
                if above != folder:
                    opened.close()
                    folder, handle = above, self._folder(above, opened) if slash else None
                text = None if handle is None else self._plain(handle, name)
                if text is None:
                    text = self.read(path)
                if text is not None:
                    yield path, text

    def _folder(self, path: str, opened: ExitStack) -> int | None:
        try:
            found = self._find(path, opened) if path else None
        except RefusedError:
            return None
        return found if isinstance(found, int) else None

    def _plain(self, folder: int, name: str) -> bytes | None:
        """The contents of a regular file of that very name, None for whatever else it is."""
        try:
            if is_name(name) and stat.S_ISREG(_mode(folder, name)):
                return _contents(folder, name)
        except (OSError, ValueError, RefusedError):
            return None
        return None

    def _read(self, path: str) -> bytes | None:
        with ExitStack() as opened:
            found = self._find(path, opened)
            return _contents(*found.handle) if isinstance(found, File) else None

    def _find(self, path: str, opened: ExitStack) -> int | File[tuple[int, str]] | None:
        def child(folder: int, name: str) -> int | File[tuple[int, str]] | Link | None:
            try:
                mode = _mode(folder, name)
                if stat.S_ISLNK(mode):
                    return Link(os.readlink(name, dir_fd=folder))
                if stat.S_ISDIR(mode):
                    return _open_folder(name, opened, folder)
            except OSError as error:
                _check_absent(error)
                return None
            _check_kind(mode)
            return File((folder, name))

        try:
            root = _open_folder(self.root, opened)
        except OSError as error:
            raise InputError(f"{self.root}: {error.strerror}") from None
        return resolve(root, path, child)

    def _walk(self, under: str) -> Iterable[tuple[str, str | None]]:
        pending = [under.strip("/")]
        seen = 0
        while pending:
            folder = pending.pop()
            with ExitStack() as opened:
                try:
                    found = self._find(folder, opened)
                    if not isinstance(found, int):
                        continue
                    for entry in _entries(found):
                        seen += 1
                        if seen > MAX_FILES:
                            many = f"more than {MAX_FILES} files in {under!r}"
                            raise InputError(f"{self.label}: {many}")
                        path = f"{folder}/{entry.name}" if folder else entry.name
                        if entry.name == ".git":
                            continue
                        if entry.is_dir(follow_symlinks=False) and is_name(entry.name):
                            pending.append(path)
                        else:
                            yield from self._judge(path, entry, found)
                except RefusedError as reason:
                    yield f"{folder or '.'}/", str(reason)

    def _judge(
        self, path: str, entry: os.DirEntry[str], folder: int
    ) -> Iterable[tuple[str, str | None]]:
        if not is_name(entry.name):
            yield path, "has a name that is not UTF-8"
        elif entry.is_file(follow_symlinks=False):
            readable = os.access(entry.name, os.R_OK, dir_fd=folder)
            yield path, None if readable else f"cannot be read: {os.strerror(errno.EACCES)}"
        else:
            with ExitStack() as opened:
                try:
                    if isinstance(self._find(path, opened), File):
                        yield path, None
                except RefusedError as reason:
                    yield path, str(reason)


def _entries(folder: int) -> Iterator[os.DirEntry[str]]:
    """What a folder holds; RefusedError where it may be opened and not be listed."""
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError as error:
        raise RefusedError(f"cannot be read: {error.strerror}") from None


def _mode(folder: int, name: str) -> int:
    return os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode


def _contents(folder: int, name: str) -> bytes | None:
    try:
        descriptor = os.open(name, _FILE, dir_fd=folder)
    except OSError as error:
        _check_absent(error)
        return None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        _check_kind(status.st_mode)
        text = b"" if status.st_size > MAX_FILE else file.read(MAX_FILE + 1)
        if max(status.st_size, len(text)) > MAX_FILE:
            raise RefusedError(f"has more than {MAX_FILE >> 20} MiB")
        return text


def _open_folder(name: str | Path, opened: ExitStack, above: int | None = None) -> int:
    flags = _FOLDER if above is not None else _FOLDER & ~os.O_NOFOLLOW
    descriptor = os.open(name, flags, dir_fd=above)
    opened.callback(os.close, descriptor)
    return descriptor


def _check_kind(mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise RefusedError("is not a regular file")


def _check_absent(error: OSError) -> None:
    """Raises RefusedError for an error that does not just say that there is no such file."""
    if error.errno not in _ABSENT:
        raise RefusedError(f"cannot be read: {error.strerror}") from None
