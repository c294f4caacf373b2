# SPDX-License-Identifier: GPL-2.0-or-later
"""This module says of each header that changed, in one line, what that means for programs."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.diff.holders import held
from abicheck.model import HeaderChange, Severity
from abicheck.model.changes import THROUGH
from abicheck.report.diff.breakage import broken, moved_alone
from abicheck.report.diff.news import parted
from abicheck.report.findings.words import several
from abicheck.report.names import describe
from abicheck.report.pairing import pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from abicheck.model import DiffReport, Finding

_NAMED = 3
"""Up to so many ABIs are named one by one."""


class Outcome(StrEnum):
    """What became of a header, the best first."""

    COMPATIBLE = "compatible"
    DOUBTFUL = "doubtful"
    """Nothing is certain to break, and something may."""
    NOT_CHECKED = "not checked"
    """At least one ABI could not be judged, and nothing is certain to break under the others."""
    BREAKS = "breaks"


class Verdict(Struct, frozen=True, kw_only=True):
    """One header's line."""

    path: str
    outcome: Outcome
    text: str
    """``breaks compat for i386 on x86_64; also moves m68k (no 64-bit kernel runs it)``."""


class _Case(Struct, frozen=True, kw_only=True):
    """All that is known of one header."""

    header: HeaderChange
    findings: tuple[Finding, ...]
    merged: tuple[str, ...]
    abis: tuple[str, ...]
    """Those that have the header."""
    judged: tuple[str, ...]
    whole_table: bool
    """Every ABI asked for has the header."""

    def with_severity(self, severity: Severity) -> list[Finding]:
        return [item for item in self.findings if item.severity is severity]


def verdicts(report: DiffReport) -> tuple[Verdict, ...]:
    """A verdict for each header that changed, and for each that could not be checked.

    Those that break something come last, where a reader of a terminal looks first.
    """
    inner = _inner(report)
    headers = (*report.headers, *included(report))
    found = [_verdict(_case(report, header, inner)) for header in headers]
    known = {path for header in headers for path in (header.path, header.old_path)}
    found += [
        Verdict(path=path, outcome=Outcome.NOT_CHECKED, text="not checked")
        for path in dict.fromkeys(item.path for item in report.not_checked)
        if path not in known
    ]
    order = list(Outcome)
    return tuple(sorted(found, key=lambda item: (order.index(item.outcome), item.path)))


def included(report: DiffReport) -> Iterator[HeaderChange]:
    """Headers that programs do not include by themselves, such as asm-generic's, with findings."""
    known = {path for header in report.headers for path in (header.path, header.old_path)}
    found = dict.fromkeys(item.span.path for item in report.findings)
    for path in found:
        if path.endswith(".h") and path not in known:
            yield HeaderChange(path=path, old_path=path, removed=False)


def _inner(report: DiffReport) -> Mapping[str, frozenset[str]]:
    """By record in which nothing differs but what it holds by value: what that is."""
    found: dict[str, frozenset[str]] = {}
    for header in report.headers:
        for pair in header.records:
            if pair.old and pair.new:
                known = (held(each.old, each.new) for each in pairs(pair.old, pair.new))
                found[pair.name] = frozenset().union(*filter(None, known))
    return found


def _within(header: HeaderChange, inner: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The records that a header's own hold by value, at any depth."""
    own = [pair.name for pair in header.records if pair.old and pair.new]
    seen: dict[str, None] = dict.fromkeys(own)
    waiting = list(own)
    while waiting:
        deeper = [name for name in inner.get(waiting.pop(), ()) if name not in seen]
        seen.update(dict.fromkeys(deeper))
        waiting += deeper
    return frozenset(seen).difference(own)


def _case(report: DiffReport, header: HeaderChange, inner: Mapping[str, frozenset[str]]) -> _Case:
    paths = {header.path, header.old_path or header.path}
    lacking = {abi for item in report.absent if item.path in paths for abi in item.abis}
    failed = {abi for item in report.not_checked if item.path in paths for abi in item.abis}
    having = header.abis or report.abis
    within = _within(header, inner)
    abis = tuple(abi for abi in report.abis if abi in having and abi not in lacking)
    return _Case(
        header=header,
        findings=tuple(
            item
            for item in report.findings
            if item.span.path in paths
            or (item.kind in THROUGH and item.subject in header.inherits)
            or item.subject.partition(".")[0] in within
        ),
        merged=report.merged,
        abis=abis,
        judged=tuple(abi for abi in abis if abi not in failed),
        whole_table=abis == report.abis,
    )


def _verdict(case: _Case) -> Verdict:
    errors, warnings = case.with_severity(Severity.ERROR), case.with_severity(Severity.WARNING)
    parts = [*broken("breaks", errors, case.abis), *broken("may break", warnings, case.abis)]
    failed = [abi for abi in case.abis if abi not in case.judged]
    if parts and case.header.removed:
        parts.insert(0, "removed")
    doubts = () if case.merged else tuple(_doubts(case))
    if not parts and case.judged and not case.header.typedefs:
        parts = [*_harmless(case, len(warnings))]
    parts += doubts
    if failed or not case.abis:
        under = f" under {describe(failed, case.abis)}" if case.judged else ""
        parts.append(f"not checked{under}")
    return Verdict(
        path=case.header.path,
        outcome=_outcome(errors, (*warnings, *doubts), failed),
        text="; ".join(parts),
    )


def _doubts(case: _Case) -> Iterator[str]:
    """What is not told by findings about the header itself."""
    if case.header.typedefs:
        names = " and ".join(case.header.typedefs)
        yield f"changes what {names} stands for, in every header that includes it"
    unknown = case.header.unevaluated
    if unknown:
        more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
        yield f"not evaluated: {', '.join(unknown[:_NAMED])}{more}"
    yield from parted(case.header, case.abis)


def _outcome(errors: Sequence[object], warnings: Sequence[object], failed: object) -> Outcome:
    if errors:
        return Outcome.BREAKS
    if failed:
        return Outcome.NOT_CHECKED
    return Outcome.DOUBTFUL if warnings else Outcome.COMPATIBLE


def _harmless(case: _Case, warnings: int) -> Iterable[str]:
    if case.merged:
        yield f"has what {' and '.join(case.merged)} changed"
        return
    new = "new" if case.header.old_path is None else "compatible"
    start = "removed" if case.header.removed else new
    doubt = f", with {several(warnings, 'warning')}" if warnings else ""
    yield f"{start} for {_those(case)}{doubt}"
    moved = moved_alone(case.findings, case.abis)
    if moved:
        yield f"moves {moved}"


def _those(case: _Case) -> str:
    if len(case.judged) <= _NAMED:
        return ", ".join(case.judged)
    if len(case.judged) < len(case.abis):
        return describe(case.judged, case.abis)
    return f"all {len(case.abis)} ABIs{'' if case.whole_table else ' that have it'}"
