# SPDX-License-Identifier: GPL-2.0-or-later
"""This module makes a repository with a kernel of a few headers, and runs the command in it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from abicheck.cli import main
from abicheck.config import Config
from abicheck.engine.lint import LintRequest, lint
from abicheck.rulebook import read_rules

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.model import LintReport

NEW = "struct kvm_thing {\n\t__u32 kind;\n\t__u64 where;\n};\n"
"""A record that i386 lays out otherwise."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """A work tree of the fixture kernel, with everything committed."""

    root: Path
    capture: pytest.CaptureFixture[str]

    def git(self, *arguments: str) -> None:
        """Runs git in the work tree."""
        subprocess.run(["git", *arguments], cwd=self.root, check=True, capture_output=True)

    def append(self, path: str, text: str) -> None:
        """Adds text to a file, which need not exist."""
        with (self.root / path).open("a", encoding="utf-8") as file:
            file.write(text)

    def commit(self, message: str) -> None:
        """Commits all that changed."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def lint(self, *arguments: str) -> tuple[int, list[str]]:
        """(exit code, the lines on standard output) of ``abicheck lint`` in the work tree."""
        code = main(["lint", "--format", "terse", "--rule", "u64-compat-offset", *arguments])
        return code, self.capture.readouterr().out.splitlines()

    def report(self, rev: str, path: str) -> LintReport:
        """What ``abicheck lint --since REV PATH`` finds, as a value."""
        request = LintRequest(
            paths=(path,), since=rev, rulebook=read_rules(), config=Config(), jobs=1
        )
        return lint(request)


@pytest.fixture
def kernel(
    tmp_path: Path,
    fixture_tree: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Kernel:
    """A committed copy of the fixture kernel, which is the current folder."""
    root = tmp_path / "kernel"
    shutil.copytree(fixture_tree, root)
    made = Kernel(root, capsys)
    made.git("init", "-q", "-b", "main")
    made.commit("all of it")
    monkeypatch.chdir(root)
    return made
