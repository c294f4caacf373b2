# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes findings as GitLab's code quality report.

docs.gitlab.com, "Code Quality", "Import code quality results": ``description``, ``check_name``,
``fingerprint`` (of equal ones GitLab shows the first), ``severity``, ``location``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.model import Severity
from abicheck.report.findings.words import place, sentence, unchecked, unique_fingerprints

if TYPE_CHECKING:
    from abicheck.model import Finding, NotChecked
    from abicheck.report.findings.words import Judged
    from abicheck.report.json import Object

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(report: Judged) -> str:
    """A JSON array of findings and of what was not checked, in ASCII."""
    import json

    rows = [
        _finding(item, fingerprint)
        for item, fingerprint in zip(report.findings, unique_fingerprints(report), strict=True)
    ]
    rows += [_not_checked(item, number) for number, item in enumerate(report.not_checked)]
    return json.dumps(rows, indent=2) + "\n"


def _finding(item: Finding, fingerprint: str) -> Object:
    return {
        "description": f"{item.subject}: {sentence(item)}",
        "check_name": item.rule,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[item.severity],
        "location": {"path": item.span.path, "lines": {"begin": item.span.line}},
    }


def _not_checked(item: NotChecked, number: int) -> Object:
    path, line = place(item)
    return {
        "description": unchecked(item),
        "check_name": "not-checked",
        "fingerprint": f"not-checked-{number}-{item.path}",
        "severity": "critical",
        "location": {"path": path, "lines": {"begin": line}},
    }
