# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads the scenes of pages about reviews and has them judged.

A scene is a tree, made of the blocks that say ``path=``, and the ``diff`` block that follows
them, applied by git. ``// expect: rule-name`` at the end of a line says that the rule finds
something on it, in the tree after the patch. A page may have several scenes.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from abicheck.checks.review.facts import StepFacts
from abicheck.engine.rules import Judge
from abicheck.review.boundaries import read_boundaries
from abicheck.review.interfaces import read_interfaces
from abicheck.review.patches import read_patch
from abicheck.review.steps import Step
from abicheck.rulebook import read_rules
from abicheck.vcs.directory import DirectoryTree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from abicheck.model import Finding, Rule

_EXPECT = re.compile(r"\s*//\s*expect:\s*([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)$", re.MULTILINE)
_PATH = re.compile(r"\bpath=(\S+)")
_NEW = re.compile(r"^\+\+\+ (?:b/)?(\S+)")

Place = tuple[str, str, str]
"""Rule, path, and the line's text without blanks around it."""


@dataclass(frozen=True)
class Scene:
    """A tree and a patch to it, with what rules find after it."""

    page: str
    number: int
    files: Mapping[str, str]
    patch: str

    @property
    def expected(self) -> frozenset[Place]:
        """What the comments say that rules find."""
        found: set[Place] = set()
        for path, text in self.files.items():
            found.update(_expected(path, text.split("\n")))
        path = ""
        for line in self.patch.split("\n"):
            path = match[1] if (match := _NEW.match(line)) else path
            if not line.startswith("-"):
                found.update(_expected(path, [line[1:]]))
        return frozenset(found)

    def judged(self, folder: Path) -> tuple[frozenset[Place], tuple[Finding, ...]]:
        """Where all rules about steps find something, and what."""
        old, new = folder / "old", folder / "new"
        for path, text in self.files.items():
            (old / path).parent.mkdir(parents=True, exist_ok=True)
            (old / path).write_text(_EXPECT.sub("", text), encoding="utf-8")
        old.mkdir(exist_ok=True)
        shutil.copytree(old, new)
        patch = _EXPECT.sub("", self.patch).encode()
        apply = ["git", "apply", "--whitespace=nowarn", "-"]
        subprocess.run(apply, cwd=new, input=patch, check=True)
        step = Step(
            title="a step",
            commit=None,
            message="a step",
            message_id=None,
            author="somebody",
            old=DirectoryTree(old, "old"),
            new=DirectoryTree(new, "new"),
            files=read_patch(patch),
        )
        findings = judged(step)
        return frozenset(_place(item, new) for item in findings), findings


def judged(step: Step) -> tuple[Finding, ...]:
    """What all rules about steps say about one."""
    rules = [rule for rule in read_rules().rules if rule.scope == "review"]
    facts = StepFacts(step=step, interfaces=read_interfaces(), boundaries=read_boundaries())
    return tuple(Judge(rules).step(facts))


def _expected(path: str, lines: list[str]) -> Iterator[Place]:
    for line in lines:
        match = _EXPECT.search(line)
        if match is not None:
            for rule in match[1].split(","):
                yield rule.strip(), path, _EXPECT.sub("", line).strip()


def _place(finding: Finding, tree: Path) -> Place:
    lines = (tree / finding.span.path).read_text(encoding="utf-8").split("\n")
    return finding.rule, finding.span.path, lines[finding.span.line - 1].strip()


def scenes(rule: Rule) -> Iterator[Scene]:
    """The scenes of a rule's page, in order."""
    files: dict[str, str] = {}
    number = 0
    for token in MarkdownIt().parse((rule.folder / "README.md").read_text(encoding="utf-8")):
        if token.type != "fence":
            continue
        path = _PATH.search(token.info)
        if path is not None:
            files[path[1]] = token.content
        elif token.info.split()[:1] == ["diff"]:
            number += 1
            yield Scene(rule.name, number, files, token.content)
            files = {}
