# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the formats that programs read."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft4Validator

from abicheck.report import text as plain_text
from abicheck.report.review import formats, text
from abicheck.rulebook import read_rules
from tests.report.review import samples
from tests.report.review.hostile import CORPUS
from tests.report.schemas import problems

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.model import ReviewReport

REPORTS = {
    "series": samples.series(),
    "attacked": samples.attacked(),
    "clean": samples.clean(),
    "untouched": samples.untouched(),
}
every_report = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
every_text = pytest.mark.parametrize("hostile", CORPUS.values(), ids=CORPUS)
_UNSEEN = {"Cc", "Cs", "Zl", "Zp"}


def _rendered(name: str, report: ReviewReport) -> str:
    return formats.render(name, report, read_rules().rules)


def _b4(report: ReviewReport) -> Any:
    return json.loads(_rendered("b4", report))


@every_report
def test_json_satisfies_its_schema(report: ReviewReport) -> None:
    """Every document is ASCII, satisfies the schema and holds nothing it does not mention."""
    document = _rendered("json", report)
    assert document.isascii()
    assert problems("review-1", json.loads(document), strict=True) == []


@every_report
def test_sarif_satisfies_its_schema(report: ReviewReport, format_schemas: Path) -> None:
    """Every log satisfies the published schema of SARIF 2.1.0."""
    schema = json.loads((format_schemas / "sarif-2.1.0.json").read_text())
    document = json.loads(_rendered("sarif", report))
    assert [error.message for error in Draft4Validator(schema).iter_errors(document)] == []


@every_report
def test_junit_satisfies_its_schema(report: ReviewReport, format_schemas: Path) -> None:
    """Every document satisfies the schema that Jenkins reads test reports by."""
    import xmlschema

    schema = xmlschema.XMLSchema(str(format_schemas / "junit-10.xsd"))
    assert [error.reason for error in schema.iter_errors(_rendered("junit", report))] == []


@pytest.mark.parametrize("name", ["sarif", "github", "gitlab", "junit", "terse"])
def test_numbers_are_findings_too(name: str) -> None:
    """A number that a rival branch has as well is told in every format of findings."""
    assert "number-collision" in _rendered(name, samples.series())


@every_text
@pytest.mark.parametrize("name", ["text", "terse", "checkpatch", "github"])
def test_lines_stay_lines(name: str, hostile: str) -> None:
    """No text of a stranger adds a line or a control character."""
    quiet, loud = (_lines(name, samples.assault(each)) for each in ("quiet", hostile))
    assert not [c for c in loud if unicodedata.category(c) in _UNSEEN and c != "\n"]
    if name != "text":
        assert loud.count("\n") == quiet.count("\n")


@every_text
def test_annotations_are_all_there_is(hostile: str) -> None:
    """For GitHub every line is an annotation of ours, whatever the text of a stranger."""
    lines = _rendered("github", samples.assault(hostile)).splitlines()
    assert {line.split()[0] for line in lines} == {"::error"}


def _lines(name: str, report: ReviewReport) -> str:
    if name == "text":
        return plain_text.render(text.lines(report, whole=True, width=80))
    return _rendered(name, report)


class TestB4Review:
    """What ``b4 review`` makes of the array."""

    def test_silent_where_it_is_nobody_s_business(self) -> None:
        """A patch that touches no uapi header has no result at all."""
        assert _b4(samples.untouched()) == []

    @pytest.mark.parametrize(("report", "status"), [("series", "fail"), ("clean", "pass")])
    def test_one_result(self, report: str, status: str) -> None:
        """A patch that does has one result, and all of it is strings."""
        (result,) = _b4(REPORTS[report])
        assert result["status"] == status
        assert set(result) == {"tool", "status", "summary", "url", "details"}
        assert all(isinstance(value, str) for value in result.values())

    def test_details_are_findings(self) -> None:
        """The details are findings as b4's own check words them, each with its own status."""
        details = json.loads(_b4(samples.series())[0]["details"])
        assert [item["status"] for item in details] == ["fail", "warn", "warn", "pass"] + 2 * [
            "fail"
        ]
        assert details[0]["description"].startswith(f"{samples.KVM}:453: offset-changed: ")

    @every_text
    def test_no_control_characters(self, hostile: str) -> None:
        """What b4 shows in its terminal has no control characters of a stranger."""
        (result,) = _b4(samples.assault(hostile))
        told = [result["summary"]]
        told += [item["description"] for item in json.loads(result["details"])]
        assert not [c for text in told for c in text if unicodedata.category(c) in _UNSEEN]


class TestCheckpatch:
    """What ``b4 prep --check`` makes of the lines."""

    def test_errors_fail_and_warnings_warn(self) -> None:
        """A line is a failure exactly if its finding is an error, and notes are left out."""
        lines = _rendered("checkpatch", samples.series()).splitlines()
        assert ["ERROR:" in line for line in lines] == [True, False, False, True, True]

    def test_nothing_is_a_pass(self) -> None:
        """Nothing is printed where nothing is found."""
        assert _rendered("checkpatch", samples.clean()) == ""
        assert _rendered("checkpatch", samples.untouched()) == ""

    def test_what_was_looked_at_in_part_is_no_pass(self) -> None:
        """A patch that could be looked at only in part warns of that."""
        from msgspec.structs import replace

        clean = samples.clean()
        part = replace(clean.whole, partial="its baseline is not here")
        told = _rendered("checkpatch", replace(clean, steps=(part,), whole=part))
        assert told == "WARNING: only in part: KVM: a comment: its baseline is not here\n"


def test_the_verdict_on_a_part_is_no_acquittal() -> None:
    """What was looked at only in part is a doubt, whatever was found."""
    from msgspec.structs import replace

    clean = samples.clean()
    part = replace(clean.whole, partial="its baseline is not here")
    (result,) = _b4(replace(clean, steps=(part,), whole=part))
    assert result["status"] == "warn"
    assert "in the part that could be looked at" in result["summary"]
