# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds a change as it is opened for review: its steps, and where they come from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from abicheck.errors import InputError, UsageError
from abicheck.vcs.memory import MemoryTree
from abicheck.vcs.open import open_in, path_in
from abicheck.vcs.repository import Repository
from abicheck.vcs.revision import RevisionTree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abicheck.engine.review.merges import Contested
    from abicheck.model import Letter
    from abicheck.review.steps import FileChange, Step
    from abicheck.vcs.tree import Tree

SHOWN = 12
"""Digits of a commit's id that people are shown."""


class Opened(Struct, frozen=True, kw_only=True):
    """One step with what a report says of it besides."""

    step: Step
    letter: Letter | None = None
    partial: str = ""
    """Why only a part can be looked at; empty where all can."""
    failed: Mapping[str, str] = {}
    """The files of which only what the patch shows can be looked at, with what does not fit."""
    merged: bool = False
    """The patch does not fit as it is, and was merged three ways."""


class Change(Struct, frozen=True, kw_only=True):
    """All steps of a change, and the series as one."""

    label: str
    baseline: str
    steps: tuple[Opened, ...]
    whole: Opened
    repository: Repository | None = None
    commit: str | None = None
    """What the change ends in, or what patches are applied to; for the question of ancestry."""
    merges: tuple[Contested, ...] = ()
    """Those of a range that may have lost what a parent changed."""
    notes: tuple[str, ...] = ()


class Place:
    """The tree of headers around the current folder, at any revision of its repository."""

    def __init__(self, start: Path | None = None) -> None:
        """Raises InputError where there is no repository."""
        start = start or Path()
        self.repository = Repository.discover(start)
        self.root = _root(self.repository, start)
        """Its folder in the repository, with a slash at its end unless it is the same."""

    def tree(self, commit: str, label: str = "") -> Tree:
        """The tree at a commit; an empty one where the commit has no such folder."""
        shown = label or commit[:SHOWN]
        try:
            found = RevisionTree(self.repository, commit, self.root.rstrip("/"))
        except InputError:
            self.repository.resolve(commit)
            return MemoryTree(shown, {})
        found.label = shown
        return found

    def files(self, changes: tuple[FileChange, ...]) -> tuple[FileChange, ...]:
        """The changes below the root, with paths as the tree has them."""
        return below(self.root, changes)


def below(root: str, changes: tuple[FileChange, ...]) -> tuple[FileChange, ...]:
    """The changes below a folder, with paths from there; the folder ends with a slash."""
    if not root:
        return changes
    return tuple(
        replace(
            change,
            path=change.path.removeprefix(root),
            old_path=change.old_path and change.old_path.removeprefix(root),
        )
        for change in changes
        if change.path.startswith(root)
    )


def _root(repository: Repository, start: Path) -> str:
    """Where the headers' tree begins: asked of HEAD, as the work tree may be absent."""
    try:
        inside = path_in(repository, start)
        opened = open_in(repository, start, "HEAD")
    except (UsageError, InputError):
        return ""
    root = inside.removesuffix(opened.path).rstrip("/")
    return f"{root}/" if root else ""
