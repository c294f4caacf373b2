# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads the scenes of pages about backports and about collisions with rivals.

A scene is one header in several states, each a C block that says which: ``upstream``, ``fix``,
``branch``, ``backport``; or ``before``, ``rival``, ``change``. The last one says what is expected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from tests.vcs.repos import create, git

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abicheck.model import Rule

HEADER = "include/uapi/linux/kvm.h"
_STATES = {
    "backport": ("upstream", "fix", "branch", "backport"),
    "collision": ("before", "rival", "change"),
}
_EXPECT = re.compile(r"\s*//\s*expect:\s*([a-z-]+)")
_FORKED = 2
"""The state that is the first of the other branch."""
_FIRST = "#include <linux/types.h>\n"


@dataclass(frozen=True)
class Scene:
    """One header in several states."""

    page: str
    number: int
    texts: tuple[str, ...]

    @property
    def expected(self) -> list[tuple[str, int]]:
        """Rule and line of what is found in the last state."""
        lines = enumerate(f"{_FIRST}{self.texts[-1]}".split("\n"), 1)
        return [(match[1], number) for number, line in lines for match in _EXPECT.finditer(line)]

    def commit(self, folder: Path) -> tuple[str, ...]:
        """The arguments that review the last state, in a new repository that is gone into."""
        create(folder)
        header = folder / HEADER
        header.parent.mkdir(parents=True)
        (folder / "Kbuild").touch()
        (folder / ".abicheck.toml").write_text("")
        for number, text in enumerate(self.texts):
            if number == _FORKED:
                git(folder, "checkout", "--quiet", "-b", "branch", "HEAD~1")
            header.write_text(_FIRST + _EXPECT.sub("", text))
            git(folder, "add", ".")
            picked = _picked(folder) if number > _FORKED else ""
            git(folder, "commit", "--quiet", "--allow-empty", "-m", f"kvm: {number}{picked}")
            if number == 1:
                git(folder, "branch", "other")
        if len(self.texts) > _FORKED + 1:
            return ("--onto", "branch", "--upstream", "other", "HEAD")
        (folder / ".abicheck.toml").write_text('rivals = ["other"]\n')
        return ("HEAD",)


def _picked(folder: Path) -> str:
    key = git(folder, "rev-parse", "other").decode().strip()
    return f"\n\n(cherry picked from commit {key})"


def scenes(rule: Rule) -> Iterator[Scene]:
    """The scenes of a rule's page, in order."""
    tokens = MarkdownIt().parse((rule.folder / "README.md").read_text(encoding="utf-8"))
    blocks = [token for token in tokens if token.type == "fence"]
    states = _STATES[rule.scope]
    for at in range(0, len(blocks), len(states)):
        group = blocks[at : at + len(states)]
        assert tuple(token.info.partition(" ")[2] for token in group) == states
        yield Scene(rule.name, at // len(states) + 1, tuple(token.content for token in group))
