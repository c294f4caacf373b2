# SPDX-License-Identifier: GPL-2.0-or-later
"""This module opens the trees that the paths of one command lie in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abicheck.vcs.open import open_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abicheck.vcs.open import Opened


def open_roots(
    paths: Sequence[str], rev: str | None, staged: bool
) -> tuple[tuple[Opened, tuple[str, ...]], ...]:
    """Each tree that the paths lie in, with those paths below its root ("" is all of it).

    No path at all means the tree around the current folder. Raises UsageError and InputError as
    ``vcs.open.open_tree`` does.
    """
    opened: dict[str, tuple[Opened, list[str]]] = {}
    for path in paths or (".",):
        tree = open_tree(Path(path), rev, staged)
        _, found = opened.setdefault(_root_key(tree, path), (tree, []))
        found.append(tree.path if paths else "")
    return tuple((tree, tuple(found)) for tree, found in opened.values())


def _root_key(opened: Opened, path: str) -> str:
    """Equal for paths of one tree: the path's own part cut off."""
    whole = Path(path).absolute().as_posix()
    return whole.removesuffix(opened.path).rstrip("/") + f":{opened.tree.label}"
