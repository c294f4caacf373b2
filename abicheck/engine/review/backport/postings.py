# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the branches that still hold a number from an earlier posting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.errors import InputError
from abicheck.vcs.commits import recent
from abicheck.vcs.history import refs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.engine.review.backport.case import Added, Case

_MOST = 300
"""Branches and tags that are looked into."""
_NEAR = 500
"""Commits of such a branch whose messages are read."""


def posted(case: Case, added: Added) -> tuple[str, ...]:
    """The branches, other than the backport's own, on which a name has the same wrong number."""
    return tuple(dict.fromkeys(_posted(case, added)))


def _posted(case: Case, added: Added) -> Iterator[str]:
    repository = case.place.repository
    for ref in refs(repository, "refs/heads", "refs/remotes", "refs/tags")[:_MOST]:
        name = ref.name.split("/", 2)[2]
        if name == case.onto or _holds(case, ref.commit):
            continue
        tree = case.place.tree(ref.commit)
        found = case.claims(added.family, tree)
        wanted = (added.definition.name, added.definition.number)
        if any((d.name, d.number) == wanted for d in found) and not _is_backport(case, ref.commit):
            yield name


def _holds(case: Case, commit: str) -> bool:
    """Whether a branch has the number only because the backport is on it."""
    ours = case.step.commit
    if ours is None:
        return False
    try:
        return case.place.repository.merge_base(ours, commit) == ours
    except InputError:
        return False


def _is_backport(case: Case, commit: str) -> bool:
    """Whether a branch has a backport of the same commit, and so no posting of it."""
    if case.origin is None or case.origin.commit is None:
        return False
    near = recent(case.place.repository, commit, _NEAR)
    return any(case.origin.commit in one.message for one in near)
