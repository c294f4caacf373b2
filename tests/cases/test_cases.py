# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the layout rules to real mistakes, and to what came after them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from abicheck.config import Config
from abicheck.engine.lint import LintRequest, lint
from abicheck.model import Severity
from abicheck.rulebook import read_rules
from tests.cases.known import A8, SAID

if TYPE_CHECKING:
    from abicheck.model import Finding
    from tests.cases.known import Said

HEADERS = sorted((Path(__file__).parent / "headers").glob("*.h"))
BOOK = read_rules()
RULES = tuple(
    rule.name
    for rule in BOOK.rules
    if rule.group == "layout" and (rule.enabled or rule.name == "nested-min-align")
)


@cache
def _findings(header: Path) -> tuple[Finding, ...]:
    request = LintRequest(paths=(str(header),), rulebook=BOOK, config=Config(), only=RULES, jobs=1)
    report = lint(request)
    assert not report.not_checked
    return report.findings


def _measured(finding: Finding, abi: str) -> tuple[int | None, int | None]:
    for entry in finding.evidence:
        if abi in entry.abis:
            return entry.offset, entry.size
    return None, None


def _is_said(said: Said, finding: Finding) -> bool:
    return (
        (said.rule, said.subject, said.severity)
        == (finding.rule, finding.subject, finding.severity)
        and all(_measured(finding, abi)[0] == n for abi, n in said.offsets.items())
        and all(_measured(finding, abi)[1] == n for abi, n in said.sizes.items())
    )


@pytest.mark.parametrize("header", HEADERS, ids=lambda path: path.stem)
def test_what_is_said_of_a_case(header: Path) -> None:
    """A mistake is named by its rule, on its member, with its bytes per ABI, and no more."""
    found = _findings(header)
    expected = SAID.get(header.stem, ())
    assert {(item.rule, item.subject) for item in found} == {
        (said.rule, said.subject) for said in expected
    }
    for said in expected:
        assert any(_is_said(said, finding) for finding in found), said


@pytest.mark.parametrize("header", HEADERS, ids=lambda path: path.stem)
def test_no_abi_is_called_what_it_is_not(header: Path) -> None:
    """Nobody who aligns 64-bit scalars to 8 is told that their alignment moves a member."""
    for finding in _findings(header):
        if finding.rule in ("u64-compat-offset", "u64-compat-size"):
            assert "i386" in finding.abis
            assert not set(A8) & set(finding.abis)


def test_every_case_has_a_header() -> None:
    """Nothing is expected of a header that is not there."""
    assert SAID.keys() <= {path.stem for path in HEADERS}


@pytest.mark.parametrize(
    "header",
    [path for path in HEADERS if path.stem.endswith("-after") and path.stem != "c32-after"],
    ids=lambda path: path.stem,
)
def test_a_repaired_header_is_left_alone(header: Path) -> None:
    """What came after a mistake gives at most a note."""
    assert all(finding.severity is Severity.NOTE for finding in _findings(header))
