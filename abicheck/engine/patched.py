# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shows a tree as a patch, or a mailbox with a series of them, would leave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.errors import InputError, UsageError
from abicheck.review.misfits import misfit
from abicheck.review.patches import read_patch
from abicheck.review.prefixes import prefixed
from abicheck.vcs.apply import Diff, apply
from abicheck.vcs.mail import LARGEST, read_mails
from abicheck.vcs.series import choose_series

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from abicheck.review.steps import FileChange
    from abicheck.vcs.mail import Mail
    from abicheck.vcs.series import Label, Series
    from abicheck.vcs.tree import Tree


class Patch(Struct, frozen=True):
    """A patch with what its subject says, and the files it touches."""

    label: Label
    mail: Mail
    files: tuple[FileChange, ...]

    @property
    def shown(self) -> str:
        """What people call the tree with it."""
        part = f"patch {self.label.part}/{self.label.total}"
        return part if self.label.total > 1 else "patched"

    @property
    def text(self) -> bytes:
        """The patch as git applies it."""
        return prefixed(self.mail.patch)

    def diff(self) -> Diff:
        """What git is given to apply."""
        return diff_of(self.text, self.files)


def diff_of(text: bytes, files: Iterable[FileChange]) -> Diff:
    """A patch with the files it touches, for git to apply."""
    return Diff(text, tuple((file.path, file.old_path) for file in files))


def read_file(path: Path) -> bytes:
    """A patch or mailbox; InputError for one that cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    if len(data) > LARGEST:
        raise InputError(f"{path}: a patch of more than {LARGEST >> 20} MiB")
    return data


def read_series(data: bytes, label: str, version: int | None = None) -> Series:
    """The series in a mailbox; InputError where there is none, UsageError for a lacking version."""
    try:
        return choose_series(read_mails(data), version)
    except (InputError, UsageError) as error:
        raise type(error)(f"{label}: {error}") from None


def patches_of(series: Series) -> tuple[Patch, ...]:
    """The patches of a series, in order."""
    return tuple(Patch(label, mail, read_patch(mail.patch)) for label, mail in series.patches)


def failure(file: FileChange, before: Tree, failed: Mapping[str, str]) -> str | None:
    """Why a file's change does not apply, given git's reasons by path; None where it does."""
    told = failed.get(file.path)
    if told is None:
        return None
    return misfit(file, before.read(file.old_path or file.path), before.label, told)


def patched_tree(tree: Tree, data: bytes, label: str) -> Tree:
    """A tree as a whole series leaves it.

    Raises InputError for text that is no patch, and where a header's part does not apply.
    """
    patches = patches_of(read_series(data, label))
    before: Tree = tree
    diffs = [(patch.shown, patch.diff()) for patch in patches]
    for patch, state in zip(patches, apply(tree, diffs).states, strict=True):
        for file in patch.files:
            why = (
                failure(file, before, state.failed) if file.path.endswith((".h", ".tbl")) else None
            )
            if why is not None:
                raise InputError(f"{label}: {file.path}: {why}")
        before = state.tree
        state.tree.label = label
    return before
