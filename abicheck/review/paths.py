# SPDX-License-Identifier: GPL-2.0-or-later
"""This module matches paths with globs in which ``*`` stays within one folder."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.vcs.tree import Tree


def matches(path: str, globs: Iterable[str]) -> bool:
    """Whether a path, or a folder above it, fits one of the globs."""
    parts = path.split("/")
    return any(_fits(parts, glob.strip("/").split("/")) for glob in globs)


def _fits(parts: list[str], glob: list[str]) -> bool:
    return len(parts) >= len(glob) and all(
        fnmatchcase(part, piece) for part, piece in zip(parts, glob, strict=False)
    )


def expand(tree: Tree, globs: Iterable[str]) -> tuple[str, ...]:
    """The files of a tree that fit a glob, sorted; names of folders stand for no file."""
    found: set[str] = set()
    for glob in globs:
        folders = [""]
        *above, last = glob.strip("/").split("/")
        for piece in above:
            folders = [f"{at}{name}/" for at in folders for name in _names(tree, at, piece)]
        found.update(f"{at}{name}" for at in folders for name in _names(tree, at, last))
    return tuple(sorted(found))


def _names(tree: Tree, folder: str, piece: str) -> tuple[str, ...]:
    """The names in a folder that fit; a piece without a wildcard is taken at its word."""
    if not any(mark in piece for mark in "*?["):
        return (piece,)
    return tuple(name for name in tree.names(folder.rstrip("/")) if fnmatchcase(name, piece))
