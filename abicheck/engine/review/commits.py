# SPDX-License-Identifier: GPL-2.0-or-later
"""This module opens commits, ranges of them and the staged state for review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.engine.review.change import Change, Opened
from abicheck.errors import InputError, UsageError
from abicheck.review.patches import read_patch
from abicheck.review.steps import Step
from abicheck.vcs.commits import (
    commits_between,
    merges_between,
    patch_between,
    read_commit,
    staged_patch,
)
from abicheck.vcs.index import IndexTree
from abicheck.vcs.memory import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abicheck.engine.review.change import Place
    from abicheck.engine.review.merges import Contested
    from abicheck.vcs.commits import Commit

_TRIES = 5
"""Readings of an index that somebody else is writing."""
_MOST = 2000
"""Commits of one range; a release has ten times as many, and no reviewer who reads each."""


def open_commit(place: Place, word: str) -> Change:
    """One commit against its first parent."""
    commit = read_commit(place.repository, word)
    place.repository.require_parent(commit.id, word)
    opened = Opened(step=step_of(place, commit))
    others = [step_between(place, word, parent, commit.id) for parent in commit.parents[1:]]
    return Change(
        label=word,
        baseline=opened.step.old.label,
        steps=(opened,),
        whole=opened,
        repository=place.repository,
        commit=commit.id,
        merges=_merges(place, (commit,) if others else (), (opened.step, *others)),
    )


def open_range(place: Place, word: str) -> Change:
    """The commits of ``A..B`` or ``A...B``, from where B left A; an empty end is HEAD."""
    old, _, new = word.partition("...") if "..." in word else word.partition("..")
    old, new = old or "HEAD", new or "HEAD"
    end = place.repository.resolve(new)  # once: a branch may move while it is read
    fork = place.repository.merge_base(old, end)
    if fork is None:
        raise InputError(f"{old} and {new} have no common commit")
    commits = commits_between(place.repository, fork, end)
    if len(commits) > _MOST:
        raise UsageError(f"{word}: {len(commits)} commits are too many for one review")
    steps = tuple(Opened(step=step_of(place, commit)) for commit in commits)
    whole = steps[0] if len(steps) == 1 else Opened(step=step_between(place, word, fork, end))
    return Change(
        label=word,
        baseline=old if place.repository.resolve(old) == fork else whole.step.old.label,
        steps=steps,
        whole=whole,
        repository=place.repository,
        commit=end,
        merges=_merges(
            place,
            merges_between(place.repository, fork, end),
            (opened.step for opened in steps),
        ),
    )


def open_staged(place: Place) -> Change:
    """What the next commit would change."""
    if place.repository.top is None:
        raise UsageError("a repository without a work tree has nothing staged")
    for _ in range(_TRIES):
        stamp = place.repository.index_stamp()
        change = _staged(place)
        if place.repository.index_stamp() == stamp:
            return change
    raise InputError("the index changes again and again while it is read")


def _staged(place: Place) -> Change:
    """What the index and HEAD say one after the other."""
    title = "staged changes"
    head = _head(place)
    step = Step(
        title=title,
        commit=None,
        message=title,
        message_id=None,
        author="",
        old=place.tree(head, "HEAD") if head else MemoryTree("nothing", {}),
        new=IndexTree(place.repository, place.root.rstrip("/")),
        files=place.files(read_patch(staged_patch(place.repository, head))),
    )
    opened = Opened(step=step)
    return Change(
        label=title,
        baseline=step.old.label,
        steps=(opened,),
        whole=opened,
        repository=place.repository,
        commit=head,
    )


def step_of(place: Place, commit: Commit) -> Step:
    """What a commit changes against its first parent."""
    parent = commit.parents[0] if commit.parents else None
    return Step(
        title=commit.subject,
        commit=commit.id,
        message=commit.message,
        message_id=None,
        author=commit.author,
        old=MemoryTree("nothing", {}) if parent is None else place.tree(parent),
        new=place.tree(commit.id),
        files=place.files(read_patch(patch_between(place.repository, parent, commit.id))),
    )


def step_between(place: Place, title: str, old: str, new: str) -> Step:
    """Everything between two commits taken as one step."""
    return Step(
        title=title,
        commit=None,
        message=title,
        message_id=None,
        author="",
        old=place.tree(old),
        new=place.tree(new),
        files=place.files(read_patch(patch_between(place.repository, old, new))),
    )


def _merges(
    place: Place, commits: Sequence[Commit], steps: Iterable[Step]
) -> tuple[Contested, ...]:
    """Those of the merges that may have lost a change to a header that the steps touch."""
    if not commits:
        return ()
    from abicheck.engine.review.merges import contested

    paths = {file.path for step in steps for file in step.files}
    return tuple(contested(place, commits, sorted(p for p in paths if p.endswith(".h"))))


def _head(place: Place) -> str | None:
    try:
        return place.repository.resolve("HEAD")
    except InputError:  # nothing has been committed yet
        return None
