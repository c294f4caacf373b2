# SPDX-License-Identifier: GPL-2.0-or-later
"""This module judges headers by the rules: from paths to findings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from abicheck import abis
from abicheck.engine.court import Court
from abicheck.engine.fields import plots
from abicheck.engine.frontends import front_end
from abicheck.engine.labour import absences, whole_headers
from abicheck.engine.pardon import allow_accepted, stale
from abicheck.engine.roots import open_roots
from abicheck.engine.selection import wanted_records
from abicheck.engine.since import headers_since_upstream, older_headers, staged_headers
from abicheck.engine.uses import Uses
from abicheck.export import open_exports
from abicheck.model import LintReport
from abicheck.suppress import read_accepted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.config import Config
    from abicheck.engine.court import Verdict
    from abicheck.model import Finding
    from abicheck.rulebook import Rulebook
    from abicheck.vcs.open import Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class LintRequest:
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
    court = Court(request.rulebook, request.config, request.only)
    names = request.abis or request.config.abis or tuple(abi.name for abi in abis.all_abis())
    for name in names:
        abis.get(name)
    reports = [
        _report(request, court, opened, paths, names)
        for opened, paths in _headers_asked_for(request)
    ]
    report = reports[0] if len(reports) == 1 else _joined(reports)
    return report if request.since is None else _added(request, court, names, report)


def _headers_asked_for(request: LintRequest) -> Iterator[tuple[Opened, tuple[str, ...]]]:
    """Each tree with the paths to judge: those named, else those that changed, else all."""
    for opened, paths in open_roots(request.paths, request.rev, request.staged):
        if request.paths or request.rev is not None:
            yield opened, paths
        elif request.staged:
            yield opened, staged_headers(opened)
        else:
            changed = headers_since_upstream(opened, request.config.upstream)
            yield opened, changed or paths


def _report(
    request: LintRequest,
    court: Court,
    opened: Opened,
    paths: tuple[str, ...],
    names: tuple[str, ...],
) -> LintReport:
    exports = open_exports(opened.tree)
    worlds = {name: exports.world(abis.get(name)) for name in names}
    plot = plots(exports, worlds, paths, wanted_records(("*",)), opened.tree)
    front = front_end(request.frontend)
    verdict = court.hear(plot, front, Uses(plot), request.jobs)
    _apply_accepted(request.config, court, verdict)
    return LintReport(
        source=opened.tree.label,
        abis=names,
        headers=len(verdict.headers),
        findings=tuple(sorted(verdict.findings, key=_order)),
        suppressed=tuple(sorted(verdict.suppressed, key=lambda item: _order(item.finding))),
        not_checked=(*plot.omitted, *whole_headers(verdict.harvest)),
        absent=absences(verdict.harvest, plot),
        notes=(front.note,) if front.note else (),
    )


def _apply_accepted(config: Config, court: Court, verdict: Verdict) -> None:
    if config.accepted is None or not config.accepted.exists():
        return
    entries = read_accepted(config.accepted)
    name = config.accepted.name
    left = allow_accepted(verdict.findings, entries, name)
    gone = stale(
        entries, left.suppressed, frozenset(verdict.headers), court.meta["stale-acceptance"], name
    )
    verdict.findings = [*left.findings, *gone]
    verdict.suppressed += left.suppressed


def _added(
    request: LintRequest, court: Court, names: tuple[str, ...], current: LintReport
) -> LintReport:
    """The report without the findings that the older revision has too, wherever they stood."""
    if not current.findings or request.since is None:
        return current
    start = Path(request.paths[0]) if request.paths else Path()
    opened, paths = older_headers(start, request.since, current.findings)
    if not paths:
        return current
    older = _report(request, court, opened, paths, names)
    known = {finding.fingerprint for finding in older.findings}
    known |= {item.finding.fingerprint for item in older.suppressed}
    left = tuple(item for item in current.findings if item.fingerprint not in known)
    return replace(current, findings=left)


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
