# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells in which steps of a series a finding holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abicheck.model import Finding, ReviewReport, ReviewStep


def title(step: ReviewStep) -> str:
    """A step by its commit and its subject."""
    return f"{step.commit[:12]} {step.title}" if step.commit else step.title


def steps(finding: Finding, report: ReviewReport) -> tuple[int, ...]:
    """The steps that say something as bad of the same subject, else those that say less."""
    said = [
        (number, item.severity.rank <= finding.severity.rank)
        for number, step in enumerate(report.steps, start=1)
        for item in step.findings
        if item.place == finding.place
    ]
    as_bad = any(bad for _, bad in said)
    return tuple(dict.fromkeys(number for number, bad in said if bad or not as_bad))


def where(finding: Finding, report: ReviewReport) -> str:
    """The steps in words: ``since 2/3 KVM: add a capability``."""
    found = steps(finding, report)
    if not found:
        return "from the series as a whole"
    first, *others = (f"{number}/{len(report.steps)}" for number in found)
    told = f"since {first} {title(report.steps[found[0] - 1])}"
    return f"{told}; again in {', '.join(others)}" if others else told
