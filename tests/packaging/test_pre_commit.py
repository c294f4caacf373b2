# SPDX-License-Identifier: GPL-2.0-or-later
"""This module runs our hook under the real pre-commit, in a repository of the fixture kernel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """\
repos:
  - repo: {root}
    rev: {commit}
    hooks:
      - id: abicheck-lint
"""
BAD = "struct kvm_thing {\n\t__u32 kind;\n\t__u64 where;\n};\n"
KVM = Path("include/uapi/linux/kvm.h")


def _run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def pre_commit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """pre-commit's own command, in an environment of its own."""
    folder = tmp_path_factory.mktemp("pre-commit")
    outside = Path(sys.base_prefix, "bin/python3")
    done = _run(ROOT / "tools/venv", outside, folder / "venv", "pre-commit", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "venv/bin/pre-commit"


def test_the_hook_stops_what_a_commit_adds(
    pre_commit: Path, fixture_tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit that adds a bad record is stopped by name; one that adds nothing bad passes."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{Path(sys.base_prefix, 'bin')}:{os.environ['PATH']}")
    commit = _run("git", "rev-parse", "HEAD", cwd=ROOT).stdout.strip()
    kernel = tmp_path / "kernel"
    shutil.copytree(fixture_tree, kernel)
    text = CONFIG.format(root=ROOT, commit=commit)
    (kernel / ".pre-commit-config.yaml").write_text(text, encoding="utf-8")
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "all of it")):
        assert _run("git", *command, cwd=kernel).returncode == 0
    assert _run(pre_commit, "install", cwd=kernel).returncode == 0
    with (kernel / KVM).open("a", encoding="utf-8") as header:
        header.write(BAD)
    assert _run("git", "add", KVM, cwd=kernel).returncode == 0
    stopped = _run("git", "commit", "-q", "-m", "a bad record", cwd=kernel)
    assert stopped.returncode == 1
    assert "struct kvm_thing.where" in stopped.stdout + stopped.stderr
    mended = (kernel / KVM).read_text(encoding="utf-8").replace("__u64 where", "__u32 where")
    (kernel / KVM).write_text(mended, encoding="utf-8")
    assert _run("git", "add", KVM, cwd=kernel).returncode == 0
    passed = _run("git", "commit", "-q", "-m", "a good record", cwd=kernel)
    assert passed.returncode == 0, passed.stdout + passed.stderr
