# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds every rule to its page: its examples are run, by all rules at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from abicheck.engine.rules import mechanism
from abicheck.rulebook import read_rules
from tests.rules.blocks import Block, Versions, blocks, line_of

if TYPE_CHECKING:
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

    from abicheck.model import Rule

RULES = read_rules().rules
BLOCKS = tuple(blocks())
ELSEWHERE = ("merge", "review")
"""Scopes whose examples are more than headers; they are run beside the tests of the command."""
OWN = ("meta", "backport", "collision")
"""Scopes of findings that an engine makes itself, without a mechanism in ``checks``."""
HEADINGS = ["What it finds", "Why it matters", "Examples", "When to allow it", "References"]


def _id(value: Rule | Block | Versions) -> str:
    if isinstance(value, (Block, Versions)):
        return f"{value.page}-{value.number}"
    return value.name


@pytest.mark.parametrize("block", BLOCKS, ids=_id)
def test_a_page_s_rule_finds_what_its_examples_say(block: Block | Versions, tmp_path: Path) -> None:
    """A rule finds something on just the lines of its page that say so, under those ABIs."""
    report = block.judged(tmp_path)
    assert not report.not_checked or block.page == "header-broken"
    found = {line_of(item): set(item.abis) for item in report.findings if item.rule == block.page}
    expected = {e.line: e.abis for e in block.expected if e.rule == block.page}
    assert found.keys() == expected.keys()
    for line, abis in expected.items():
        assert abis <= found[line]


def test_all_rules_on_all_examples(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    """What each rule says about every example is known, so that an overlap shows at once."""
    seen = {}
    for block in BLOCKS:
        report = block.judged(tmp_path / f"{block.page}-{block.number}")
        seen[_id(block)] = sorted(
            f"{line_of(item)}: {item.severity}: {item.rule}: {item.subject}"
            for item in report.findings
        )
    assert seen == snapshot


@pytest.mark.parametrize("rule", [r for r in RULES if r.scope not in (*ELSEWHERE, *OWN)], ids=_id)
def test_a_rule_is_shown_to_fire_and_to_be_silent(rule: Rule) -> None:
    """A page has an example in which its rule finds something, and one in which it does not."""
    own = [block for block in BLOCKS if block.page == rule.name]
    firing = [any(e.rule == rule.name for e in block.expected) for block in own]
    assert any(firing)
    assert not all(firing)


@pytest.mark.parametrize("rule", RULES, ids=_id)
def test_a_page_has_the_same_headings_as_every_other(rule: Rule) -> None:
    """The title is the rule's name, and the sections are the five that every page has."""
    tokens = MarkdownIt().parse((rule.folder / "README.md").read_text(encoding="utf-8"))
    titles = [
        (token.tag, tokens[index + 1].content)
        for index, token in enumerate(tokens)
        if token.type == "heading_open"
    ]
    assert titles == [("h1", rule.name), *(("h2", heading) for heading in HEADINGS)]


@pytest.mark.parametrize("rule", [r for r in RULES if r.scope not in OWN], ids=_id)
def test_a_rule_s_mechanism_exists(rule: Rule) -> None:
    """The function that a rule's file names is there."""
    assert callable(mechanism(rule))


def test_catalogue_ids_are_used_once() -> None:
    """No two rules say that they are the same one of the catalogue."""
    ids = [rule.catalogue for rule in RULES if rule.catalogue]
    assert len(ids) == len(set(ids))
