# SPDX-License-Identifier: GPL-2.0-or-later
"""This module makes repositories to review: the fixture history, and what a test adds to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import recorded, run
from tests.vcs.repos import git
from tools.history import load

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["kernel", "recorded", "run"]

KVM = "include/uapi/linux/kvm.h"


@dataclass(frozen=True, slots=True)
class Kernel:
    """A work tree of the fixture history, for a test to commit to."""

    path: Path

    def git(self, *arguments: str) -> str:
        """What a git command prints."""
        return git(self.path, *arguments).decode()

    def branch(self, name: str, start: str) -> None:
        """Goes to a new branch."""
        self.git("checkout", "--quiet", "-B", name, start)

    def replace(self, path: str, old: str, new: str) -> None:
        """Puts a text in place of one that is there once."""
        file = self.path / path
        text = file.read_text()
        assert text.count(old) == 1, (old, text.count(old))
        file.write_text(text.replace(old, new))

    def write(self, path: str, text: str) -> None:
        """Makes a file."""
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def commit(self, message: str) -> str:
        """Commits everything; the commit's id."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD").strip()

    def series(self, where: Path, span: str, *options: str) -> list[Path]:
        """The mails that ``git format-patch`` makes of a range."""
        self.git("format-patch", "--quiet", *options, "--output-directory", str(where), span)
        return sorted(where.iterdir())


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kernel:
    """The history of system_event with a work tree at mainline, as the current folder."""
    path = tmp_path / "kernel"
    load("system-event", path)
    monkeypatch.chdir(path)
    return Kernel(path)
