# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests what machines read of a comparison."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jsonschema import Draft4Validator
from msgspec.structs import replace

from abicheck.model import Span
from abicheck.report.diff import json as diff_json
from abicheck.report.findings import github, gitlab, junit, sarif, terse
from abicheck.rulebook import read_rules
from tests.report.diff import samples
from tests.report.schemas import problems

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.model import DiffReport


def _document(report: DiffReport) -> Any:
    return json.loads(diff_json.render(report))


def test_json_satisfies_its_schema(any_report: DiffReport) -> None:
    """Every document is ASCII, satisfies the schema and holds nothing it does not mention."""
    document = diff_json.render(any_report)
    assert document.isascii()
    assert problems("diff-1", json.loads(document), strict=True) == []


def test_a_change_has_both_versions() -> None:
    """Each group of ABIs says old and new, and what is gone has no new place."""
    moved, gone, named = _document(samples.report())["changes"]
    assert [moved["old"]["line"], moved["new"]["line"]] == [96, 97]
    at = [(each["old"]["offset"], each["new"]["offset"]) for each in moved["groups"]]
    assert at == [(8, 8), (4, 8), (4, 8)]
    assert moved["victims"] == ["old-program", "new-program"]
    assert (gone["new"], gone["groups"][0]["new"]) == (None, None)
    assert (named["old"], named["groups"][0]["old"]) == (None, None)


def test_every_header_has_a_verdict() -> None:
    """Headers that changed and those not checked are all there, each with its line."""
    headers = _document(samples.report())["headers"]
    assert {each["path"]: each["outcome"] for each in headers} == {
        "include/uapi/linux/new.h": "compatible",
        samples.VFIO: "doubtful",
        samples.ODD: "not checked",
        samples.KVM: "breaks",
    }


def test_sarif_satisfies_its_schema(any_report: DiffReport, format_schemas: Path) -> None:
    """A comparison's log satisfies the published schema of SARIF 2.1.0."""
    schema = json.loads((format_schemas / "sarif-2.1.0.json").read_text())
    document = json.loads(sarif.render(any_report, read_rules().rules))
    assert [error.message for error in Draft4Validator(schema).iter_errors(document)] == []


def test_every_format_tells_whom_a_change_breaks() -> None:
    """Formats with room for it name those who meet the other side, and nobody where none does."""
    report = samples.report()
    for shown in (github.render(report), sarif.render(report, ()), junit.render(report)):
        assert "old programs on the new kernel; new programs on an old kernel" in shown
    harmless = replace(report, findings=(samples.named(),))
    assert "Breaks nobody" in github.render(harmless)


def test_every_format_holds_every_change() -> None:
    """No format drops a change or what was not checked."""
    report = samples.report()
    assert len(terse.render(report).splitlines()) == 4
    assert len(json.loads(gitlab.render(report))) == 4


def test_sarif_has_the_place_in_the_baseline() -> None:
    """A subject that stood elsewhere before has that place as a related location, others none."""
    found = replace(samples.moved(), older=Span("old/zone.h", 7, 3))
    report = replace(samples.same(), findings=(found, replace(found, older=found.span)))
    first, second = json.loads(sarif.render(report, ()))["runs"][0]["results"]
    (place,) = first["relatedLocations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "old/zone.h"
    assert place["physicalLocation"]["region"] == {"startLine": 7}
    assert "relatedLocations" not in second
