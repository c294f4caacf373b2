# SPDX-License-Identifier: GPL-2.0-or-later
"""This module answers what a reviewer asks of a backport."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from abicheck.engine.court import in_force
from abicheck.engine.pardon import levelled
from abicheck.engine.review.backport import company, layouts, numbers
from abicheck.engine.review.backport.case import Case
from abicheck.engine.review.commits import step_of
from abicheck.model import Backport

if TYPE_CHECKING:
    from abicheck.engine.review.backport.open import Found
    from abicheck.engine.review.change import Place
    from abicheck.engine.review.judge import StepJudge
    from abicheck.engine.review.request import ReviewRequest
    from abicheck.model import Answer, ReviewStep

_QUESTIONS = (
    *(numbers.number, numbers.holes, layouts.layout, company.gate, numbers.reservations),
    *(company.documentation, company.copies, company.prerequisites),
)


def backport(
    place: Place, found: Found, judged: ReviewStep, judge: StepJudge, onto: str, upstream: str
) -> Backport:
    """All answers about one backport."""
    own = (rule for rule in judge.request.rulebook.rules if rule.scope == "backport")
    origin = None if found.upstream is None else step_of(place, found.upstream)
    case = Case(
        place=place,
        step=found.opened.step,
        conflicts=found.opened.failed,
        headers=judged.headers,
        origin=origin,
        origin_headers=judge.headers(origin) if origin else (),
        branch=found.branch,
        tip=place.tree(place.repository.resolve(upstream), upstream),
        tip_name=upstream,
        onto=onto,
        rules={rule.name: rule for rule in own},
    )
    return Backport(
        title=found.commit.subject,
        commit=found.commit.id,
        onto=onto,
        upstream=found.upstream.id if found.upstream else None,
        matched_by=found.matched_by,
        answers=tuple(_levelled(question(case), judge.request) for question in _QUESTIONS),
    )


def _levelled(answer: Answer, request: ReviewRequest) -> Answer:
    """The answer with its findings as configuration wants them, those that are off left out."""
    if not answer.findings:
        return answer
    rules = {rule.name for rule in in_force(request.rulebook, request.config, request.only)}
    asked = (finding for finding in answer.findings if finding.rule in rules)
    return replace(answer, findings=tuple(levelled(asked, request.config)))
