# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells a review in lines: what stands at the end, then how the series got there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.report.collide import text as numbers
from abicheck.report.diff.crowds import rest, telling
from abicheck.report.diff.records import view
from abicheck.report.findings.text import finding_lines
from abicheck.report.findings.words import is_aside, sentence, several
from abicheck.report.lines import BLANK, Role, plain, wrapped
from abicheck.report.remarks import closing
from abicheck.report.review.flat import as_lint, tip
from abicheck.report.review.places import title, where
from abicheck.report.review.verdict import Standing, of_review, of_step
from abicheck.report.sheet import Settings, changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import Answer, Backport, Finding, ReviewReport, ReviewStep
    from abicheck.report.lines import Line
    from abicheck.report.review.verdict import Verdict

_SHOWN = {
    Standing.BROKEN: Role.BAD,
    Standing.OPEN: Role.BAD,
    Standing.DOUBTFUL: Role.WARNING,
    Standing.CLEAN: Role.GOOD,
    Standing.UNTOUCHED: Role.PLAIN,
}
_ANSWERS = {"yes": Role.GOOD, "no": Role.BAD, "unknown": Role.WARNING, "not needed": Role.COMMENT}


def lines(report: ReviewReport, *, whole: bool, width: int) -> Iterator[Line]:
    """Findings (``whole``: notes about portability too), steps, numbers, backports, the verdict."""
    if _is_nothing(report):
        what = "no uapi header is touched" if report.steps else "no commits"
        yield ((f"{report.label}: {what}, there is nothing to review", Role.PLAIN),)
        return
    yield ((f"review of {report.label} against {report.baseline}", Role.TITLE),)
    yield BLANK
    for finding in sorted(report.whole.findings, key=lambda item: item.severity.rank):
        if whole or not is_aside(finding):
            yield from finding_lines(finding, width)
            if len(report.steps) > 1:
                yield from wrapped(where(finding, report), "  ", width, Role.COMMENT)
            yield BLANK
    yield from _records(report, whole=whole, width=width)
    yield from _mended(report, width)
    yield from _steps(report, width)
    yield from _collisions(report, whole=whole, width=width)
    for backport in report.backports:
        yield from _backport(backport, width)
        yield BLANK
    for block in closing(as_lint(report), width):
        yield from block
        yield BLANK
    yield from _asides(report.whole.findings, width, whole=whole)
    yield from _sums(of_review(report), width)


def _is_nothing(report: ReviewReport) -> bool:
    """Whether there is nothing to say, not even what was left out."""
    told = (report.mended, report.backports, report.notes, report.whole.suppressed)
    numbers = report.collisions is not None and (
        report.collisions.families or report.collisions.notes
    )
    silent = not any(told) and not numbers and not any(step.findings for step in report.steps)
    return silent and of_review(report).standing is Standing.UNTOUCHED


def _records(report: ReviewReport, *, whole: bool, width: int) -> Iterator[Line]:
    """Old beside new, for each record that both have, or those that tell most."""
    settings = Settings(width=width, boundaries=())
    every = tuple(pair for header in report.whole.headers for pair in header.records)
    pairs = every if whole else telling(report.whole)
    for pair in pairs:
        if pair.old is not None and pair.new is not None:
            shown = view(pair.old, pair.new, report.baseline, tip(report))
            if shown.panels:
                yield from changes(shown, settings)
                yield BLANK
    yield from rest(report.whole, pairs, width)


def _mended(report: ReviewReport, width: int) -> Iterator[Line]:
    if report.mended:
        yield (("broken by one step and mended by a later one", Role.TITLE),)
        for item in report.mended:
            text = f"[{item.rule}] {item.subject}: {sentence(item)} ({where(item, report)})"
            yield from wrapped(text, "  ", width, Role.PLAIN)
        yield BLANK


def _steps(report: ReviewReport, width: int) -> Iterator[Line]:
    if len(report.steps) < 2:
        return
    for number, step in enumerate(report.steps, start=1):
        verdict = of_step(step)
        yield from _step(step, f"{number}/{len(report.steps)} ", verdict, width)
    yield BLANK


def _step(step: ReviewStep, number: str, verdict: Verdict, width: int) -> Iterator[Line]:
    yield from wrapped(f"{number}{title(step)}", "", width, Role.TITLE)
    yield from _sums(verdict, width, indent="    ")


def _sums(verdict: Verdict, width: int, indent: str = "") -> Iterator[Line]:
    yield from wrapped(f"{verdict.headline}.", indent, width, _SHOWN[verdict.standing])
    if verdict.standing is not Standing.UNTOUCHED:
        yield from wrapped(verdict.detail, indent, width, Role.PLAIN)


def _collisions(report: ReviewReport, *, whole: bool, width: int) -> Iterator[Line]:
    found = report.collisions
    if found is not None and (found.families or found.notes or found.absent):
        yield (("numbers beside the rival branches", Role.TITLE),)
        yield from numbers.lines(found, whole=whole, width=width)
        yield BLANK


def _backport(backport: Backport, width: int) -> Iterator[Line]:
    words = filter(None, ("backport", backport.commit[:12], backport.title))
    yield from wrapped(" ".join(words), "", width, Role.TITLE)
    if backport.upstream is None:
        yield plain(f"  onto {backport.onto}; no commit of upstream is known for it")
    else:
        how = f" (by its {backport.matched_by})" if backport.matched_by else ""
        yield plain(f"  onto {backport.onto}; upstream {backport.upstream[:12]}{how}")
    for answer in backport.answers:
        yield from _answer(answer, width)


def _answer(answer: Answer, width: int) -> Iterator[Line]:
    from textwrap import wrap

    for number, line in enumerate(wrap(answer.text, max(20, width - 29)) or [""]):
        heads = ("", "") if number else (answer.question, answer.verdict)
        yield (
            (f"  {heads[0]:<15}", Role.HEADING),
            (f"{heads[1]:<12}", _ANSWERS.get(answer.verdict, Role.PLAIN)),
            (line, Role.PLAIN),
        )


def _asides(found: tuple[Finding, ...], width: int, *, whole: bool) -> Iterator[Line]:
    asides = sum(map(is_aside, found))
    if asides and not whole:
        text = f"{several(asides, 'note')} about ABIs that no 64-bit kernel runs; see --all"
        yield from wrapped(text, "", width, Role.COMMENT)
