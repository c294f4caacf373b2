# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds every rule about reviews to its page: its scenes are run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.rulebook import read_rules
from tests.review_docs.scenes import Scene, scenes

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.model import Rule

RULES = [rule for rule in read_rules().rules if rule.scope == "review"]
SCENES = [scene for rule in RULES for scene in scenes(rule)]


def _id(value: Rule | Scene) -> str:
    return f"{value.page}-{value.number}" if isinstance(value, Scene) else value.name


@pytest.mark.parametrize("scene", SCENES, ids=_id)
def test_a_page_s_rules_find_what_its_scenes_say(scene: Scene, tmp_path: Path) -> None:
    """On a page's scenes all rules about steps find just what the lines say."""
    places, findings = scene.judged(tmp_path)
    assert places == scene.expected, [item.message for item in findings]


@pytest.mark.parametrize("rule", RULES, ids=_id)
def test_a_rule_is_shown_to_fire_and_to_be_silent(rule: Rule) -> None:
    """A page has a scene in which its rule finds something, and one in which it does not."""
    own = [scene for scene in SCENES if scene.page == rule.name]
    firing = [any(expected == rule.name for expected, _, _ in scene.expected) for scene in own]
    assert any(firing)
    assert not all(firing)
