# SPDX-License-Identifier: GPL-2.0-or-later
"""This module answers what a reviewer asks of a backport."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.engine.review.backport import company, layouts, numbers
from abicheck.engine.review.backport.case import Case
from abicheck.engine.review.commits import step_of
from abicheck.model import Backport

if TYPE_CHECKING:
    from abicheck.engine.review.backport.open import Found
    from abicheck.engine.review.change import Place
    from abicheck.engine.review.judge import StepJudge
    from abicheck.model import ReviewStep

_QUESTIONS = (
    *(numbers.number, numbers.holes, layouts.layout, company.gate, numbers.reservations),
    *(company.documentation, company.copies, company.prerequisites),
)


def backport(
    place: Place, found: Found, judged: ReviewStep, judge: StepJudge, onto: str, upstream: str
) -> Backport:
    """All answers about one backport."""
    origin = None if found.upstream is None else step_of(place, found.upstream)
    case = Case(
        place=place,
        step=found.opened.step,
        headers=judged.headers,
        origin=origin,
        origin_headers=judge.headers(origin) if origin else (),
        branch=found.branch,
        tip=place.tree(place.repository.resolve(upstream), upstream),
        tip_name=upstream,
        onto=onto,
    )
    return Backport(
        title=found.commit.subject,
        commit=found.commit.id,
        onto=onto,
        upstream=found.upstream.id if found.upstream else None,
        matched_by=found.matched_by,
        answers=tuple(question(case) for question in _QUESTIONS),
    )
