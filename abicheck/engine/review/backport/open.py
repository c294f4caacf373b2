# SPDX-License-Identifier: GPL-2.0-or-later
"""This module opens backports: commits on their way to a branch, or on it already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.engine.review.applied import Draft, apply_drafts, merged_notes
from abicheck.engine.review.backport.match import match
from abicheck.engine.review.change import Change, Opened
from abicheck.engine.review.commits import step_between, step_of
from abicheck.errors import UsageError
from abicheck.review.patches import read_patch
from abicheck.vcs.commits import Commit, commits_between, patch_between, read_commit
from abicheck.vcs.revision import RevisionTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abicheck.engine.review.change import Place
    from abicheck.review.steps import FileChange
    from abicheck.vcs.tree import Tree


class Found(Struct, frozen=True):
    """A backport as a step, with what it is upstream."""

    opened: Opened
    commit: Commit
    branch: Tree
    """The branch without it where it is planned, with it where it is done."""
    upstream: Commit | None
    matched_by: str


def open_backports(
    place: Place, words: Sequence[str], onto: str, upstream: str
) -> tuple[Change, tuple[Found, ...]]:
    """The commits named; those that upstream has itself are applied to the branch, in order.

    Raises UsageError for no commits, or such as belong to different branches.
    """
    repository = place.repository
    commits = [commit for word in words for commit in _commits(place, word)]
    if not commits:
        raise UsageError("name the commits to backport, or those that were backported")
    tip, branch = repository.resolve(upstream), repository.resolve(onto)
    upstreamed = [repository.merge_base(commit.id, tip) == commit.id for commit in commits]
    if any(upstreamed) and not all(upstreamed):
        raise UsageError(f"some of the commits are in {upstream} and others are not")
    label = ", ".join(words)
    if all(upstreamed):
        tree = place.tree(branch, onto)
        drafts = [_draft(place, commit) for commit in commits]
        steps, whole = apply_drafts(tree, drafts, label, place.root)
        found = tuple(
            Found(opened, commit, tree, commit, "")
            for opened, commit in zip(steps, commits, strict=True)
        )
    else:
        found = tuple(_done(place, commit, upstream) for commit in commits)
        whole = _together(place, commits, found, label)
    change = Change(
        label=label,
        notes=tuple(merged_notes(one.opened for one in found)),
        baseline=whole.step.old.label,
        steps=tuple(one.opened for one in found),
        whole=whole,
        repository=repository,
        commit=branch,
    )
    return change, found


def posted_backports(place: Place, change: Change, upstream: str) -> tuple[Found, ...]:
    """The patches of a mailbox as backports of what their messages name."""
    found = []
    for opened in change.steps:
        commit = Commit("", (), opened.step.author, opened.step.message)
        matched = match(place.repository, commit, upstream) or (None, "")
        found.append(Found(opened, commit, change.whole.step.old, *matched))
    return tuple(found)


def _commits(place: Place, word: str) -> tuple[Commit, ...]:
    if ".." not in word:
        return (read_commit(place.repository, word),)
    old, _, new = word.partition("...") if "..." in word else word.partition("..")
    return commits_between(place.repository, old or "HEAD", new or "HEAD")


def _draft(place: Place, commit: Commit) -> Draft:
    parent = commit.parents[0] if commit.parents else None
    patch = patch_between(place.repository, parent, commit.id)
    files = read_patch(patch)
    return Draft(
        title=commit.subject,
        message=commit.message,
        author=commit.author,
        patch=patch,
        shown="backported",
        files=files,
        origins=_origins(place, parent, files),
    )


def _origins(place: Place, parent: str | None, files: Iterable[FileChange]) -> tuple[bytes, ...]:
    """What the files of a commit were before it."""
    if parent is None:
        return ()
    tree = RevisionTree(place.repository, parent)
    return tuple(tree.read_many(file.old_path for file in files if file.old_path).values())


def _done(place: Place, commit: Commit, upstream: str) -> Found:
    """A commit that is on the branch already, with the one it was made of."""
    opened = Opened(step=step_of(place, commit))
    found = match(place.repository, commit, upstream)
    return Found(opened, commit, opened.step.new, *(found or (None, "")))


def _together(
    place: Place, commits: Sequence[Commit], found: Sequence[Found], label: str
) -> Opened:
    """Commits of one branch as one step, with what lies between them."""
    if len(found) == 1:
        return found[0].opened
    first, last = commits[0], commits[-1]
    if place.repository.merge_base(first.id, last.id) != first.id or not first.parents:
        raise UsageError(f"{label}: name commits of one branch, the oldest first")
    return Opened(step=step_between(place, label, first.parents[0], last.id))
