# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds a change as it is reviewed: its files before and after, and who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from abicheck.vcs.tree import Tree


class Hunk(Struct, frozen=True, kw_only=True):
    """A run of changed lines with its context, as a patch has it."""

    old_line: int
    """The first line it covers in the old file, counted from 1."""
    new_line: int
    lines: tuple[str, ...]
    """With their first character: blank, ``+`` or ``-``; without line ends."""
    heading: str = ""
    """What git wrote behind the line numbers, such as ``struct kvm_run {``."""

    def added(self) -> tuple[tuple[int, str], ...]:
        """(line in the new file, text) of each line that is new."""
        found, at = [], self.new_line
        for line in self.lines:
            if line.startswith("+"):
                found.append((at, line[1:]))
            at += not line.startswith("-")
        return tuple(found)


class FileChange(Struct, frozen=True, kw_only=True):
    """One file that a step touches."""

    path: str
    """Today's, or its last one."""
    old_path: str | None
    """None for a new file."""
    removed: bool = False
    hunks: tuple[Hunk, ...] = ()
    """() for a binary file, or a change of name or mode only."""


class Step(Struct, frozen=True, kw_only=True):
    """One commit or patch, or a whole series taken as one."""

    title: str
    """The subject."""
    commit: str | None
    """Its id; None for a patch."""
    message: str
    """The commit message or the mail's text above the patch, subject first."""
    message_id: str | None
    """Of the mail it came in, without brackets."""
    author: str
    old: Tree
    """Everything before the step; for a patch without its baseline only what its context shows."""
    new: Tree
    files: tuple[FileChange, ...]
    partial: bool = False
    """The trees hold only what the patch itself shows."""
