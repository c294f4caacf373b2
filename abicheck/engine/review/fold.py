# SPDX-License-Identifier: GPL-2.0-or-later
"""This module keeps one finding of those that say one thing, and tells what a series mends."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abicheck.model import Finding, ReviewStep


def folded(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in order of place, each once.

    A change that a comparison explains with the same words, at the same place, as the rules for
    one version do is said once: by the comparison, which names the victims.
    """
    kept: dict[object, Finding] = {}
    for finding in sorted(findings, key=_order):
        key = (finding.span.path, finding.span.line, finding.subject, finding.message)
        before = kept.get(key)
        if before is None or (not before.victims and finding.victims):
            kept[key] = finding
    return tuple(kept.values())


def mended(steps: Sequence[ReviewStep], whole: ReviewStep) -> tuple[Finding, ...]:
    """What a step breaks and the series as a whole does not, under whatever ABIs."""
    left = {finding.place for finding in whole.findings}
    left |= {item.finding.place for item in whole.suppressed}
    found: dict[object, Finding] = {}
    for step in steps if len(steps) > 1 else ():
        for finding in step.findings:
            if finding.place not in left:
                found.setdefault(finding.place, finding)
    return tuple(found.values())


def _order(finding: Finding) -> tuple[object, ...]:
    span = finding.span
    return (span.path, span.line, span.column, finding.rule, finding.subject, finding.abis)
