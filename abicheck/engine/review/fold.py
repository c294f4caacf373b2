# SPDX-License-Identifier: GPL-2.0-or-later
"""This module keeps one finding of those that say one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.model import Finding


def folded(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in order of place, each once.

    A change that a comparison explains with the same words, at the same place, as the rules for
    one version do is said once: by the comparison, which names the victims.
    """
    kept: dict[object, Finding] = {}
    for finding in sorted(findings, key=_order):
        key = (finding.span.path, finding.span.line, finding.subject, finding.message)
        before = kept.get(key)
        if before is None or (not before.victims and finding.victims):
            kept[key] = finding
    return tuple(kept.values())


def _order(finding: Finding) -> tuple[object, ...]:
    span = finding.span
    return (span.path, span.line, span.column, finding.rule, finding.subject, finding.abis)
