# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reviews a change: from what the user names to everything there is to say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abicheck.engine.review.change import Place
from abicheck.engine.review.commits import open_commit, open_range, open_staged
from abicheck.engine.review.hearing import Hearings
from abicheck.engine.review.judge import StepJudge
from abicheck.engine.review.series import course
from abicheck.engine.review.turns import judged
from abicheck.engine.sources import miss_patches
from abicheck.errors import UsageError
from abicheck.model import ReviewReport

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from abicheck.engine.review.backport.open import Found
    from abicheck.engine.review.change import Change
    from abicheck.engine.review.request import ReviewRequest
    from abicheck.model import Backport, ReviewStep
    from abicheck.model.claims import CollideReport

    Answered: TypeAlias = Callable[[StepJudge, Sequence[ReviewStep]], tuple[Backport, ...]]


def review(request: ReviewRequest) -> ReviewReport:
    """Everything there is to say about a change.

    Raises UsageError for what names no change, or no mail to answer, for an unknown ABI or rule;
    ConfigError for a wrong rule; InputError for what cannot be read.
    """
    change, answered = open_change(request)
    if request.as_answer and not any(opened.letter for opened in change.steps):
        raise UsageError("--format mail answers a mail: review a patch or a mailbox")
    moving = _moving(change)
    hearings = Hearings(request, moving, change.whole.step.new)
    judge = StepJudge(request, hearings)
    hearings.read_ahead((opened.step for opened in change.steps), judge.get_ready)
    alone = len(change.steps) == 1
    heard = judged(judge, change.steps if alone else (*change.steps, change.whole), request.jobs)
    steps = heard[: len(change.steps)]
    whole = heard[0] if alone else judge.together(change.whole, heard[-1], steps)
    whole = judge.merged(whole, change)
    seen = course(change, judge, steps, whole)
    front = hearings.front.note
    return ReviewReport(
        label=change.label,
        baseline=change.baseline,
        abis=hearings.names,
        steps=seen.steps,
        whole=whole,
        mended=seen.mended,
        backports=answered(judge, steps),
        collisions=_collisions(change, request, moving),
        notes=(*change.notes, *seen.notes, *((front,) if front else ())),
    )


def open_change(request: ReviewRequest) -> tuple[Change, Answered]:
    """What the user's words name, and what answers the questions about it if it is a backport."""
    words = request.words
    if request.staged:
        if words:
            raise UsageError("--staged reviews the index: name no commit beside it")
        return open_staged(Place()), _no_backport
    if request.text is not None:
        return _mails(request, request.text, "standard input")
    if len(words) == 1 and Path(words[0]).exists() and not Path(words[0]).is_dir():
        from abicheck.engine.patched import read_file

        return _mails(request, read_file(Path(words[0])), Path(words[0]).name)
    miss_patches(words)
    if request.version is not None:
        raise UsageError("--version picks one of a mailbox's: name a mailbox")
    if request.onto is not None or request.upstream is not None:
        return _backports(request)
    if len(words) != 1:
        raise UsageError("name one range, commit, patch or mailbox, or --staged")
    opened = open_range if ".." in words[0] else open_commit
    return opened(Place(), words[0]), _no_backport


def _mails(request: ReviewRequest, data: bytes, label: str) -> tuple[Change, Answered]:
    from abicheck.engine.review.mails import open_mails

    change = open_mails(data, label, request.onto, request.version)
    if request.upstream is None or request.onto is None:
        return change, _no_backport
    from abicheck.engine.review.backport.open import posted_backports

    place = Place()
    found = posted_backports(place, change, request.upstream)
    return change, _answers(place, found, request.onto, request.upstream)


def _backports(request: ReviewRequest) -> tuple[Change, Answered]:
    from abicheck.engine.review.backport.open import open_backports

    upstream = request.upstream or request.config.upstream
    onto = request.onto
    if upstream is None or onto is None:
        raise UsageError("a backport needs --onto BRANCH and --upstream BRANCH")
    place = Place()
    change, found = open_backports(place, request.words, onto, upstream)
    return change, _answers(place, found, onto, upstream)


def _answers(place: Place, found: Sequence[Found], onto: str, upstream: str) -> Answered:
    """What answers the questions about backports, once their steps are judged."""
    from abicheck.engine.review.backport.run import backport

    def answered(judge: StepJudge, steps: Sequence[ReviewStep]) -> tuple[Backport, ...]:
        return tuple(
            backport(place, one, step, judge, onto, upstream)
            for one, step in zip(found, steps, strict=True)
        )

    return answered


def _no_backport(_: StepJudge, __: Sequence[ReviewStep]) -> tuple[Backport, ...]:
    return ()


def _collisions(
    change: Change, request: ReviewRequest, paths: frozenset[str]
) -> CollideReport | None:
    if not request.config.rivals:
        return None
    from abicheck.engine.review.rivals import in_force_of, rival_claims

    return in_force_of(rival_claims(change, request.config.rivals, paths), request)


def _moving(change: Change) -> frozenset[str]:
    """Every path that any step touches."""
    files = (file for opened in (*change.steps, change.whole) for file in opened.step.files)
    return frozenset(path for file in files for path in (file.path, file.old_path) if path)
