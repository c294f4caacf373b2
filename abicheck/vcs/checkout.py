# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds blobs in a work tree, where they are faster to read than from git's packs."""

from __future__ import annotations

import os
import stat
from contextlib import ExitStack
from typing import TYPE_CHECKING

from abicheck.vcs.tree import MAX_READ

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: a FIFO put in a file's place between the look and the open must not hold us.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_LARGEST = 1 << 20
"""Bytes of a file that is looked at; of others git knows whether they are what is wanted."""
_SHA1 = 40
"""Digits of an id in a repository that does not use SHA-256."""


class Checkout:
    """The files of a work tree, each served only as the blob that it is."""

    def __init__(self, top: Path) -> None:
        self._top = top

    def blobs(self, wanted: Mapping[str, str]) -> dict[str, bytes]:
        """Returns by id those of the wanted blobs, given with a path each, that are there.

        A file counts by what its contents hash to, whatever git or anybody did to it since. No
        link is followed.
        """
        found: dict[str, bytes] = {}
        left = MAX_READ
        with ExitStack() as opened:
            folders: dict[str, int | None] = {"": _opened(self._top, opened)}
            for key, path in wanted.items():
                if left <= 0 or ".." in path:
                    continue
                folder, _, name = path.rpartition("/")
                text = _read(name, _folder(folder, folders, opened))
                if text is not None and _id(text, len(key)) == key:
                    found[key] = text
                    left -= len(text)
        return found


def _folder(path: str, known: dict[str, int | None], opened: ExitStack) -> int | None:
    """A descriptor of a folder, opened once from the one it lies in; None where there is none."""
    if path not in known:
        above, _, name = path.rpartition("/")
        outer = _folder(above, known, opened)
        known[path] = None if outer is None else _opened(name, opened, outer)
    return known[path]


def _opened(name: str | Path, opened: ExitStack, above: int | None = None) -> int | None:
    flags = _FOLDER if above is not None else _FOLDER & ~os.O_NOFOLLOW
    try:
        descriptor = os.open(name, flags, dir_fd=above)
    except OSError:
        return None
    opened.callback(os.close, descriptor)
    return descriptor


def _read(name: str, folder: int | None) -> bytes | None:
    if folder is None:
        return None
    try:
        seen = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if not stat.S_ISREG(seen.st_mode) or seen.st_size > _LARGEST:
            return None
        descriptor = os.open(name, _FILE, dir_fd=folder)
        try:
            return os.read(descriptor, seen.st_size)
        finally:
            os.close(descriptor)
    except OSError:
        return None


def _id(text: bytes, digits: int) -> str:
    import hashlib

    kind = hashlib.sha1 if digits == _SHA1 else hashlib.sha256
    return kind(b"blob %d\0" % len(text) + text, usedforsecurity=False).hexdigest()
