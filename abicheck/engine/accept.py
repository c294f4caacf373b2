# SPDX-License-Identifier: GPL-2.0-or-later
"""This module keeps the file of accepted findings: it adds today's, or drops what is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.engine.lint import lint
from abicheck.suppress import Acceptance, read_accepted, write_accepted

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.engine.lint import LintRequest
    from abicheck.model import LintReport


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of the file."""

    added: int
    dropped: int
    total: int
    not_checked: int
    """Headers and records of which nothing could be said."""


def accept(request: LintRequest, file: Path, reason: str) -> Outcome:
    """Adds every finding that the file does not list yet, with the reason."""
    report = lint(request)
    entries = {entry.fingerprint: entry for entry in _existing(file)}
    before = len(entries)
    for finding in report.findings:
        entries.setdefault(
            finding.fingerprint,
            Acceptance(
                path=finding.span.path,
                rule=finding.rule,
                subject=finding.subject,
                fingerprint=finding.fingerprint,
                reason=reason.strip(),
            ),
        )
    write_accepted(file, entries.values())
    return _outcome(report, before, len(entries))


def prune(request: LintRequest, file: Path) -> Outcome:
    """Drops entries whose finding is gone, where nothing of their header was left unchecked."""
    report = lint(request)
    existing = _existing(file)
    present = {finding.fingerprint for finding in report.findings}
    unsure = {item.path for item in report.not_checked}
    kept = [e for e in existing if e.fingerprint in present or e.path in unsure]
    write_accepted(file, kept)
    return _outcome(report, len(existing), len(kept))


def _existing(file: Path) -> tuple[Acceptance, ...]:
    return read_accepted(file) if file.exists() else ()


def _outcome(report: LintReport, before: int, after: int) -> Outcome:
    return Outcome(
        added=max(0, after - before),
        dropped=max(0, before - after),
        total=after,
        not_checked=len(report.not_checked),
    )
