# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes what ``b4 review`` takes from a check: a JSON array of results.

b4 0.16, ``review-perpatch-check-cmd``: the message comes on standard input; each result is an
object of strings ``tool``, ``status`` (``pass``, ``warn``, ``fail``), ``summary``, ``url``,
``details``. Details may be a JSON text of their own: a list of findings with ``status`` and
``description``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.model import Severity
from abicheck.report.findings.words import place, sentence, unchecked
from abicheck.report.printable import printable
from abicheck.report.review.flat import as_lint, partial
from abicheck.report.review.verdict import Standing, of_review

if TYPE_CHECKING:
    from abicheck.model import Finding, NotChecked, ReviewReport
    from abicheck.report.json import Object

_STATUS = {Severity.ERROR: "fail", Severity.WARNING: "warn", Severity.NOTE: "pass"}
_OVERALL = {Standing.BROKEN: "fail", Standing.OPEN: "fail", Standing.DOUBTFUL: "warn"}


def render(report: ReviewReport) -> str:
    """One result for the message; an empty array where no uapi header is touched."""
    import json

    verdict = of_review(report)
    if verdict.standing is Standing.UNTOUCHED:
        return "[]\n"
    flat = as_lint(report)
    details = [_finding(item) for item in flat.findings]
    details += [_unchecked(item) for item in flat.not_checked]
    details += [{"status": "warn", "description": printable(text)} for text in partial(report)]
    result = {
        "tool": "abicheck",
        "status": _OVERALL.get(verdict.standing, "pass"),
        "summary": printable(f"{verdict.headline}: {verdict.detail}"),
        "url": "",
        "details": json.dumps(details) if details else "",
    }
    return json.dumps([result], indent=2) + "\n"


def _finding(item: Finding) -> Object:
    text = f"{item.span.path}:{item.span.line}: {item.rule}: {item.subject}: {sentence(item)}"
    return {"status": _STATUS[item.severity], "description": printable(text)}


def _unchecked(item: NotChecked) -> Object:
    path, line = place(item)
    return {"status": "fail", "description": printable(f"{path}:{line}: {unchecked(item)}")}
