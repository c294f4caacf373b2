# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what a review of a change found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from abicheck.model.changes import HeaderChange
    from abicheck.model.claims import CollideReport
    from abicheck.model.declarations import NotChecked
    from abicheck.model.findings import Finding, Suppressed


class Letter(Struct, frozen=True, kw_only=True):
    """The mail a patch came in, as far as an answer to it needs it; or what it says itself."""

    message_id: str
    """Without brackets."""
    references: tuple[str, ...]
    author: str
    """The whole ``From`` field, decoded."""
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    date: str
    """As the mail writes it."""
    text: str
    """The whole body, decoded: message and patch."""

    @property
    def is_sent(self) -> bool:
        """Whether it came by mail: a patch alone has its message, and an author perhaps."""
        return bool(self.message_id or self.date or self.to)


class ReviewStep(Struct, frozen=True, kw_only=True):
    """What was found in one commit or patch, or in a series taken as one."""

    title: str
    commit: str | None
    headers: tuple[HeaderChange, ...]
    findings: tuple[Finding, ...]
    """All there is to say about it, whichever command says it: lint, diff, documents, copies."""
    suppressed: tuple[Suppressed, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    letter: Letter | None = None
    partial: str = ""
    """Why only a part could be looked at; empty where all was."""


class Answer(Struct, frozen=True, kw_only=True):
    """One question that a backport's reviewer asks, answered."""

    question: str
    """``number``, ``holes``, ``layout``, ``gate``, ``reservations``, ``documentation``,
    ``copies``, ``prerequisites``."""
    verdict: str
    """``yes``, ``no``, ``unknown`` or ``not needed``."""
    text: str
    """One sentence."""
    findings: tuple[Finding, ...] = ()


class Backport(Struct, frozen=True, kw_only=True):
    """A commit on another branch beside what it is upstream."""

    title: str
    commit: str
    """Empty where it came by mail."""
    onto: str
    upstream: str | None
    """The commit upstream; None where none was found."""
    matched_by: str
    """``trailer``, ``cherry-pick``, ``Change-Id``, ``subject``; empty where none was found."""
    answers: tuple[Answer, ...]


class ReviewReport(Struct, frozen=True, kw_only=True):
    """Everything about a change."""

    label: str
    """What was reviewed, as the user named it."""
    baseline: str
    abis: tuple[str, ...]
    steps: tuple[ReviewStep, ...]
    """Each commit or patch in order."""
    whole: ReviewStep
    """The series as one; the same as the only step where there is one."""
    mended: tuple[Finding, ...] = ()
    """What a step broke and a later one of the series mends."""
    collisions: CollideReport | None = None
    """Against the rival branches; None where none are configured."""
    backports: tuple[Backport, ...] = ()
    notes: tuple[str, ...] = ()
