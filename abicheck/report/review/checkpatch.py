# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes lines as checkpatch does with ``--terse``.

b4 0.16 reads the output of ``prep-perpatch-check-cmd`` and ``am-perpatch-check-cmd`` by lines: one
that holds ``ERROR:`` fails the patch, any other is a warning, none at all is a pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.model import Severity
from abicheck.report.findings.words import place, sentence, unchecked
from abicheck.report.printable import printable
from abicheck.report.review.flat import as_lint, partial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import ReviewReport

_LEVELS = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING"}


def render(report: ReviewReport) -> str:
    """A line for each error and warning and for what was not checked; notes are left out."""
    return "".join(f"{printable(line)}\n" for line in _lines(report))


def _lines(report: ReviewReport) -> Iterator[str]:
    flat = as_lint(report)
    for item in flat.findings:
        if item.severity in _LEVELS:
            text = sentence(item).replace("ERROR:", "ERROR")
            where, level = f"{item.span.path}:{item.span.line}", _LEVELS[item.severity]
            yield f"{where}: {level}: {item.rule}: {item.subject}: {text}"
    for failure in flat.not_checked:
        path, line = place(failure)
        yield f"{path}:{line}: ERROR: {unchecked(failure)}"
    for reason in partial(report):
        yield f"WARNING: {reason}"
