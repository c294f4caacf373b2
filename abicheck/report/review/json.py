# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes a review as the JSON document ``review-1``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.report.collide.json import content
from abicheck.report.diff.json import change
from abicheck.report.findings.json import finding_object
from abicheck.report.json import document, not_checked, record_changes
from abicheck.report.review.verdict import of_review, of_step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.model import (
        Answer,
        Backport,
        Finding,
        HeaderChange,
        Letter,
        ReviewReport,
        ReviewStep,
    )
    from abicheck.report.json import Object
    from abicheck.report.review.verdict import Verdict


def render(report: ReviewReport) -> str:
    """The document: each commit or patch, the series as one, numbers and backports."""
    return document(
        "review-1",
        {
            "label": report.label,
            "baseline": report.baseline,
            "abis": list(report.abis),
            "verdict": _verdict(of_review(report)),
            "steps": [_step(step) for step in report.steps],
            "whole": _step(report.whole),
            "mended": _findings(report.mended),
            "collisions": report.collisions and content(report.collisions, whole=False),
            "backports": [_backport(each) for each in report.backports],
            "notes": list(report.notes),
        },
    )


def _verdict(verdict: Verdict) -> Object:
    return {
        "standing": verdict.standing.value,
        "headline": verdict.headline,
        "detail": verdict.detail,
    }


def _step(step: ReviewStep) -> Object:
    return {
        "title": step.title,
        "commit": step.commit,
        "verdict": _verdict(of_step(step)),
        "headers": [_header(header) for header in step.headers],
        "findings": _findings(step.findings),
        "suppressed": [
            {"by": item.by, "reason": item.reason, "finding": _finding(item.finding)}
            for item in step.suppressed
        ],
        "not_checked": [not_checked(item) for item in step.not_checked],
        "letter": _letter(step.letter) if step.letter and step.letter.is_sent else None,
        "partial": step.partial,
    }


def _findings(found: Iterable[Finding]) -> list[Object]:
    return [_finding(item) for item in found]


def _finding(item: Finding) -> Object:
    """A change as ``diff-1`` has it, what a rule says of one version as ``lint-1`` has it."""
    return change(item) if item.kind else finding_object(item)


def _header(header: HeaderChange) -> Object:
    return {
        "path": header.path,
        "old_path": header.old_path,
        "removed": header.removed,
        "changes": [each for pair in header.records for each in record_changes(pair.old, pair.new)],
    }


def _letter(letter: Letter) -> Object:
    return {
        "message_id": letter.message_id,
        "author": letter.author,
        "subject": letter.subject,
        "date": letter.date,
    }


def _backport(backport: Backport) -> Object:
    return {
        "title": backport.title,
        "commit": backport.commit,
        "onto": backport.onto,
        "upstream": backport.upstream,
        "matched_by": backport.matched_by,
        "answers": [_answer(each) for each in backport.answers],
    }


def _answer(answer: Answer) -> Object:
    return {
        "question": answer.question,
        "verdict": answer.verdict,
        "text": answer.text,
        "findings": _findings(answer.findings),
    }
