# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the pages of rules as people read them."""

from __future__ import annotations

from abicheck.report.rules import page
from abicheck.rulebook import read_rules


def test_pages_are_for_people() -> None:
    """No page shows an escaped tab, a mark for our tests, or its title twice."""
    for rule in read_rules(()).rules:
        lines = page(rule).split("\n")
        assert not [line for line in lines if "\\x09" in line or "// expect" in line], rule.name
        assert sum(line.removeprefix("# ") == rule.name for line in lines) == 1, rule.name


def test_code_keeps_its_indentation() -> None:
    """A member stands at the next column of eight."""
    rule = next(rule for rule in read_rules(()).rules if rule.name == "u64-compat-offset")
    assert "\n        __u64 flags;\n" in page(rule)
