# SPDX-License-Identifier: GPL-2.0-or-later
"""This module proposes families for the headers of a tree that no family file knows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abicheck.errors import UsageError
from abicheck.families.book import read_families
from abicheck.families.discover import propose
from abicheck.families.scan import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.families.discover import Proposal
    from abicheck.vcs.tree import Tree

_ROOTS = ("include/uapi/", "usr/include/", "include/")


def proposals(words: Sequence[str]) -> tuple[Proposal, ...]:
    """Families for the headers named, or for those below folders that have none yet.

    Raises UsageError for a path that does not exist or holds no header.
    """
    from abicheck.vcs.open import open_tree

    known = {header for family in read_families() for header in family.headers}
    found: list[Proposal] = []
    for word in words:
        opened = open_tree(Path(word))
        headers = list(_headers(opened.tree, opened.path))
        if not headers:
            raise UsageError(f"{word}: no header there")
        alone = len(headers) == 1
        for path in headers:
            include = _include(path)
            if alone or include not in known:
                found.extend(propose(include, read_text(path, opened.tree.read(path) or b"")))
    return tuple(found)


def _headers(tree: Tree, path: str) -> Iterator[str]:
    if path.endswith(".h"):
        yield path
        return
    for name in tree.files(path or _uapi(tree)):
        if name.endswith(".h"):
            yield name


def _uapi(tree: Tree) -> str:
    return "include/uapi" if tree.names("include/uapi") else ""


def _include(path: str) -> str:
    for root in _ROOTS:
        if path.startswith(root):
            return path.removeprefix(root)
    return path
