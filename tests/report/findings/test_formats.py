# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the formats that machines read, each against its own rules."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft4Validator

from abicheck.report.findings import github, gitlab, junit, sarif
from abicheck.report.findings import json as lint_json
from abicheck.rulebook import read_rules
from tests.report.findings import samples
from tests.report.schemas import problems

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.model import LintReport

_REPORTS = [samples.report(), samples.attacked(), samples.clean()]
_NAMES = ["full", "attacked", "clean"]
every_report = pytest.mark.parametrize("report", _REPORTS, ids=_NAMES)


def _sarif(report: LintReport) -> Any:
    (run,) = json.loads(sarif.render(report, read_rules().rules))["runs"]
    return run


@every_report
def test_json_satisfies_its_schema(report: LintReport) -> None:
    """Every document is ASCII, satisfies the schema and holds nothing it does not mention."""
    document = lint_json.render(report)
    assert document.isascii()
    assert problems("lint-1", json.loads(document), strict=True) == []


@every_report
def test_sarif_satisfies_its_schema(report: LintReport, format_schemas: Path) -> None:
    """Every log satisfies the published schema of SARIF 2.1.0."""
    schema = json.loads((format_schemas / "sarif-2.1.0.json").read_text())
    document = json.loads(sarif.render(report, read_rules().rules))
    assert [error.message for error in Draft4Validator(schema).iter_errors(document)] == []


@every_report
def test_junit_satisfies_its_schema(report: LintReport, format_schemas: Path) -> None:
    """Every document satisfies the schema that Jenkins reads test reports by."""
    import xmlschema

    schema = xmlschema.XMLSchema(str(format_schemas / "junit-10.xsd"))
    assert [error.reason for error in schema.iter_errors(junit.render(report))] == []


class TestSarif:
    """What readers of SARIF rely on beyond its schema."""

    def test_rules_tell_their_page(self) -> None:
        """A rule that found something is described by its page, at its index."""
        run = _sarif(samples.report())
        rules = run["tool"]["driver"]["rules"]
        for result in run["results"]:
            if "ruleIndex" in result:
                assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (rule,) = [rule for rule in rules if rule["id"] == "u64-compat-offset"]
        assert "What it finds" in rule["help"]["markdown"]

    def test_allowed_findings_are_suppressed(self) -> None:
        """An allowed finding says where it is allowed and why; the others say that they are not."""
        results = _sarif(samples.report())["results"]
        assert [result["suppressions"] for result in results[:4]] == [[]] * 4
        assert [each["kind"] for r in results[4:] for each in r["suppressions"]] == [
            "inSource",
            "external",
        ]
        assert results[4]["suppressions"][0]["justification"] == "older than the tool"

    def test_what_was_not_checked_is_told(self) -> None:
        """A header that was not checked makes the run unsuccessful, with the reason."""
        (invocation,) = _sarif(samples.report())["invocations"]
        assert not invocation["executionSuccessful"]
        (told,) = invocation["toolExecutionNotifications"]
        assert "expected ';'" in told["message"]["text"]
        assert _sarif(samples.clean())["invocations"][0]["executionSuccessful"]

    def test_fingerprints_are_unique(self) -> None:
        """Two findings with one fingerprint are told apart, in the order they have."""
        results = _sarif(samples.report())["results"][:4]
        prints = [result["partialFingerprints"]["abicheck/v1"] for result in results]
        assert len(set(prints)) == 4
        assert prints[1] == samples.moved().fingerprint

    def test_a_repair_names_whole_lines(self) -> None:
        """An edit is a region from the start of a line to the start of another."""
        result = _sarif(samples.report())["results"][1]
        (change,) = result["fixes"][0]["artifactChanges"]
        assert change["replacements"] == [
            {
                "deletedRegion": {
                    "startLine": 453,
                    "startColumn": 1,
                    "endLine": 453,
                    "endColumn": 1,
                },
                "insertedContent": {"text": "\t\t\t__u32 reserved;\n"},
            }
        ]

    def test_columns_count_utf_16(self) -> None:
        """A letter outside the first plane counts as two columns, as columnKind says."""
        region = _sarif(samples.report())["results"][0]["locations"][0]["physicalLocation"]
        assert region["region"]["startColumn"] == 15
        assert unquote(region["artifactLocation"]["uri"]) == "include/uapi/linux/a b#.h"

    def test_no_links_from_strangers(self) -> None:
        """Text that would be a link in a message is not one any more."""
        for result in _sarif(samples.attacked())["results"]:
            assert "](" not in result["message"]["text"]


class TestGithub:
    """What GitHub makes of the lines."""

    @every_report
    def test_every_line_is_one_of_our_commands(self, report: LintReport) -> None:
        """Each line is one command with a place; no text begins another or ends its own early."""
        lines = github.render(report).split("\n")[:-1]
        assert len(lines) == len(report.findings) + len(report.not_checked)
        for line in lines:
            head, _, text = line.removeprefix("::").partition("::")
            assert re.fullmatch(
                r"(error|warning|notice) file=[^,:]*,line=\d+,col=\d+,title=abicheck%3A [a-z0-9-]+",
                head,
            )
            assert not re.search(r"%(?!25|0A)", text)
            assert "\r" not in line
        assert ("%250A" in "".join(lines)) == (report is _REPORTS[1])

    def test_the_worst_come_first(self) -> None:
        """GitHub shows the first few of each kind: what was not checked, then errors."""
        kinds = [line.split()[0] for line in github.render(samples.report()).splitlines()]
        assert kinds == ["::error", "::error", "::error", "::warning", "::notice"]


class TestGitlab:
    """What GitLab makes of the array."""

    @every_report
    def test_rows_are_whole(self, report: LintReport) -> None:
        """Every row has what GitLab requires, and a fingerprint of its own."""
        rows = json.loads(gitlab.render(report))
        assert len(rows) == len(report.findings) + len(report.not_checked)
        assert len({row["fingerprint"] for row in rows}) == len(rows)
        for row in rows:
            assert set(row) == {"description", "check_name", "fingerprint", "severity", "location"}
            assert row["severity"] in {"info", "minor", "major", "critical", "blocker"}
            assert row["location"]["lines"]["begin"] >= 1


class TestJunit:
    """What test servers make of the document."""

    def test_notes_pass(self) -> None:
        """Errors and warnings fail, notes do not, what was not checked is an error."""
        head = junit.render(samples.report()).splitlines()[1]
        assert head == '<testsuites name="abicheck" tests="5" failures="3" errors="1">'

    def test_a_clean_run_is_a_test_that_passes(self) -> None:
        """A server that fails on empty reports sees one case."""
        shown = junit.render(samples.clean())
        assert 'tests="1" failures="0" errors="0"' in shown
        assert "<failure" not in shown

    def test_text_of_strangers_is_text(self) -> None:
        """Whatever a header holds, the document has our elements and no others."""
        from xml.etree import ElementTree

        root = ElementTree.fromstring(junit.render(samples.attacked()).encode())  # noqa: S314
        assert {element.tag for element in root.iter()} == {
            "testsuites",
            "testsuite",
            "testcase",
            "failure",
            "error",
        }
