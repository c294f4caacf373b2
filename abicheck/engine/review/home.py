# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the commit that a patch has become, where it came from this very branch.

Tools such as ``b4 prep --check`` show patches of a branch one by one, without a word on their
baseline, while the branch with all of them is checked out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.engine.patched import patches_of
from abicheck.review.patches import read_patch
from abicheck.vcs.commits import patch_between, recent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.review.steps import FileChange
    from abicheck.vcs.commits import Commit
    from abicheck.vcs.repository import Repository
    from abicheck.vcs.series import Series

_NEAR = 500
"""Commits from HEAD on that may be a patch; a longer series is reviewed as a range."""


def home(repository: Repository, series: Series) -> Commit | None:
    """The commit with the title and the lines of the series' first patch; None where none is."""
    first = patches_of(series)[0]
    wanted = _lines(first.files)
    for commit in recent(repository, "HEAD", _NEAR):
        if commit.subject == first.label.title and len(commit.parents) == 1:
            patch = patch_between(repository, commit.parents[0], commit.id)
            if _lines(read_patch(patch)) == wanted:
                return commit
    return None


def _lines(files: Iterable[FileChange]) -> list[tuple[str, list[str]]]:
    """The lines that come and go, by file."""
    return [
        (file.path, [line for hunk in file.hunks for line in hunk.lines if line[0] in "+-"])
        for file in files
    ]
