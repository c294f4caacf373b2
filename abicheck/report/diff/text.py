# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells a change in lines: findings, layouts side by side, a verdict per header."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.report.diff.crowds import alike, alike_lines, rest, telling, verdict_lines
from abicheck.report.diff.records import view
from abicheck.report.diff.verdicts import Outcome, included, verdicts
from abicheck.report.findings.text import finding_lines, unshown
from abicheck.report.findings.words import counts, is_aside, several
from abicheck.report.lines import BLANK, Role, wrapped
from abicheck.report.remarks import closing
from abicheck.report.sheet import Settings, changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abicheck.model import DiffReport, RecordPair
    from abicheck.report.lines import Line
    from abicheck.report.views import View

_SHOWN = {
    Outcome.COMPATIBLE: Role.GOOD,
    Outcome.DOUBTFUL: Role.WARNING,
    Outcome.NOT_CHECKED: Role.WARNING,
    Outcome.BREAKS: Role.BAD,
}


def lines(report: DiffReport, *, whole: bool, width: int) -> Iterator[Line]:
    """Findings, records before and after, a line per header; ``whole``: nothing put together."""
    crowd = () if whole else alike(report)
    for finding in report.findings:
        if whole or not (is_aside(finding) or finding in crowd):
            yield from finding_lines(finding, width)
            yield BLANK
    if crowd:
        yield from alike_lines(crowd, width)
    pairs = _all(report) if whole else telling(report)
    settings = Settings(width=width, boundaries=())
    for shown in _views(report, pairs):
        if shown.panels:
            yield from changes(shown, settings)
            yield BLANK
    yield from rest(report, pairs, width)
    for block in closing(report, width):
        yield from block
        yield BLANK
    yield from _verdicts(report, whole=whole)
    if not whole:
        yield from unshown(report, width)
    yield from wrapped(summary(report), "", width, Role.TITLE)


def _all(report: DiffReport) -> tuple[RecordPair, ...]:
    return tuple(pair for header in report.headers for pair in header.records)


def _views(report: DiffReport, pairs: Iterable[RecordPair]) -> Iterator[View]:
    for pair in pairs:
        if pair.old is not None and pair.new is not None:
            yield view(pair.old, pair.new, report.baseline, report.current)


def _verdicts(report: DiffReport, *, whole: bool) -> Iterator[Line]:
    """Each header's verdict in one line, however long: these are for grep as well."""
    found = verdicts(report)
    for item in verdict_lines(found, whole=whole):
        if isinstance(item, str):
            yield ((item, Role.PLAIN),)
        else:
            yield (f"{item.path}: ", Role.PLACE), (item.text, _SHOWN[item.outcome])
    if found:
        yield BLANK


def _counted(report: DiffReport) -> str:
    """``3 headers changed, 1 added``; what is added alone is not changed."""
    added = sum(header.old_path is None and not header.removed for header in report.headers)
    others = len(report.headers) - added + sum(1 for _ in included(report))
    if added and not others:
        return f"{several(added, 'header')} added"
    return f"{several(others, 'header')} changed" + (f", {added} added" if added else "")


def summary(report: DiffReport) -> str:
    """What was compared, and what came of it."""
    span = f"{report.baseline} to {report.current}"
    changed = _counted(report)
    if not (report.headers or report.not_checked or any(included(report))):
        changed = "no uapi header differs"
        if not report.findings:  # numbers are also given in tables of system calls
            return f"{span}: {changed}"
    parts = [f"{span}: {changed}: {counts(report.findings)}"]
    if report.suppressed:
        parts.append(f"{len(report.suppressed)} allowed")
    if report.not_checked:
        parts.append(f"{len(report.not_checked)} not checked")
    return "; ".join(parts)
