# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reviews a change: from what the user names to everything there is to say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abicheck.engine.patched import read_file
from abicheck.engine.review.change import Place
from abicheck.engine.review.commits import open_commit, open_range, open_staged
from abicheck.engine.review.fold import mended
from abicheck.engine.review.hearing import Hearings
from abicheck.engine.review.judge import StepJudge
from abicheck.engine.review.mails import open_mails
from abicheck.engine.review.rivals import rival_claims
from abicheck.errors import UsageError
from abicheck.model import ReviewReport

if TYPE_CHECKING:
    from abicheck.engine.review.change import Change
    from abicheck.engine.review.request import ReviewRequest


def review(request: ReviewRequest) -> ReviewReport:
    """Everything there is to say about a change.

    Raises UsageError for what names no change, an unknown ABI or rule; ConfigError for a wrong
    rule; InputError for what cannot be read.
    """
    change = open_change(request)
    moving = _moving(change)
    hearings = Hearings(request, moving, change.whole.step.new)
    judge = StepJudge(request, hearings)
    steps = tuple(judge.judged(opened) for opened in change.steps)
    whole = steps[0] if len(steps) == 1 else judge.together(change.whole, steps)
    front, rivals = hearings.front.note, request.config.rivals
    return ReviewReport(
        label=change.label,
        baseline=change.baseline,
        abis=hearings.names,
        steps=steps,
        whole=whole,
        mended=mended(steps, whole),
        collisions=rival_claims(change, rivals, moving) if rivals else None,
        notes=(*change.notes, *((front,) if front else ())),
    )


def open_change(request: ReviewRequest) -> Change:
    """What the user's words name."""
    if request.staged:
        if request.words:
            raise UsageError("--staged reviews the index: name no commit beside it")
        return open_staged(Place())
    if len(request.words) != 1:
        raise UsageError("name one range, commit, patch or mailbox, or --staged")
    (word,) = request.words
    if request.text is not None:
        return open_mails(request.text, "standard input", request.onto, request.version)
    if Path(word).exists() and not Path(word).is_dir():
        return open_mails(read_file(Path(word)), Path(word).name, request.onto, request.version)
    return open_range(Place(), word) if ".." in word else open_commit(Place(), word)


def _moving(change: Change) -> frozenset[str]:
    """Every path that any step touches."""
    files = (file for opened in (*change.steps, change.whole) for file in opened.step.files)
    return frozenset(path for file in files for path in (file.path, file.old_path) if path)
