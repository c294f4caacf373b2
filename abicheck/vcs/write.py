# SPDX-License-Identifier: GPL-2.0-or-later
"""This module replaces a file of a work tree, and nothing that a link in it leads to."""

from __future__ import annotations

import os
import stat
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from abicheck.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def replace_file(root: Path, path: str, old: bytes, new: bytes) -> None:
    """Puts the new contents in place of the old ones, whole or not at all.

    Raises InputError where the file is reached through a link, no longer has the old contents,
    or cannot be written.
    """
    *folders, name = path.split("/")
    try:
        with ExitStack() as opened:
            folder = os.open(root, _FOLDER & ~os.O_NOFOLLOW)
            opened.callback(os.close, folder)
            for each in folders:
                folder = os.open(each, _FOLDER, dir_fd=folder)
                opened.callback(os.close, folder)
            _replace(folder, name, old, new)
    except OSError as error:
        raise InputError(f"{path} is not changed: {error.strerror}") from error


def _replace(folder: int, name: str, old: bytes, new: bytes) -> None:
    descriptor = os.open(name, _FILE, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or file.read(len(old) + 1) != old:
            raise InputError(f"{name} is not changed: it is no longer what was checked")
    draft = f".{name}.abicheck-{os.getpid()}"
    try:
        with os.fdopen(os.open(draft, _NEW, 0o600, dir_fd=folder), "wb") as file:
            file.write(new)
            os.fchmod(file.fileno(), stat.S_IMODE(status.st_mode))
        os.replace(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(draft, dir_fd=folder)
        raise
