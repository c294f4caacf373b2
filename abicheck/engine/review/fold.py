# SPDX-License-Identifier: GPL-2.0-or-later
"""This module keeps one finding of those that say one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.model import Finding

_COMPARED = {
    "flag-overlap": ("number-overlap", "duplicate-number"),
    "not-self-contained": ("header-broken",),
}
"""By rule for one version: those of a comparison that say the same of one place."""


def folded(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in order of place, each once.

    A change that a comparison explains with the same words, at the same place, as the rules for
    one version do is said once: by the comparison, which names the victims. So is what it says
    by a rule of its own.
    """
    kept: dict[object, Finding] = {}
    for finding in sorted(findings, key=_order):
        key = (finding.span.path, finding.span.line, finding.subject, finding.message)
        before = kept.get(key)
        if before is None or (not before.victims and finding.victims):
            kept[key] = finding
    places = {(_place(finding), finding.rule) for finding in kept.values()}
    return tuple(
        finding
        for finding in kept.values()
        if not any((_place(finding), rule) in places for rule in _COMPARED.get(finding.rule, ()))
    )


def _place(finding: Finding) -> tuple[str, int, str]:
    return finding.span.path, finding.span.line, finding.subject


def _order(finding: Finding) -> tuple[object, ...]:
    span = finding.span
    return (span.path, span.line, span.column, finding.rule, finding.subject, finding.abis)
