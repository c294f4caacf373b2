# SPDX-License-Identifier: GPL-2.0-or-later
"""This module judges headers by the rules: from paths to findings."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck import abis
from abicheck.engine.fields import plots
from abicheck.engine.frontends import front_end
from abicheck.engine.kernelside import kernel_plots
from abicheck.engine.labour import absences, reap, records, whole_headers
from abicheck.engine.recall import Recall
from abicheck.engine.roots import open_roots
from abicheck.engine.selection import wanted_records
from abicheck.engine.since import (
    Older,
    headers_since,
    headers_since_upstream,
    newly_unchecked,
    staged_headers,
    still_unchecked,
)
from abicheck.model import LintReport

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.config import Config
    from abicheck.engine.court import Court, Verdict
    from abicheck.engine.fields import Plot
    from abicheck.engine.uses import Uses
    from abicheck.model import Finding, NotChecked, RecordAcross
    from abicheck.rulebook import Rulebook
    from abicheck.vcs.open import Opened


class LintRequest(Struct, frozen=True, kw_only=True):
    """What a user asks the lint command."""

    paths: tuple[str, ...] = ()
    rev: str | None = None
    staged: bool = False
    since: str | None = None
    """Leave out what this revision has too."""
    abis: tuple[str, ...] = ()
    frontend: str = "auto"
    jobs: int = 0
    rulebook: Rulebook
    config: Config
    only: tuple[str, ...] = ()
    """Names of rules: these and no others, whatever configuration says; () is all enabled."""


def lint(request: LintRequest) -> LintReport:
    """What the rules say about the headers.

    Raises UsageError for a path that is no header or an unknown rule, ConfigError for a rule or
    a file of accepted findings that is wrong, InputError for what cannot be read.
    """
    session = Session(request)
    return joined([session.report(*asked) for asked in headers_asked_for(request)])


def headers_asked_for(request: LintRequest) -> Iterator[tuple[Opened, tuple[str, ...]]]:
    """Each tree with the paths to judge: those named, else those that changed, else all."""
    for opened, paths in open_roots(request.paths, request.rev, request.staged):
        if request.paths or request.rev is not None:
            yield opened, paths
        elif request.staged:
            yield opened, staged_headers(opened)
        else:
            yield opened, _changed(opened, request, paths)


def _changed(opened: Opened, request: LintRequest, every: tuple[str, ...]) -> tuple[str, ...]:
    """What differs from upstream; else, if it is to be told, from ``since``; else all."""
    changed = headers_since_upstream(opened, request.config.upstream)
    if changed or request.since is None:
        return changed or every
    differing = headers_since(opened, request.since)
    return every if differing is None else differing


class Session:
    """One request, asked of each tree it names."""

    def __init__(self, request: LintRequest) -> None:
        """Raises UsageError for an unknown ABI."""
        self._request = request
        every = (abi.name for abi in abis.all_abis())
        self._names = request.abis or request.config.abis or tuple(every)
        for name in self._names:
            abis.get(name)
        self._front = front_end(request.frontend)
        self._recall = Recall()

    @cached_property
    def _court(self) -> Court:
        """The rules in force; UsageError for an unknown one, ConfigError for a wrong one."""
        from abicheck.engine.court import Court

        return Court(self._request.rulebook, self._request.config, self._request.only)

    def report(self, opened: Opened, paths: tuple[str, ...]) -> LintReport:
        """What the rules say about these headers, without what is as old as ``since``."""
        plot = self._plot(opened, paths)
        older = None if self._request.since is None else self._older(self._request.since, opened)
        uses = self._read_ahead(plot, older)
        verdict = self._hear(self._court, plot, uses)
        _apply_accepted(self._request.config, self._court, verdict)
        findings = sorted(verdict.findings, key=_order)
        unchecked = whole_headers(verdict.harvest)
        notes = [self._front.note] if self._front.note else []
        if older is not None:
            findings = self._added(older, findings, uses)
            before = unchecked
            unchecked = self._newly_unchecked(older, before)
            notes += still_unchecked(older.rev, before, unchecked)
        return LintReport(
            source=opened.tree.label,
            abis=self._names,
            headers=len(verdict.headers),
            findings=tuple(findings),
            suppressed=tuple(sorted(verdict.suppressed, key=lambda item: _order(item.finding))),
            not_checked=(*plot.omitted, *unchecked),
            absent=absences(verdict.harvest, plot),
            notes=tuple(notes),
        )

    def layouts(self, opened: Opened, paths: tuple[str, ...]) -> tuple[RecordAcross, ...]:
        """The records of these headers under the same ABIs."""
        return records(reap(self._plot(opened, paths), self._front, self._request.jobs))

    def _read_ahead(self, plot: Plot, older: Older | None) -> Uses:
        """How records are used, found while other processes parse the few headers of a plot.

        Most have findings, and these the older revision is asked for: it is parsed beside them.
        """
        found: list[Uses] = []

        def get_ready() -> None:
            from abicheck.engine.uses import Uses

            _ = self._court
            found.append(Uses(plot))

        paths = plot.paths()
        if self._is_small(plot):
            old = () if older is None else older.having(paths)
            before = (self._plot(older.opened, old),) if older is not None and old else ()
            sides = (side for each in (plot, *before) for side in kernel_plots(each))
            every = (plot, *before, *sides)
            self._recall.reap_all(every, self._front, self._request.jobs, get_ready)
        if not found:
            get_ready()
        return found[0]

    def _is_small(self, plot: Plot) -> bool:
        """Whether each process has a header at most: then this one judges what they parse."""
        return len(plot.paths()) <= (self._request.jobs or len(os.sched_getaffinity(0)))

    def _hear(self, court: Court, plot: Plot, uses: Uses) -> Verdict:
        recall = self._recall if self._is_small(plot) else None
        return court.hear(plot, self._front, uses, self._request.jobs, recall)

    def _plot(self, opened: Opened, paths: tuple[str, ...]) -> Plot:
        exports = self._recall.exports(opened.tree)
        worlds = {name: exports.world(abis.get(name)) for name in self._names}
        return plots(exports, worlds, paths, wanted_records(("*",)), opened.tree)

    def _older(self, rev: str, today: Opened) -> Older:
        start = Path(self._request.paths[0]) if self._request.paths else None
        return Older(start, rev, today)

    def _newly_unchecked(
        self, older: Older, items: tuple[NotChecked, ...]
    ) -> tuple[NotChecked, ...]:
        """What cannot be checked and is not as it was, or could be checked then."""
        paths = older.unchanged(item.path for item in items)
        if not paths:
            return items
        harvest = reap(self._plot(older.opened, paths), self._front, self._request.jobs)
        return newly_unchecked(items, whole_headers(harvest))

    def _added(self, older: Older, findings: list[Finding], uses: Uses) -> list[Finding]:
        """The findings that an older revision does not have, wherever they stood there.

        Where they stand today is asked first; only what is new there may have moved. Records are
        held to be used as they are today: a rule that asks for the use must not take an old
        record for a new one.
        """
        for places in (older.same, older.elsewhere):
            paths = places(findings)
            if paths:
                plot = self._plot(older.opened, paths)
                court = self._court.of({finding.rule for finding in findings})
                verdict = self._hear(court, plot, uses)
                known: dict[object, list[Finding]] = {}
                for old in (*verdict.findings, *(item.finding for item in verdict.suppressed)):
                    known.setdefault(old.place, []).append(old)
                findings = [
                    item
                    for item in findings
                    if not any(map(item.repeats, known.get(item.place, ())))
                ]
        return findings


def _apply_accepted(config: Config, court: Court, verdict: Verdict) -> None:
    if config.accepted is None or not config.accepted.exists():
        return
    from abicheck.engine.pardon import allow_accepted, stale
    from abicheck.suppress import read_accepted

    entries = read_accepted(config.accepted)
    name = config.accepted.name
    left = allow_accepted(verdict.findings, entries, name)
    gone = stale(
        entries, left.suppressed, frozenset(verdict.headers), court.meta["stale-acceptance"], name
    )
    verdict.findings = [*left.findings, *gone]
    verdict.suppressed += left.suppressed


def _order(finding: Finding) -> tuple[object, ...]:
    span = finding.span
    return (span.path, span.line, span.column, finding.rule, finding.subject, finding.abis)


def joined(reports: Sequence[LintReport]) -> LintReport:
    """What the rules say about several trees, in one report."""
    if len(reports) == 1:
        return reports[0]
    return LintReport(
        source=", ".join(dict.fromkeys(report.source for report in reports)),
        abis=reports[0].abis,
        headers=sum(report.headers for report in reports),
        findings=tuple(item for report in reports for item in report.findings),
        suppressed=tuple(item for report in reports for item in report.suppressed),
        not_checked=tuple(item for report in reports for item in report.not_checked),
        absent=tuple(item for report in reports for item in report.absent),
        notes=tuple(dict.fromkeys(note for report in reports for note in report.notes)),
    )
