# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells findings in lines, as a reviewer would in a mail."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING

from abicheck.model import Severity
from abicheck.report.findings.measures import table
from abicheck.report.findings.words import (
    counts,
    is_aside,
    is_prose,
    on_which,
    sentence,
    several,
    whom,
)
from abicheck.report.lines import BLANK, Role, plain, wrapped
from abicheck.report.printable import printable
from abicheck.report.remarks import closing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import Excerpt, Finding, LintReport
    from abicheck.report.findings.words import Judged
    from abicheck.report.lines import Line

_SHOWN = {
    Severity.ERROR: Role.BAD,
    Severity.WARNING: Role.WARNING,
    Severity.NOTE: Role.COMMENT,
}
_WORD = re.compile(r"\w+")


def lines(report: LintReport, *, whole: bool, width: int) -> Iterator[Line]:
    """Every finding (``whole``: notes about portability too), what is open, and the sums."""
    for finding in report.findings:
        if whole or not is_aside(finding):
            yield from finding_lines(finding, width)
            yield BLANK
    for block in closing(report, width):
        yield from block
        yield BLANK
    yield from _sums(report, width, whole=whole)


def finding_lines(finding: Finding, width: int) -> Iterator[Line]:
    """One finding: where, what, the source with a mark, whom it breaks, what to write instead."""
    span = finding.span
    head = (
        (finding.severity.value, _SHOWN[finding.severity]),
        (f" [{finding.rule}] ", Role.HEADING),
        (finding.subject, Role.TITLE),
    )
    if sum(len(text) for text, _ in head) <= width:
        yield head
    else:
        yield head[:2]
        yield ((f"  {finding.subject}", Role.TITLE),)
    yield ((f"  {span.path}:{span.line}:{span.column}", Role.PLACE),)
    yield from _hanging(f"{sentence(finding)}.", width)
    if finding.excerpt is not None:
        yield BLANK
        yield from _excerpt(finding.excerpt, span.line, width)
    yield BLANK
    yield from _labelled("breaks", whom(finding), width, Role.PLAIN)
    where = on_which(finding)
    if where:
        yield from _labelled("on", where, width, Role.TYPE)
    yield from table(finding, width)
    yield from _suggestion(finding.suggestion, width)
    if finding.references and not finding.suggestion:
        yield BLANK
    for number, reference in enumerate(finding.references):
        yield from _labelled("" if number else "see", reference, width, Role.COMMENT)


def _hanging(text: str, width: int) -> Iterator[Line]:
    from textwrap import wrap

    yield from (plain(f"  {line}") for line in wrap(text, width - 2))


def _labelled(label: str, text: str, width: int, role: Role) -> Iterator[Line]:
    from textwrap import wrap

    for number, line in enumerate(wrap(text, width - 10, break_on_hyphens=False)):
        yield ((f"  {'' if number else label:<8}", Role.HEADING), (line, role))


def _excerpt(excerpt: Excerpt, number: int, width: int) -> Iterator[Line]:
    """The line, with the one before it where that is not blank, and a mark below."""
    gutter = max(5, len(str(number)) + 1)
    room = max(20, width - gutter - 3)
    shown = [(number - 1, excerpt.before)] if excerpt.before.strip() else []
    for at, text in (*shown, (number, excerpt.line)):
        yield ((f"{at:>{gutter}} | ", Role.COMMENT), (_shortened(_visible(text), room), Role.PLAIN))
    start = len(_visible(excerpt.line[: excerpt.column]))
    word = _WORD.match(excerpt.line, excerpt.column)
    if excerpt.column < len(excerpt.line) and start < room:
        length = min(len(word[0]) if word else 1, room - start)
        mark = " " * start + "^" + "~" * (length - 1)
        yield ((f"{'':>{gutter}} | ", Role.COMMENT), (mark, Role.DIFFERS))


def _visible(code: str) -> str:
    return printable(code.expandtabs(8))


def _shortened(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 3]}..."


def _suggestion(suggestion: str, width: int) -> Iterator[Line]:
    if not suggestion:
        return
    yield BLANK
    if is_prose(suggestion):
        yield from _hanging(suggestion, width)
    else:
        yield (("  write instead:", Role.HEADING),)
        for line in dedent(suggestion).expandtabs(8).splitlines():
            yield ((f"      {line}", Role.GOOD),)
    yield BLANK


def _sums(report: LintReport, width: int, *, whole: bool) -> Iterator[Line]:
    if not whole:
        yield from unshown(report, width)
    yield from wrapped(summary(report), "", width, Role.TITLE)


def unshown(report: Judged, width: int) -> Iterator[Line]:
    """How many notes about portability were left out, if any."""
    asides = sum(map(is_aside, report.findings))
    if asides:
        hidden = (
            f"{several(asides, 'note')} about ABIs that no 64-bit kernel runs not shown; "
            f"--all shows {'it' if asides == 1 else 'them'}"
        )
        yield from wrapped(hidden, "", width, Role.COMMENT)


def summary(report: LintReport) -> str:
    """How much was judged, and what came of it."""
    parts = [f"{several(report.headers, 'header')}: {counts(report.findings)}"]
    if report.suppressed:
        parts.append(f"{len(report.suppressed)} allowed")
    if report.not_checked:
        parts.append(f"{len(report.not_checked)} not checked")
    return "; ".join(parts)
