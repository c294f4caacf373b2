# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes findings as the JSON document ``lint-1``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.report.json import absent, document, not_checked

if TYPE_CHECKING:
    from abicheck.model import Edit, Evidence, Finding, LintReport
    from abicheck.report.json import Object


def render(report: LintReport) -> str:
    """The document: every finding, those allowed, and what was not checked."""
    content: Object = {
        "source": report.source,
        "abis": list(report.abis),
        "headers": report.headers,
        "findings": [finding_object(item) for item in report.findings],
        "suppressed": [
            {"by": item.by, "reason": item.reason, "finding": finding_object(item.finding)}
            for item in report.suppressed
        ],
        "not_checked": [not_checked(item) for item in report.not_checked],
        "absent": [absent(item) for item in report.absent],
        "notes": list(report.notes),
    }
    return document("lint-1", content)


def finding_object(item: Finding) -> Object:
    """All that a finding says."""
    return {
        "rule": item.rule,
        "catalogue": item.catalogue or None,
        "severity": item.severity.value,
        "breaks": item.breaks.value,
        "path": item.span.path,
        "line": item.span.line,
        "column": item.span.column,
        "subject": item.subject,
        "abis": list(item.abis),
        "evidence": [_evidence(each) for each in item.evidence],
        "message": item.message,
        "consequence": item.consequence,
        "suggestion": item.suggestion,
        "references": list(item.references),
        "edits": [_edit(each) for each in item.edits],
        "fingerprint": item.fingerprint,
    }


def _evidence(each: Evidence) -> Object:
    return {
        "abis": list(each.abis),
        "offset": each.offset,
        "size": each.size,
        "alignment": each.align,
        "text": each.text,
    }


def _edit(each: Edit) -> Object:
    return {"path": each.path, "line": each.line, "count": each.count, "text": each.text}
