# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells in few lines what is alike in a comparison of whole trees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.diff.holders import held
from abicheck.model import Severity
from abicheck.report.diff.verdicts import Outcome
from abicheck.report.findings.words import several
from abicheck.report.lines import BLANK, Role, plain, wrapped
from abicheck.report.pairing import pairs as pairs_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.model import DiffReport, Finding, RecordPair, ReviewStep
    from abicheck.report.diff.verdicts import Verdict
    from abicheck.report.lines import Line

_FEW = 5
"""So many of a kind are told one by one."""
_GONE = "removed; breaks recompiling"


def alike(report: DiffReport) -> tuple[Finding, ...]:
    """The findings about headers that are gone, and of which that is all there is to say."""
    found = tuple(item for item in report.findings if _is_plain_loss(item))
    return found if len(found) > _FEW else ()


def _is_plain_loss(finding: Finding) -> bool:
    return finding.rule == "header-removed" and not finding.consequence


def alike_lines(findings: Sequence[Finding], width: int) -> Iterator[Line]:
    """All of them in one block: what they are, then their names."""
    first = findings[0]
    role = {Severity.ERROR: Role.BAD, Severity.WARNING: Role.WARNING}.get(first.severity)
    names = ", ".join(item.subject for item in findings)
    yield (
        (first.severity.value, role or Role.COMMENT),
        (f" [{first.rule}] ", Role.HEADING),
        (several(len(findings), "header"), Role.TITLE),
    )
    what = "These are no longer exported: what includes one of them no longer compiles."
    yield from wrapped(what, "  ", width, Role.PLAIN)
    yield BLANK
    yield from wrapped(names, "  ", width, Role.PLACE)
    yield BLANK
    yield plain("  breaks  programs that are compiled again")
    yield BLANK


def telling(report: DiffReport | ReviewStep) -> tuple[RecordPair, ...]:
    """The records to show before and after: of many those that may break something.

    Of records that hold one another by value the innermost are shown, and those in which more
    moves than what they hold.
    """
    every = [p for header in report.headers for p in header.records if p.old and p.new]
    names = frozenset(pair.name for pair in every)
    pairs = [pair for pair in every if not _only_holds(pair, names)]
    if len(pairs) <= _FEW:
        return tuple(pairs)
    bad = {
        item.subject.partition(".")[0]
        for item in report.findings
        if item.severity is not Severity.NOTE
    }
    return tuple(pair for pair in pairs if pair.name in bad)


def _only_holds(pair: RecordPair, changed: frozenset[str]) -> bool:
    """Whether all that differs lies in records that are shown themselves."""
    if pair.old is None or pair.new is None:
        return False
    both = pairs_of(pair.old, pair.new)
    return all(changed & (held(each.old, each.new) or frozenset()) for each in both)


def rest(
    report: DiffReport | ReviewStep, shown: Sequence[RecordPair], width: int
) -> Iterator[Line]:
    """How many records there are that are not shown."""
    every = sum(1 for header in report.headers for p in header.records if p.old and p.new)
    left = every - sum(1 for pair in shown if pair.old and pair.new)
    if left:
        text = f"{several(left, 'record')} that changed not shown: see --all"
        yield from wrapped(text, "", width, Role.COMMENT)
        yield BLANK


def verdict_lines(found: Sequence[Verdict], *, whole: bool) -> Iterator[Verdict | str]:
    """A verdict each, or a sentence for many with one verdict and nothing to add."""
    kinds: dict[str, int] = {}
    for each in found:
        kind = _kind(each)
        kinds[kind] = kinds.get(kind, 0) + 1
    counted = {kind for kind, number in kinds.items() if kind and number > _FEW and not whole}
    for each in found:
        kind = _kind(each)
        if kind not in counted:
            yield each
        elif kinds.pop(kind, 0):
            yield f"{several(sum(_kind(one) == kind for one in found), 'header')}: {kind}"


def _kind(verdict: Verdict) -> str:
    """``compatible for all 41 ABIs``; empty where a line of its own has more to say."""
    if verdict.text == _GONE:
        return verdict.text
    plain_text = ";" not in verdict.text and "removed" not in verdict.text
    return verdict.text if verdict.outcome is Outcome.COMPATIBLE and plain_text else ""
