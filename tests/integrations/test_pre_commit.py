# SPDX-License-Identifier: GPL-2.0-or-later
"""This module runs our hooks under the real pre-commit, as the page configures them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.integrations.conftest import BAD, KVM, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integrations.conftest import Kernel

pytestmark = pytest.mark.packaging


@pytest.fixture(scope="module")
def pre_commit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """pre-commit's own command, in an environment of its own."""
    folder = tmp_path_factory.mktemp("pre-commit")
    outside = Path(sys.base_prefix, "bin/python3")
    command = (ROOT / "tools/venv", outside, folder / "venv", "pre-commit")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "venv/bin/pre-commit"


@pytest.fixture
def hooked(
    calm: Kernel,
    pre_commit: Path,
    snippet: Callable[[str], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Kernel:
    """The tree with the page's configuration, our last commit standing for a release."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{Path(sys.base_prefix, 'bin')}:{os.environ['PATH']}")
    head = ["git", "rev-parse", "HEAD"]
    done = subprocess.run(head, cwd=ROOT, capture_output=True, text=True, check=True)
    text = re.sub(r"repo: \S+", f"repo: {ROOT}", snippet("pre-commit"))
    text = re.sub(r"rev: \S+", f"rev: {done.stdout.strip()}", text)
    (calm.path / ".pre-commit-config.yaml").write_text(text, encoding="utf-8")
    calm.run(pre_commit, "install")
    return calm


def test_the_hooks_stop_what_a_commit_adds(hooked: Kernel) -> None:
    """A bad record stops a commit by name in both hooks; a good one passes."""
    hooked.append(KVM, BAD)
    stopped = hooked.shell("git commit -q -m 'a bad record' 2>&1", 1)
    for hook in ("lint", "review"):
        (said,) = re.findall(rf"hook id: abicheck-{hook}\n(?s:.*?)(?=\n\nabicheck|\Z)", stopped)
        assert "struct kvm_thing.where" in said
    header = hooked.path / KVM
    mended = header.read_text(encoding="utf-8").replace("__u64 where", "__u32 where")
    header.write_text(mended, encoding="utf-8")
    hooked.run("git", "add", KVM)
    hooked.run("git", "commit", "-q", "-m", "a good record")


def test_the_hooks_leave_others_alone(hooked: Kernel) -> None:
    """A commit that touches no uapi header runs neither."""
    hooked.append("README", "Read me.\n")
    told = hooked.shell("git commit -m 'a file' 2>&1")
    assert told.count("no files to check") == 2
