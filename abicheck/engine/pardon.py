# SPDX-License-Identifier: GPL-2.0-or-later
"""This module takes from the findings what configuration and people allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from abicheck.model import Breaks, Finding, Severity, Span, Suppressed
from abicheck.suppress import allowances

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from abicheck.checks.facts import HeaderFacts
    from abicheck.config import Config
    from abicheck.model import Rule
    from abicheck.suppress import Acceptance, Allowance


class Pardoned(Struct):
    """The findings that are left, and those that are not."""

    findings: list[Finding] = field(default_factory=list)
    suppressed: list[Suppressed] = field(default_factory=list)


def levelled(findings: Iterable[Finding], config: Config) -> Iterator[Finding]:
    """The findings at the levels that configuration gives them; those that are off are gone."""
    for finding in findings:
        level = config.level(finding.rule, finding.span.path)
        if level == "off":
            continue
        yield replace(finding, severity=Severity(level)) if level else finding


def allow_inline(
    findings: Iterable[Finding],
    headers: Iterable[HeaderFacts],
    meta: Mapping[str, Rule],
    known: frozenset[str],
    judged: frozenset[str],
) -> Pardoned:
    """Findings without those that comments in the headers allow.

    Comments that allow nothing or say it wrongly are findings themselves, by the rules in
    ``meta``; ``known`` are the names of all rules there are, and ``judged`` those that were asked
    here: what allows others, such as rules about changes, may have its use elsewhere.
    """
    result = Pardoned()
    by_path = {header.path: header for header in headers}
    written = {path: _written(header) for path, header in by_path.items()}
    used: set[tuple[str, int]] = set()
    for finding in findings:
        path = finding.span.path
        allowed = next((a for a in written.get(path, ()) if a.covers(finding)), None)
        if allowed is None:
            result.findings.append(finding)
            continue
        used.add((path, allowed.line))
        result.suppressed.append(Suppressed(finding=finding, by="inline", reason=allowed.reason))
    for path, found in written.items():
        for allowance in found:
            needless = judged.issuperset(allowance.rules) and (path, allowance.line) not in used
            result.findings += _complaints(
                path, by_path[path].include, allowance, meta, known, needless
            )
    return result


def allow_accepted(
    findings: Iterable[Finding], accepted: Sequence[Acceptance], file: str
) -> Pardoned:
    """Findings without those that a file of accepted findings lists."""
    reasons = {entry.fingerprint: entry.reason for entry in accepted}
    result = Pardoned()
    for finding in findings:
        reason = reasons.get(finding.fingerprint)
        if reason is None:
            result.findings.append(finding)
        else:
            result.suppressed.append(Suppressed(finding=finding, by=file, reason=reason))
    return result


def stale(
    accepted: Iterable[Acceptance],
    suppressed: Iterable[Suppressed],
    judged: frozenset[str],
    rule: Rule,
    file: str,
) -> Iterator[Finding]:
    """A finding for each accepted one that its header, judged in this run, no longer has."""
    met = {item.finding.fingerprint for item in suppressed}
    for entry in accepted:
        if entry.path in judged and entry.fingerprint not in met:
            yield Finding(
                rule=rule.name,
                catalogue=rule.catalogue,
                severity=rule.severity,
                breaks=rule.breaks,
                span=Span(entry.path, 1, 1),
                subject=entry.subject,
                abis=(),
                message=rule.message.format(rule=entry.rule, subject=entry.subject, file=file),
                suggestion=rule.help,
                references=rule.references,
            )


def _written(header: HeaderFacts) -> tuple[Allowance, ...]:
    return allowances(header.text.comments, header.lines)


def _complaints(
    path: str,
    include: str,
    allowance: Allowance,
    meta: Mapping[str, Rule],
    known: frozenset[str],
    needless: bool,
) -> Iterator[Finding]:
    unknown = [name for name in allowance.rules if name not in known]
    if allowance.fault or unknown:
        fault = allowance.fault or f"no rule is called '{unknown[0]}'"
        yield _about(meta["malformed-allowance"], path, include, allowance, fault)
    elif needless:
        rules = ", ".join(allowance.rules)
        yield _about(meta["unused-allowance"], path, include, allowance, rules)


def _about(rule: Rule, path: str, include: str, allowance: Allowance, what: str) -> Finding:
    return Finding(
        rule=rule.name,
        catalogue=rule.catalogue,
        severity=rule.severity,
        breaks=Breaks.HYGIENE,
        span=Span(path, allowance.line, 1),
        subject=f"{include}: allow({', '.join(allowance.rules)})",
        abis=(),
        message=rule.message.format(what=what),
        suggestion=rule.help,
        references=rule.references,
    )
