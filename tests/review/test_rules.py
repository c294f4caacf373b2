# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the rules about backports and collisions: their pages, and their levels."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from abicheck.datafiles import shipped
from abicheck.model import Severity
from abicheck.model.claims import CollisionKind
from abicheck.rulebook import read_rules
from tests.review.pages import Scene, scenes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from abicheck.model import Rule
    from tests.cli.conftest import Done

    Run = Callable[..., Done]

RULES = [rule for rule in read_rules().rules if rule.scope in ("backport", "collision")]
SCENES = [scene for rule in RULES for scene in scenes(rule)]


def _id(value: Rule | Scene) -> str:
    return f"{value.page}-{value.number}" if isinstance(value, Scene) else value.name


def _results(run: Run, *arguments: str) -> tuple[int, list[dict[str, object]]]:
    done = run("review", *arguments, "--format", "sarif")
    return done.code, json.loads(done.out)["runs"][0]["results"]


def _found(run: Run, *arguments: str) -> list[tuple[object, int]]:
    names = {rule.name for rule in RULES}
    quiet = {rule.name for rule in RULES if rule.severity is Severity.NOTE}
    return [
        (result["ruleId"], result["locations"][0]["physicalLocation"]["region"]["startLine"])  # type: ignore[index]
        for result in _results(run, *arguments)[1]
        if result["ruleId"] in names and (result["level"] != "note" or result["ruleId"] in quiet)
    ]


@pytest.mark.parametrize("scene", SCENES, ids=_id)
def test_a_page_s_rules_find_what_its_scenes_say(
    scene: Scene, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule finds something on just the lines of its page's last blocks that say so."""
    arguments = scene.commit(tmp_path / "kernel")
    monkeypatch.chdir(tmp_path / "kernel")
    found = [one for one in _found(run, *arguments) if one[0] == scene.page]
    assert found == scene.expected


@pytest.mark.parametrize("rule", RULES, ids=_id)
def test_a_rule_is_shown_to_fire_and_to_be_silent(rule: Rule) -> None:
    """A page has a scene in which its rule finds something, and one in which it does not."""
    firing = [bool(scene.expected) for scene in SCENES if scene.page == rule.name]
    assert any(firing)
    assert not all(firing)


@pytest.mark.parametrize("rule", RULES, ids=_id)
def test_configuration_sets_their_levels(
    rule: Rule, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a finding is a note, or gone, where configuration says so; SARIF knows its rule."""
    scene = next(s for s in SCENES if s.page == rule.name and s.expected)
    arguments = scene.commit(tmp_path / "kernel")
    monkeypatch.chdir(tmp_path / "kernel")
    config = tmp_path / "kernel/.abicheck.toml"
    before = config.read_text()
    for level, expected in (("note", ["note"]), ("off", [])):
        config.write_text(f'{before}[rules]\n{rule.name} = "{level}"\n')
        own = [r for r in _results(run, *arguments)[1] if r["ruleId"] == rule.name]
        assert [result["level"] for result in own] == expected
        assert all("ruleIndex" in result for result in own)


@pytest.mark.parametrize("name", ["backport-number-differs", "number-collision"])
def test_one_rule_alone(
    name: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a user names a rule, no other one finds anything."""
    scene = next(s for s in SCENES if s.page == name and s.expected)
    arguments = scene.commit(tmp_path / "kernel")
    monkeypatch.chdir(tmp_path / "kernel")
    for asked, expected in ((name, {name}), ("spdx-syscall-note", set())):
        results = _results(run, *arguments, "--rule", asked)[1]
        assert {result["ruleId"] for result in results} - {"spdx-syscall-note"} == expected


def test_what_only_looks_like_a_collision_stays_a_note(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number that is taken by the name it was kept for is no error, whatever level is set."""
    scene = next(s for s in SCENES if s.page == "reservation-fulfilled")
    arguments = scene.commit(tmp_path / "kernel")
    monkeypatch.chdir(tmp_path / "kernel")
    config = tmp_path / "kernel/.abicheck.toml"
    config.write_text(f'{config.read_text()}[rules]\nreservation-fulfilled = "error"\n')
    own = [r for r in _results(run, *arguments)[1] if r["ruleId"] == scene.page]
    assert [result["level"] for result in own] == ["note"]


def test_every_rule_that_is_named_in_code_has_a_page() -> None:
    """Names that findings are made with, by whatever part, are names of rules."""
    names = {rule.name for rule in read_rules().rules}
    source = shipped().parent / "abicheck"
    told = {
        match
        for path in source.rglob("*.py")
        for match in re.findall(r'(?:rule=|finding\()"([a-z0-9-]+)"', path.read_text())
    }
    assert told
    assert told | {kind.rule for kind in CollisionKind} <= names
