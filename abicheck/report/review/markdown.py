# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes a review as Markdown for a comment on a merge or pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abicheck.model import Severity
from abicheck.report import text as plain_text
from abicheck.report.collide import text as numbers
from abicheck.report.findings.measures import table
from abicheck.report.findings.words import is_prose, on_which, sentence, unchecked, whom
from abicheck.report.review.excerpts import source
from abicheck.report.review.flat import as_lint, partial
from abicheck.report.review.places import title, where
from abicheck.report.review.prose import fenced, prose, tagged, tick
from abicheck.report.review.templates import environment
from abicheck.report.review.verdict import of_review, of_step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markupsafe import Markup

    from abicheck.model import Finding, ReviewReport
    from abicheck.model.claims import CollideReport

LIMIT = 65_000
"""Bytes. GitHub takes 65,536 characters in a comment, GitLab 1,000,000 in a note."""
_WIDTH = 100
_LONGEST = 200
"""Characters of a line of source."""


def render(report: ReviewReport) -> str:
    """The comment: a mark to find it by, the verdict, what was found, folded, as far as it fits."""
    template = (
        environment(finalize=_finalized).get_template("review.md").make_module(_words(report))
    )
    parts: Any = template
    head = str(parts.head(of_review(report), partial(report)))
    return _fitted(head, list(_blocks(parts, report)), parts)


def _finalized(value: object) -> object:
    return prose(value) if type(value) is str else value


def _blocks(parts: Any, report: ReviewReport) -> Iterator[str]:
    """What may be left out, the most important first."""
    flat = as_lint(report)
    for finding in flat.findings:
        if finding.severity is Severity.ERROR:
            yield str(parts.finding(finding))
    for failure in flat.not_checked:
        yield str(parts.failure(failure))
    for backport in report.backports:
        yield str(parts.asked(backport))
    for finding in sorted(flat.findings, key=lambda item: item.severity.rank):
        if finding.severity is not Severity.ERROR:
            yield str(parts.finding(finding))
    if report.collisions:
        yield str(parts.numbers(report.collisions))
    if len(report.steps) > 1:
        yield str(parts.steps(report))
    if flat.suppressed or report.notes:
        yield str(parts.rest(flat.suppressed, report.notes))


def _fitted(head: str, blocks: list[str], parts: Any) -> str:
    """The head and the blocks that fit; a line says how many do not."""
    room = LIMIT - len(head.encode()) - len(str(parts.left_out(len(blocks))).encode())
    kept = []
    for block in blocks:
        size = len(block.encode())
        if size <= room:
            kept.append(block)
            room -= size
    missing = len(blocks) - len(kept)
    tail = str(parts.left_out(missing)) if missing else ""
    return f"{head}{''.join(kept)}{tail}".rstrip("\n") + "\n"


def _words(report: ReviewReport) -> dict[str, object]:
    """What the template asks of values."""
    return {
        "fenced": fenced,
        "is_prose": is_prose,
        "label": _shortened(report.label),
        "baseline": _shortened(report.baseline),
        "matrix": _matrix,
        "measured": _measured,
        "of_step": of_step,
        "on_which": on_which,
        "report": report,
        "sentence": sentence,
        "source": _source,
        "tagged": tagged,
        "tick": tick,
        "title": title,
        "unchecked": unchecked,
        "where": where,
        "whom": whom,
    }


def _shortened(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:97]}..."


def _measured(finding: Finding) -> Markup | str:
    lines = _plain(list(table(finding, _WIDTH))[1:])
    return fenced(lines) if lines else ""


def _matrix(report: CollideReport) -> Markup:
    return fenced(_plain(numbers.lines(report, whole=False, width=_WIDTH)))


def _plain(lines: Iterable[Any]) -> list[str]:
    return plain_text.render(lines).splitlines()


def _source(finding: Finding) -> list[str]:
    return [f"{line.before}{line.marked}{line.after}"[:_LONGEST] for line in source(finding)]
