# SPDX-License-Identifier: GPL-2.0-or-later
"""This module has a kernel tree with a bad commit, our command on PATH, and the page's snippets."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/integrations.md"
KVM = "include/uapi/linux/kvm.h"
BAD = "struct kvm_thing {\n\t__u32 kind;\n\t__u64 where;\n};\n"
"""Its second member is elsewhere for i386 programs."""


class Kernel:
    """A repository: the fixture kernel on master and v6.1, a topic with three commits on top."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def run(self, *command: str | Path, code: int | None = 0, text: str = "") -> str:
        """What a command prints in the tree; AssertionError where it exits otherwise."""
        done = subprocess.run(
            command, cwd=self.path, input=text, capture_output=True, text=True, check=False
        )
        assert code is None or done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def shell(
        self, script: str, code: int | None = 0, variables: Mapping[str, str] | None = None
    ) -> str:
        """What a script prints, with more variables; it stops where a command fails."""
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=self.path,
            env={**os.environ, **(variables or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert code is None or done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def append(self, path: str, text: str) -> None:
        """Adds to a file, and stages it."""
        with (self.path / path).open("a", encoding="utf-8") as file:
            file.write(text)
        self.run("git", "add", path)

    def commit(self, subject: str) -> str:
        """Commits what is staged, and says its id."""
        self.run("git", "commit", "-q", "-s", "-m", f"{subject}\n\nIt is needed.")
        return self.run("git", "rev-parse", "HEAD").strip()


def _start(path: Path, fixture_tree: Path) -> Kernel:
    shutil.copytree(fixture_tree, path)
    kernel = Kernel(path)
    kernel.run("git", "init", "-q", "-b", "master")
    kernel.run("git", "config", "user.name", "A Developer")
    kernel.run("git", "config", "user.email", "developer@example.org")
    kernel.run("git", "add", "-A")
    kernel.commit("everything")
    kernel.run("git", "tag", "v6.1")
    return kernel


@pytest.fixture
def kernel(tmp_path: Path, fixture_tree: Path) -> Kernel:
    """The tree with topic checked out: a good header, a bad one, and something else."""
    made = _start(tmp_path / "kernel", fixture_tree)
    made.run("git", "checkout", "-q", "-b", "topic")
    made.run("git", "branch", "-q", "--set-upstream-to=master")
    made.append(KVM, "#define KVM_FINE 1\n")
    made.commit("KVM: a fine constant")
    made.append(KVM, BAD)
    made.commit("KVM: a thing")
    made.append("README", "Read me.\n")
    made.commit("docs: a file")
    return made


@pytest.fixture
def calm(tmp_path: Path, fixture_tree: Path) -> Kernel:
    """The tree as it is, on master."""
    return _start(tmp_path / "calm", fixture_tree)


@pytest.fixture(autouse=True)
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``abicheck`` on PATH is the one of this checkout, whatever else is installed."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m abicheck "$@"\n'
    (folder / "abicheck").write_text(script)
    (folder / "abicheck").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


@pytest.fixture(scope="session")
def snippet() -> Callable[[str], str]:
    """The code that stands below a heading of the page."""
    return lambda heading: snippets()[heading]


def snippets() -> dict[str, str]:
    """All code of the page, by heading; a section has one piece of it, or none."""
    found = {}
    for section in re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        heading = section.partition("\n")[0]
        for code in re.findall(r"^```\w+\n(.*?)^```$", section, re.MULTILINE | re.DOTALL):
            assert heading not in found
            found[heading] = code
    return found


@pytest.fixture(scope="session")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with b4 and check-jsonschema from the package index."""
    folder = tmp_path_factory.mktemp("foreign")
    outside = Path(sys.base_prefix, "bin/python3")
    wanted = ("b4", "check-jsonschema")
    done = subprocess.run(
        [ROOT / "tools/venv", outside, folder / "venv", *wanted],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "venv/bin"
