# SPDX-License-Identifier: GPL-2.0-or-later
"""This module makes steps of two versions of some files."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from abicheck.review.steps import FileChange, Hunk, Step
from abicheck.vcs.edited import EditedTree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abicheck.vcs.tree import Tree

_CONTEXT = 3


def step(
    tree: Tree,
    old: Mapping[str, str | None],
    new: Mapping[str, str | None],
    *,
    partial: bool = False,
) -> Step:
    """A step on a tree from some contents of files to others; None is a file that is not there."""
    sides = [
        EditedTree(
            tree, label, {path: None if t is None else t.encode() for path, t in side.items()}
        )
        for label, side in (("old", old), ("new", {**old, **new}))
    ]
    return Step(
        title="a step",
        commit=None,
        message="a step",
        message_id=None,
        author="somebody",
        old=sides[0],
        new=sides[1],
        files=tuple(_change(path, sides[0].read(path), text) for path, text in new.items()),
        partial=partial,
    )


def _change(path: str, old: bytes | None, new: str | None) -> FileChange:
    before, after = (old or b"").decode().splitlines(), (new or "").splitlines()
    return FileChange(
        path=path,
        old_path=None if old is None else path,
        removed=new is None,
        hunks=_hunks(before, after),
    )


def _hunks(before: list[str], after: list[str]) -> tuple[Hunk, ...]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    found = []
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        lines: list[str] = []
        for tag, old, old_end, new, new_end in group:
            if tag == "equal":
                lines += [f" {line}" for line in before[old:old_end]]
                continue
            lines += [f"-{line}" for line in before[old:old_end]]
            lines += [f"+{line}" for line in after[new:new_end]]
        first = group[0]
        hunk = Hunk(old_line=first[1] + 1, new_line=first[3] + 1, lines=tuple(lines))
        found.append(hunk)
    return tuple(found)
