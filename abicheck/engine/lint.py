# SPDX-License-Identifier: GPL-2.0-or-later
"""This module judges headers by the rules: from paths to findings."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abicheck import abis
from abicheck.checks.facts import RecordFacts, TreeFacts
from abicheck.engine.fields import plots
from abicheck.engine.frontends import front_end
from abicheck.engine.harvest import Harvest, Harvester
from abicheck.engine.headers import header_facts
from abicheck.engine.labour import (
    absences,
    add,
    divided,
    portions_of_headers,
    reap,
    records,
    whole_headers,
)
from abicheck.engine.roots import open_roots
from abicheck.engine.rules import Judge
from abicheck.engine.selection import wanted_records
from abicheck.engine.uses import Uses
from abicheck.export import open_exports
from abicheck.model import LintReport
from abicheck.parse.extract import Memo

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.checks.facts import HeaderFacts
    from abicheck.engine.fields import Plot
    from abicheck.engine.frontends import FrontEnd
    from abicheck.model import Finding, Rule
    from abicheck.vcs.open import Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class LintRequest:
    """What a user asks the lint command."""

    paths: tuple[str, ...] = ()
    rev: str | None = None
    staged: bool = False
    abis: tuple[str, ...] = ()
    frontend: str = "auto"
    jobs: int = 0
    rules: tuple[Rule, ...] = ()
    """The rules in force."""


@dataclass(slots=True)
class _Verdict:
    """What one portion of the headers gave."""

    findings: list[Finding] = field(default_factory=list)
    headers: set[str] = field(default_factory=set)
    harvest: Harvest = field(default_factory=Harvest)
    """Without its layouts: what could not be checked."""


def lint(request: LintRequest) -> LintReport:
    """What the rules say about the headers.

    Raises UsageError for a path that is no header, InputError for what cannot be read.
    """
    judge = Judge(request.rules)
    names = request.abis or tuple(abi.name for abi in abis.all_abis())
    reports = [
        _report(request, judge, opened, paths, names)
        for opened, paths in open_roots(request.paths, request.rev, request.staged)
    ]
    return reports[0] if len(reports) == 1 else _joined(reports)


def _report(
    request: LintRequest,
    judge: Judge,
    opened: Opened,
    paths: tuple[str, ...],
    names: tuple[str, ...],
) -> LintReport:
    exports = open_exports(opened.tree)
    worlds = {name: exports.world(abis.get(name)) for name in names}
    plot = plots(exports, worlds, paths, wanted_records(("*",)), opened.tree.label)
    front = front_end(request.frontend)
    court = _Court(judge, Uses(plot))
    verdict = court.hear(plot, front, request.jobs or len(os.sched_getaffinity(0)))
    return LintReport(
        source=opened.tree.label,
        abis=names,
        headers=len(verdict.headers),
        findings=tuple(sorted(set(verdict.findings), key=_order)),
        not_checked=whole_headers(verdict.harvest),
        absent=absences(verdict.harvest, plot),
        notes=(front.note,) if front.note else (),
    )


class _Court:
    """Judges harvests: many headers in the children that parse them, few in this process."""

    def __init__(self, judge: Judge, uses: Uses) -> None:
        self._judge = judge
        self._uses = uses

    def hear(self, plot: Plot, front: FrontEnd, jobs: int) -> _Verdict:
        """What the rules say about everything in the plot."""
        if len(plot.paths()) <= jobs:
            return self._judge_harvest(plot, reap(plot, front, jobs))
        total = _Verdict()
        harvester = Harvester(front.parse, Memo())

        def portion(part: Plot) -> _Verdict:
            return self._judge_harvest(part, harvester.gather(part))

        work = list(portions_of_headers(plot, jobs))
        for verdict in divided(plot, work, portion, jobs, total.harvest):
            total.findings += verdict.findings
            total.headers |= verdict.headers
            add(total.harvest, verdict.harvest)
        return total

    def _judge_harvest(self, plot: Plot, harvest: Harvest) -> _Verdict:
        headers = header_facts(plot, harvest)
        facts = tuple(self._records(harvest, headers))
        findings = list(self._judge.records(facts))
        findings += self._judge.headers(headers.values())
        findings += self._judge.tree(TreeFacts(headers=tuple(headers.values()), records=facts))
        harvest.groups = {}
        return _Verdict(findings, set(headers), harvest)

    def _records(self, harvest: Harvest, headers: dict[str, HeaderFacts]) -> Iterator[RecordFacts]:
        for across in records(harvest):
            header = headers.get(across.path)
            if header is not None:
                yield RecordFacts(across=across, header=header, uses=self._uses.of(across.name))


def _order(finding: Finding) -> tuple[object, ...]:
    span = finding.span
    return (span.path, span.line, span.column, finding.rule, finding.subject, finding.abis)


def _joined(reports: Sequence[LintReport]) -> LintReport:
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
