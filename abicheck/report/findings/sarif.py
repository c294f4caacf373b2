# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes findings as SARIF 2.1.0, with fingerprints, help and repairs."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from abicheck.report import sarif
from abicheck.report.findings.words import (
    paragraph,
    place,
    sentence,
    unchecked,
    unique_fingerprints,
)
from abicheck.report.rules import help_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abicheck.model import Edit, Excerpt, Finding, NotChecked, Rule, Suppressed
    from abicheck.report.findings.words import Judged
    from abicheck.report.json import Object


def render(report: Judged, rules: Sequence[Rule]) -> str:
    """One run; ``rules`` are all there are, those that found something are described."""
    told = {item.rule for item in report.findings}
    told |= {item.finding.rule for item in report.suppressed}
    known = [rule for rule in rules if rule.name in told]
    numbers = {rule.name: number for number, rule in enumerate(known)}
    results = [
        {**_result(item, numbers, fingerprint), "suppressions": []}
        for item, fingerprint in zip(report.findings, unique_fingerprints(report), strict=True)
    ]
    results += [
        {
            **_result(item.finding, numbers, item.finding.fingerprint),
            "suppressions": [_suppression(item)],
        }
        for item in report.suppressed
    ]
    invocation: Object = {
        "executionSuccessful": not report.not_checked,
        "toolExecutionNotifications": [_notification(item) for item in report.not_checked],
    }
    return sarif.log([_rule(rule) for rule in known], results, invocations=[invocation])


def _rule(rule: Rule) -> Object:
    page = help_text(rule)
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.help},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": rule.severity.value, "enabled": rule.enabled},
        "properties": {
            "tags": [rule.group, rule.breaks.value],
            **({"catalogue": rule.catalogue} if rule.catalogue else {}),
        },
    }


def _result(item: Finding, numbers: dict[str, int], fingerprint: str) -> Object:
    result: Object = {
        "ruleId": item.rule,
        **({"ruleIndex": numbers[item.rule]} if item.rule in numbers else {}),
        "level": item.severity.value,
        "message": {"text": _unlinked(paragraph(item))},
        "locations": [
            {
                "physicalLocation": sarif.physical(item.span.path, _region(item)),
                "logicalLocations": [{"fullyQualifiedName": item.subject}],
            }
        ],
        "partialFingerprints": {
            "abicheck/v1": fingerprint,
            # The one GitHub compares; it would hash the line otherwise.
            "primaryLocationLineHash": fingerprint,
        },
        "properties": {"breaks": item.breaks.value, "abis": list(item.abis)},
    }
    if item.older is not None and item.older != item.span:
        before = sarif.physical(item.older.path, {"startLine": item.older.line})
        told = {"text": "where the baseline has it"}
        result["relatedLocations"] = [{"id": 1, "physicalLocation": before, "message": told}]
    if item.edits:
        result["fixes"] = [_fix(item)]
    return result


def _unlinked(text: str) -> str:
    """The text without ``[a](b)``, which a reader of SARIF would make a link of (3.11.6)."""
    return text.replace("](", "] (")


def _region(item: Finding) -> Object:
    region: Object = {"startLine": item.span.line}
    if item.excerpt is not None and item.excerpt.column <= len(item.excerpt.line):
        region["startColumn"] = _utf16(item.excerpt) + 1
        region["snippet"] = {"text": item.excerpt.line}
    return region


def _utf16(excerpt: Excerpt) -> int:
    return len(excerpt.line[: excerpt.column].encode("utf-16-le", "surrogatepass")) // 2


def _fix(item: Finding) -> Object:
    def path(edit: Edit) -> str:
        return edit.path

    return {
        "description": {"text": _unlinked(f"{item.rule}: {sentence(item)}")},
        "artifactChanges": [
            {
                "artifactLocation": sarif.artifact(changed),
                "replacements": [_replacement(edit) for edit in edits],
            }
            for changed, edits in groupby(sorted(item.edits, key=path), path)
        ],
    }


def _replacement(edit: Edit) -> Object:
    return {
        "deletedRegion": {
            "startLine": edit.line,
            "startColumn": 1,
            "endLine": edit.line + edit.count,
            "endColumn": 1,
        },
        "insertedContent": {"text": edit.text},
    }


def _suppression(item: Suppressed) -> Object:
    kind = "inSource" if item.by == "inline" else "external"
    return {"kind": kind, "justification": item.reason}


def _notification(item: NotChecked) -> Object:
    path, line = place(item)
    return {
        "level": "error",
        "message": {"text": _unlinked(unchecked(item))},
        "locations": [{"physicalLocation": sarif.physical(path, {"startLine": line})}],
    }
