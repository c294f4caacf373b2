# SPDX-License-Identifier: GPL-2.0-or-later
"""This module lays a review out flat, as findings for formats that know nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.model import Breaks, Finding, LintReport, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import ReviewReport, ReviewStep
    from abicheck.model.claims import Claim, Collision


def as_lint(report: ReviewReport) -> LintReport:
    """The review as the report of one run: what stands at the end of the series."""
    return LintReport(
        source=report.label,
        abis=report.abis,
        headers=len(report.whole.headers),
        findings=findings(report),
        suppressed=report.whole.suppressed,
        not_checked=report.whole.not_checked,
        notes=(*partial(report), *report.notes),
    )


def findings(report: ReviewReport) -> tuple[Finding, ...]:
    """All that stands at the end: of the series, of its numbers, of its backports; each once."""
    answers = (answer for backport in report.backports for answer in backport.answers)
    found = (
        *report.whole.findings,
        *collided(report),
        *(finding for answer in answers for finding in answer.findings),
    )
    return tuple(dict.fromkeys(found))


def collided(report: ReviewReport) -> Iterator[Finding]:
    """Collisions with the rival branches as findings."""
    if report.collisions is not None:
        for result in report.collisions.families:
            for collision in result.collisions:
                yield _finding(collision)


def _finding(collision: Collision) -> Finding:
    definition = _mover(collision).definition
    number = "" if collision.suggestion is None else f"{collision.suggestion} is free in all trees."
    return Finding(
        rule=collision.kind.rule,
        catalogue="",
        severity=collision.severity,
        breaks=Breaks.BINARY,
        span=Span(definition.path, definition.line, 1),
        subject=definition.name,
        abis=(),
        message=collision.message,
        suggestion=number,
    )


def _mover(collision: Collision) -> Claim:
    moving = [claim for claim in collision.claims if claim.tree in collision.movers]
    return (moving or collision.claims)[0]


def partial(report: ReviewReport) -> tuple[str, ...]:
    """Why some steps were looked at only in part, a line for each reason and where it holds."""
    told: dict[str, list[ReviewStep]] = {}
    for step in dict.fromkeys((*report.steps, report.whole)):
        if step.partial:
            told.setdefault(step.partial, []).append(step)
    return tuple(
        f"only in part: {steps[0].title}{_and_more(steps[1:])}: {reason}"
        for reason, steps in told.items()
    )


def _and_more(steps: list[ReviewStep]) -> str:
    return f" and {len(steps)} more" if steps else ""


def tip(report: ReviewReport) -> str:
    """What the new side is called: the end of a range, else what was reviewed."""
    _, dots, end = report.label.rpartition("..")
    return (end or "HEAD") if dots else report.label
