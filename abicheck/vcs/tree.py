# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what every source of text offers, and the bounds all of them keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_FILE = 16 << 20
"""Bytes of the largest file that is served; the largest uapi header has 0.3 MiB."""
MAX_READ = 512 << 20
"""Bytes that one ``read_many`` may bring together."""
MAX_FILES = 1_000_000
"""Names that one listing may look at; a kernel checkout has some 100,000 after a build."""


class Omitted(Struct, frozen=True, order=True):
    """Something a listing leaves out, and why: never checked, so worth saying."""

    path: str
    """Its path, a folder's with a slash at its end; bytes that are not UTF-8 as ``\\xNN``."""
    reason: str


class Tree(Protocol):
    """Files below one root, wherever they are kept; nothing outside the root can be reached.

    Paths are relative to the root, with ``/`` between folders. Links that stay inside the tree
    are followed. A link that leaves it, a ``.git``, a submodule, a FIFO, a device and a name that
    is not UTF-8 are absent.
    """

    @property
    def label(self) -> str:
        """What people call the tree: ``work tree``, ``v6.1``, ``index``, a directory's name."""

    def read(self, path: str) -> bytes | None:
        """Returns a file's contents, None where the tree has no such regular file to serve."""

    def read_many(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Returns the contents of those paths that ``read`` would serve, in one go."""

    def files(self, under: str = "") -> tuple[str, ...]:
        """Returns the sorted paths of regular files, and links to such, below a folder.

        Linked folders are not descended into, save where ``under`` itself is one.
        """

    def omitted(self, under: str = "") -> tuple[Omitted, ...]:
        """Returns what ``files`` leaves out below a folder though it has a file's place."""

    def names(self, folder: str = "") -> tuple[str, ...]:
        """Returns the sorted names directly in a folder, empty where there is no such folder."""

    def blob(self, path: str) -> str | None:
        """Returns an id of a file's contents, equal for equal contents."""

    def mentions(self, phrases: Sequence[str], folders: Sequence[str]) -> tuple[str, ...]:
        """Returns the sorted paths of C files below folders that hold one of the phrases.

        Raises InputError where that cannot be told in reasonable time.
        """

    def refusal(self, path: str) -> str | None:
        """Returns why a path that exists is not served; None if it is served or absent."""
