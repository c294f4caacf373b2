# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the one way a path is looked up in a tree: never above its root."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 64
"""Folders above a file; the deepest path of a kernel tree has 12."""
MAX_LINKS = 40
"""Links followed for one path, as Linux has it (path_resolution(7))."""

FolderT = TypeVar("FolderT")
FileT = TypeVar("FileT")


class RefusedError(Exception):
    """Something stands at a path and is not served; the text says why."""


class Link(Struct, frozen=True):
    """A symbolic link."""

    target: str


class File(Struct, Generic[FileT], frozen=True):
    """A regular file, known by whatever its tree needs to read it."""

    handle: FileT


def is_name(name: str) -> bool:
    """Tells whether a file name is one a tree may show: UTF-8, and not git's own folder."""
    if name == ".git":
        return False
    return name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name)


def printable(path: str) -> str:
    r"""Returns a path whose bytes that are not UTF-8 are written as ``\xNN``."""
    return path.encode(errors="surrogateescape").decode(errors="backslashreplace")


def resolve(
    root: FolderT,
    path: str,
    child: Callable[[FolderT, str], FolderT | File[FileT] | Link | None],
) -> FolderT | File[FileT] | None:
    """Returns the folder or file that a path names, None where nothing has that name.

    ``child`` looks one name up in one folder. Raises RefusedError for a path or link that leaves
    the tree, and for more links or folders than the bounds allow.
    """
    if path.startswith("/") or "\0" in path:
        return None
    folders = [root]
    rest = path.split("/")[::-1]
    links = 0
    while rest:
        name = rest.pop()
        if name in {"", "."}:
            continue
        if name == "..":
            if len(folders) == 1:
                raise RefusedError("leaves the tree")
            folders.pop()
            continue
        found = child(folders[-1], name) if is_name(name) else None
        if found is None:
            return None
        if isinstance(found, File):
            return None if rest else found
        if isinstance(found, Link):
            links += 1
            _check_link(found, links)
            rest.extend(found.target.split("/")[::-1])
            continue
        if len(folders) > MAX_DEPTH:
            raise RefusedError(f"lies more than {MAX_DEPTH} folders deep")
        folders.append(found)
    return folders[-1]


def _check_link(link: Link, count: int) -> None:
    if link.target.startswith("/"):
        raise RefusedError("is a link that leaves the tree")
    if count > MAX_LINKS:
        raise RefusedError(f"is reached through more than {MAX_LINKS} links")
