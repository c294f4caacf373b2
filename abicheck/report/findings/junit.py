# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes findings as JUnit XML, for servers that show tests.

The shape is Jenkins' ``junit-10.xsd``: a suite for each header, a case for each finding in it.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from abicheck.model import Severity
from abicheck.report.findings.words import paragraph, place, sentence, unchecked
from abicheck.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abicheck.model import Finding
    from abicheck.report.findings.words import Judged


def render(report: Judged) -> str:
    """The document: an error or a warning fails its case, a note does not.

    What was not checked is an error of its suite; a run without findings is one case that passes.
    """
    blocks = list(_suites(report))
    total = len(report.findings) + len(report.not_checked) or 1
    failed, errors = _failed(report.findings), len(report.not_checked)
    head = f'<testsuites name="abicheck" tests="{total}" failures="{failed}" errors="{errors}">'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', head, *blocks, "</testsuites>"]
    return "\n".join(lines) + "\n"


def _suites(report: Judged) -> Iterator[str]:
    def path(finding: Finding) -> str:
        return finding.span.path

    for header, found in groupby(sorted(report.findings, key=path), path):
        findings = list(found)
        yield from _suite(header, map(_case, findings), (len(findings), _failed(findings), 0))
    if report.not_checked:
        number = len(report.not_checked)
        cases = (
            _with(item.path, "not-checked", "error", unchecked(item), _at(*place(item)))
            for item in report.not_checked
        )
        yield from _suite("not checked", cases, (number, 0, number))
    if not report.findings and not report.not_checked:
        yield from _suite("headers", [_passed("headers", "no findings", "")], (1, 0, 0))


def _suite(name: str, cases: Iterable[str], numbers: tuple[int, int, int]) -> Iterator[str]:
    tests, failures, errors = numbers
    yield (
        f'  <testsuite name="{_quoted(name)}" tests="{tests}" failures="{failures}" '
        f'errors="{errors}">'
    )
    yield from cases
    yield "  </testsuite>"


def _failed(findings: Sequence[Finding]) -> int:
    return sum(finding.severity is not Severity.NOTE for finding in findings)


def _case(finding: Finding) -> str:
    name = f"{finding.rule}: {finding.subject}"
    detail = f"{_at(finding.span.path, finding.span.line)}\n{paragraph(finding)}"
    if finding.severity is Severity.NOTE:
        return _passed(finding.span.path, name, detail)
    return _with(finding.span.path, name, "failure", sentence(finding), detail, finding.severity)


def _with(
    path: str, name: str, element: str, message: str, detail: str, type: str = "error"
) -> str:
    return (
        f'    <testcase classname="{_quoted(path)}" name="{_quoted(name)}">\n'
        f'      <{element} type="{_quoted(type)}" message="{_quoted(message)}">'
        f"{_escaped(detail)}</{element}>\n    </testcase>"
    )


def _passed(path: str, name: str, detail: str) -> str:
    case = f'    <testcase classname="{_quoted(path)}" name="{_quoted(name)}"'
    if not detail:
        return f"{case}/>"
    return f"{case}>\n      <system-out>{_escaped(detail)}</system-out>\n    </testcase>"


def _at(path: str, line: int) -> str:
    return f"{path}:{line}"


def _escaped(text: str) -> str:
    """The text with only characters that XML 1.0 knows; lines stay lines."""
    shown = "\n".join(printable(line.expandtabs(8)) for line in text.split("\n"))
    shown = shown.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(text: str) -> str:
    return _escaped(printable(text)).replace('"', "&quot;")
