# SPDX-License-Identifier: GPL-2.0-or-later
"""This module opens patches for review: a series from a mailbox, on what it was made for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from abicheck.engine.patched import patches_of, read_series
from abicheck.engine.review.applied import Draft, apply_drafts, merged_notes
from abicheck.engine.review.change import SHOWN, Change, Opened, Place
from abicheck.engine.review.home import home
from abicheck.errors import InputError
from abicheck.model import Letter
from abicheck.vcs.discovery import NoRepositoryError
from abicheck.vcs.location import Kind
from abicheck.vcs.memory import MemoryTree
from abicheck.vcs.open import open_directory
from abicheck.vcs.series import author_of, message_of

if TYPE_CHECKING:
    from abicheck.engine.patched import Patch
    from abicheck.vcs.repository import Repository
    from abicheck.vcs.series import Series
    from abicheck.vcs.tree import Tree

_NOWHERE = "the patch alone"
_INDEX = re.compile(rb"^index ([0-9a-f]{7,64})\.\.[0-9a-f]{7,64}\b", re.MULTILINE)
_MOST = 1000
"""Files of one patch whose former contents are looked for."""
_ALONE = "there is no tree here to apply it to, so only what its own lines show is judged"


class _Baseline(Struct, frozen=True):
    """What the patches are applied to."""

    tree: Tree
    place: Place | None = None
    commit: str | None = None
    note: str = ""


def open_mails(data: bytes, label: str, onto: str | None, version: int | None) -> Change:
    """The series in a mailbox, each patch a step; InputError where there is none."""
    series = read_series(data, label, version)
    baseline = _baseline(series, onto)
    place = baseline.place
    drafts = [_draft(patch, place) for patch in patches_of(series)]
    root = place.root if place else ""
    steps, whole = apply_drafts(baseline.tree, drafts, label, root)
    if baseline.tree.label == _NOWHERE:
        steps = [_alone(opened) for opened in steps]
        whole = _alone(whole)
    return Change(
        label=label,
        baseline=baseline.tree.label,
        steps=tuple(steps),
        whole=whole,
        repository=place.repository if place else None,
        commit=baseline.commit,
        notes=(*filter(None, (baseline.note,)), *series.notes, *merged_notes(steps)),
    )


def _draft(patch: Patch, place: Place | None) -> Draft:
    return Draft(
        title=patch.label.title,
        message=message_of(patch.label, patch.mail),
        author=author_of(patch.mail),
        patch=patch.text,
        shown=patch.shown,
        files=patch.files,
        letter=patch.mail.letter or _unsent(patch),
        origins=_origins(patch, place.repository) if place else (),
    )


def _unsent(patch: Patch) -> Letter:
    """What can be answered of a patch that came by no mail."""
    text = f"{patch.mail.text}{patch.mail.patch.decode('utf-8', 'replace')}"
    return Letter(
        message_id="",
        references=(),
        author=author_of(patch.mail),
        to=(),
        cc=(),
        subject=patch.label.title,
        date="",
        text=text,
    )


def _origins(patch: Patch, repository: Repository) -> tuple[bytes, ...]:
    """What the patch says its files were, as far as the repository knows such contents."""
    named = dict.fromkeys(key.decode() for key in _INDEX.findall(patch.text))
    return repository.known(list(named)[:_MOST])


def _alone(opened: Opened) -> Opened:
    return replace(opened, partial=opened.partial and _ALONE)


def _baseline(series: Series, onto: str | None) -> _Baseline:
    """What was asked for, what the sender named, what it grew on here, HEAD, the tree here."""
    try:
        place = Place()
    except InputError as error:
        if onto is not None:
            raise
        found = _without_repository()
        return found if isinstance(error, NoRepositoryError) else replace(found, note=str(error))
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
        grown = home(place.repository, series)
        if grown is not None:
            return replace(_at(place, grown.parents[0]), note=note)
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
