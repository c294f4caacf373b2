# SPDX-License-Identifier: GPL-2.0-or-later
"""This module words what a review comes to."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.model import Breaks, Severity, Victim
from abicheck.report.findings.words import WHOM, counts, several
from abicheck.report.review.flat import findings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.model import Finding, ReviewReport, ReviewStep


_VICTIMS = {Breaks.COMPAT: (Victim.COMPAT,), Breaks.SOURCE: (Victim.SOURCE,)}
"""Those that rules about one version speak of as those about changes do."""


class Standing(StrEnum):
    """What a review comes to, the worst first."""

    BROKEN = "broken"
    OPEN = "open"
    """No error is known, and something could not be checked."""
    DOUBTFUL = "doubtful"
    """Warnings, no errors."""
    CLEAN = "clean"
    UNTOUCHED = "untouched"
    """No uapi header is touched."""


class Verdict(Struct, frozen=True, kw_only=True):
    """A review in two sentences."""

    standing: Standing
    headline: str
    detail: str


def of_review(report: ReviewReport) -> Verdict:
    """The verdict on what stands at the end of a series."""
    return _judge(findings(report), report.whole)


def of_step(step: ReviewStep) -> Verdict:
    """The verdict on one commit or patch."""
    return _judge(step.findings, step)


def _judge(found: tuple[Finding, ...], step: ReviewStep) -> Verdict:
    errors = [item for item in found if item.severity is Severity.ERROR]
    warnings = sum(item.severity is Severity.WARNING for item in found)
    detail = _detail(found, step)
    if errors:
        hurt = _joined(hurt_by(errors))
        headline = f"This breaks {hurt}" if hurt else "This must not go in as it is"
        return Verdict(standing=Standing.BROKEN, headline=headline, detail=detail)
    if step.not_checked:
        number = several(len(step.not_checked), "file")
        headline = f"Not all could be checked: {number} could not be read"
        return Verdict(standing=Standing.OPEN, headline=headline, detail=detail)
    if warnings or step.partial:
        so_far = " in the part that could be looked at" if step.partial else ""
        doubts = f"; {several(warnings, 'doubt')}" if warnings else ""
        headline = f"No break found{so_far}{doubts}"
        return Verdict(standing=Standing.DOUBTFUL, headline=headline, detail=detail)
    if found or step.headers:
        return Verdict(standing=Standing.CLEAN, headline="No break found", detail=detail)
    return Verdict(standing=Standing.UNTOUCHED, headline="No uapi header is touched", detail=detail)


def hurt_by(found: Iterable[Finding]) -> tuple[str, ...]:
    """Who is hurt by findings: the victims of changes, else those that a rule speaks of."""
    hurt: dict[str, None] = {}
    for item in found:
        victims = item.victims or _VICTIMS.get(item.breaks, ())
        hurt |= dict.fromkeys([str(each) for each in victims] or [WHOM[item.breaks]])
    if len(hurt) > 1:
        hurt.pop(WHOM[Breaks.BINARY], None)  # the others say which
    order = [*map(str, Victim), *WHOM.values()]
    return tuple(sorted(hurt, key=order.index))


def _joined(names: tuple[str, ...]) -> str:
    """The names as in a sentence."""
    *first, last = names or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def _detail(found: tuple[Finding, ...], step: ReviewStep) -> str:
    kind = "header" if all(each.path.endswith(".h") for each in step.headers) else "file"
    parts = [f"{counts(found)} in {several(len(step.headers), kind)}"]
    if step.suppressed:
        parts.append(f"{len(step.suppressed)} allowed")
    if step.not_checked:
        parts.append(f"{len(step.not_checked)} not checked")
    return "; ".join(parts)
