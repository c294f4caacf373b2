# SPDX-License-Identifier: GPL-2.0-or-later
"""This module opens patches for review: a series from a mailbox, on what it was made for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from abicheck.engine.patched import apply_patches, failure, patches_of, read_series
from abicheck.engine.review.change import SHOWN, Change, Opened, Place
from abicheck.errors import InputError
from abicheck.review.fragments import fragments
from abicheck.review.patches import read_patch
from abicheck.review.steps import Step
from abicheck.vcs.edited import EditedTree
from abicheck.vcs.location import Kind
from abicheck.vcs.memory import MemoryTree
from abicheck.vcs.open import open_directory
from abicheck.vcs.series import author_of, message_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abicheck.engine.patched import Patch
    from abicheck.vcs.apply import Applied, Outcome
    from abicheck.vcs.series import Series
    from abicheck.vcs.tree import Tree

_NOWHERE = "the patch alone"
_ALONE = "there is no tree here to apply it to, so only what its own lines show is judged"


@dataclass(frozen=True, slots=True)
class _Baseline:
    """What the patches are applied to."""

    tree: Tree
    place: Place | None = None
    commit: str | None = None
    note: str = ""


def open_mails(data: bytes, label: str, onto: str | None, version: int | None) -> Change:
    """The series in a mailbox, each patch a step; InputError where there is none."""
    series = read_series(data, label, version)
    baseline = _baseline(series, onto)
    patches = patches_of(series)
    outcome = apply_patches(baseline.tree, patches)
    trees = (baseline.tree, *(state.tree for state in outcome.states))
    steps = [
        _step(patch, before, state)
        for patch, before, state in zip(patches, trees, outcome.states, strict=False)
    ]
    if baseline.tree.label == _NOWHERE:
        steps = [replace(opened, partial=opened.partial and _ALONE) for opened in steps]
    whole = steps[0] if len(steps) == 1 else _whole(label, steps, trees, outcome)
    return Change(
        label=label,
        baseline=baseline.tree.label,
        steps=tuple(steps),
        whole=whole,
        repository=baseline.place.repository if baseline.place else None,
        commit=baseline.commit,
        notes=(*((baseline.note,) if baseline.note else ()), *series.notes),
    )


def _step(patch: Patch, before: Tree, state: Applied) -> Opened:
    """One patch as a step; of files that it does not fit, what the patch itself shows."""
    failed = {file: why for file in patch.files if (why := failure(file, before, state))}
    old: dict[str, bytes | None] = {}
    new: dict[str, bytes | None] = {}
    for file in failed:
        old[file.old_path or file.path], new[file.path] = fragments(file)
    letter = patch.mail.letter
    step = Step(
        title=patch.label.title,
        commit=None,
        message=message_of(patch.label, patch.mail),
        message_id=letter.message_id if letter else None,
        author=author_of(patch.mail),
        old=EditedTree(before, before.label, old) if old else before,
        new=EditedTree(state.tree, state.tree.label, new) if new else state.tree,
        files=patch.files,
        partial=bool(failed),
    )
    reasons = [f"{file.path}: {why}" for file, why in failed.items()]
    paths = frozenset(file.path for file in failed)
    return Opened(step=step, letter=letter, partial="; ".join(reasons), failed=paths)


def _whole(label: str, steps: Sequence[Opened], trees: Sequence[Tree], outcome: Outcome) -> Opened:
    """The series as one step, as far as it applies."""
    step = Step(
        title=label,
        commit=None,
        message=label,
        message_id=None,
        author=steps[0].step.author,
        old=trees[0],
        new=trees[-1],
        files=read_patch(outcome.whole),
        partial=any(opened.partial for opened in steps),
    )
    partial = dict.fromkeys(opened.partial for opened in steps if opened.partial)
    failed = frozenset(path for opened in steps for path in opened.failed)
    return Opened(step=step, partial="; ".join(partial), failed=failed)


def _baseline(series: Series, onto: str | None) -> _Baseline:
    """What was asked for, what the sender named, else HEAD, else the tree around here."""
    try:
        place = Place()
    except InputError:
        if onto is not None:
            raise
        return _without_repository()
    if onto is not None:
        return _at(place, onto, onto)
    note = ""
    if series.base is not None:
        try:
            return _at(place, series.base)
        except InputError:
            lacking = f"the commit {series.base[:SHOWN]} that the sender names is not here"
            note = f"{lacking}: HEAD stands in for it"
    try:
        return replace(_at(place, "HEAD", "HEAD"), note=note)
    except InputError:
        return _Baseline(MemoryTree(_NOWHERE, {}))


def _at(place: Place, revision: str, label: str = "") -> _Baseline:
    commit = place.repository.resolve(revision)
    return _Baseline(place.tree(commit, label), place, commit)


def _without_repository() -> _Baseline:
    opened = open_directory(Path())
    if opened.kind is Kind.LONE:
        return _Baseline(MemoryTree(_NOWHERE, {}))
    return _Baseline(opened.tree)
