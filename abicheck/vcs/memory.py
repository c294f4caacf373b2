# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds a tree whose files are nowhere but in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.vcs.search import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from abicheck.vcs.tree import Omitted


class MemoryTree:
    """Files by path; none at all is what a first commit starts from."""

    def __init__(self, label: str, files: Mapping[str, bytes]) -> None:
        self.label = label
        self._files = dict(files)

    def read(self, path: str) -> bytes | None:
        """Returns a file's contents."""
        return self._files.get(path)

    def read_many(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Returns the contents of those paths that exist."""
        return {path: self._files[path] for path in paths if path in self._files}

    def files(self, under: str = "") -> tuple[str, ...]:
        """Returns the sorted paths below a folder."""
        return tuple(sorted(path for path in self._files if path.startswith(_inside(under))))

    def omitted(self, under: str = "") -> tuple[Omitted, ...]:
        """Returns nothing: all there is is served."""
        del under
        return ()

    def names(self, folder: str = "") -> tuple[str, ...]:
        """Returns the sorted names directly in a folder."""
        prefix = _inside(folder)
        below = (path for path in self._files if path.startswith(prefix))
        return tuple(sorted({path.removeprefix(prefix).partition("/")[0] for path in below}))

    def blob(self, path: str) -> str | None:
        """Returns git's id of a file's contents."""
        text = self._files.get(path)
        return None if text is None else blob_id(text)

    def mentions(self, phrases: Sequence[str], folders: Sequence[str]) -> tuple[str, ...]:
        """Returns the sorted paths of C files below folders that hold one of the phrases."""
        paths = {path for folder in folders for path in self.files(folder)}
        return tuple(mentioned(sorted(paths), self.read, phrases))

    def refusal(self, path: str) -> None:
        """Returns None: nothing is refused."""
        del path


def blob_id(text: bytes) -> str:
    """The id that git gives a file's contents."""
    from hashlib import sha1

    return sha1(b"blob %d\0" % len(text) + text, usedforsecurity=False).hexdigest()


def _inside(folder: str) -> str:
    return f"{folder.strip('/')}/" if folder.strip("/") else ""
