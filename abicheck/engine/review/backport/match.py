# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the upstream commit that a backport was made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.errors import InputError, UsageError
from abicheck.review.trailers import origin
from abicheck.vcs.commits import read_commit, search

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.vcs.commits import Commit
    from abicheck.vcs.repository import Repository


def match(repository: Repository, commit: Commit, upstream: str) -> tuple[Commit, str] | None:
    """(upstream's commit, how it was found): the surest sign first; None where there is no sign."""
    return next(_matches(repository, commit, upstream), None)


def _matches(repository: Repository, commit: Commit, upstream: str) -> Iterator[tuple[Commit, str]]:
    said = origin(commit.message)
    named = [(said.upstream, "trailer"), *((key, "cherry-pick") for key in said.picked)]
    for key, how in named:
        found = _known(repository, key)
        if found is not None:
            yield found, how
    if said.change is not None:
        for found in search(repository, upstream, said.change):
            if origin(found.message).change == said.change and found.id != commit.id:
                yield found, "Change-Id"
    if said.subject:
        for found in search(repository, upstream, said.subject):
            if origin(found.message).subject == said.subject and found.id != commit.id:
                yield found, "subject"


def _known(repository: Repository, key: str | None) -> Commit | None:
    """A commit of that id, None where the repository does not have it."""
    if key is None:
        return None
    try:
        return read_commit(repository, key)
    except (InputError, UsageError):
        return None
