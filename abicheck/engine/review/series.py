# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells what the steps of a series mean to those who only have its baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from abicheck.model import Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from abicheck.engine.review.change import Change, Opened
    from abicheck.engine.review.judge import StepJudge
    from abicheck.model import Finding, ReviewStep


class Course(Struct, frozen=True, kw_only=True):
    """How a series gets from its baseline to its end."""

    steps: tuple[ReviewStep, ...]
    """What breaks only what the series itself brought is a note."""
    mended: tuple[Finding, ...] = ()
    """What a step breaks, and a later one mends."""
    notes: tuple[str, ...] = ()
    """What was mended in between, and is at the end as it was in the baseline."""


def course(
    change: Change, judge: StepJudge, steps: Sequence[ReviewStep], whole: ReviewStep
) -> Course:
    """The steps as the baseline sees them; ``whole`` knows what the merges between them lost."""
    if len(steps) == 1:
        return Course(steps=(whole,))
    left = {finding.place for finding in whole.findings}
    left |= {item.finding.place for item in whole.suppressed}
    lost = {_root(f) for f in whole.findings if f.kind and f.rule == _LOST}
    seen = tuple(
        _seen(change, judge, each, whole) for each in zip(change.steps, steps, strict=True)
    )
    passing = [
        (number, finding)
        for number, step in enumerate(seen, start=1)
        for finding in step.findings
        if finding.place not in left and (finding.victims or not finding.kind)
    ]
    paths = {finding.span.path for _, finding in passing}
    stay = judge.places(change.whole.step.new, paths)
    mended: dict[object, list[Finding]] = {}
    notes = []
    for number, finding in passing:
        if finding.place in stay:
            told = f"{finding.subject} [{finding.rule}] was mended in between"
            notes.append(f"{told}, and is back with {number}/{len(seen)} {seen[number - 1].title}")
        elif number < len(seen) and _root(finding) not in lost:
            mended.setdefault(_matter(finding), []).append(finding)
    return Course(steps=seen, mended=tuple(map(_as_one, mended.values())), notes=tuple(notes))


_LOST = "merge-lost-fix"


def _seen(
    change: Change, judge: StepJudge, pair: tuple[Opened, ReviewStep], whole: ReviewStep
) -> ReviewStep:
    """A step whose findings about what the baseline does not have are notes."""
    opened, step = pair
    compared = [f for f in step.findings if f.kind and f.victims]
    doubtful = [f for f in compared if not _is_heard(f, whole.findings)]
    if not doubtful:
        return step
    base = change.whole.step.old
    since = judge.changes(replace(opened.step, old=base))
    harmless = {id(f) for f in doubtful if not _is_heard(f, since)}
    findings = (_unreleased(f, change) if id(f) in harmless else f for f in step.findings)
    return replace(step, findings=tuple(findings))


def _unreleased(finding: Finding, change: Change) -> Finding:
    return replace(
        finding,
        severity=Severity.NOTE,
        victims=(),
        consequence=f"what it changes is not released in {change.baseline}",
        suggestion="",
        edits=(),
    )


def _is_heard(finding: Finding, others: Collection[Finding]) -> bool:
    """Whether one of the others says something as bad about the same record or name."""
    return any(
        _root(other) == _root(finding) and other.severity.rank <= finding.severity.rank
        for other in others
        if other.kind
    )


def _matter(finding: Finding) -> object:
    """A record that is broken, in whatever way; else what is said of a name."""
    root = _root(finding)
    return root if root.startswith(("struct ", "union ")) else finding.place


def _as_one(found: Sequence[Finding]) -> Finding:
    """What is worst about one record, a member's place before the whole's size, and what else."""
    first = min(found, key=lambda finding: (finding.severity.rank, "." not in finding.subject))
    others = dict.fromkeys(f.rule for f in found if f.rule != first.rule)
    if not others:
        return first
    also = f"and with it {', '.join(others)}"
    return replace(first, consequence="; ".join(filter(None, (first.consequence, also))))


def _root(finding: Finding) -> str:
    return finding.subject.partition(".")[0]
