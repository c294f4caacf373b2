# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests reviews in a repository that somebody else writes to, owns or closes."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from abicheck.engine import since
from abicheck.engine.review import commits
from abicheck.vcs.commits import commits_between
from abicheck.vcs.index import IndexTree
from tests.review.conftest import KVM
from tests.review.test_review import ANCHOR, HOLE, NAMED

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.vcs.repository import Repository
    from tests.review.conftest import Kernel
    from tests.review.test_review import Run

NEW = "include/uapi/linux/probe.h"


def test_an_index_that_changes_is_read_again(
    kernel: Kernel, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is staged while a review reads the index is in the tree and in the list of files."""
    kernel.branch("topic", "mainline")
    kernel.write(NEW, "#include <linux/types.h>\n" + HOLE)
    read = 0

    def meddled(repository: Repository, folder: str) -> IndexTree:
        nonlocal read
        read += 1
        tree = IndexTree(repository, folder)
        if read == 1:
            kernel.git("add", NEW)
        return tree

    monkeypatch.setattr(commits, "IndexTree", meddled)
    done = run("review", "--staged", "--format", "json")
    report = json.loads(done.out)["whole"]
    assert read == 2
    assert report["not_checked"] == []
    assert "u64-compat-offset" in {item["rule"] for item in report["findings"]}


def test_an_index_that_never_rests_is_said_to(
    kernel: Kernel, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A review gives up in one line where each reading finds another index."""
    kernel.branch("topic", "mainline")

    def meddled(repository: Repository, folder: str) -> IndexTree:
        tree = IndexTree(repository, folder)
        kernel.write(NEW, f"{HOLE}/* {os.urandom(8).hex()} */\n")
        kernel.git("add", NEW)
        return tree

    monkeypatch.setattr(commits, "IndexTree", meddled)
    done = run("review", "--staged")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "the index changes again and again" in done.err


def test_lint_takes_the_index_that_it_has_read(
    kernel: Kernel, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A header that is staged after the index was read is no header that cannot be found."""
    kernel.branch("topic", "mainline")
    kernel.replace(KVM, ANCHOR, HOLE + ANCHOR)
    kernel.git("add", KVM)
    asked = since.staged_headers

    def late(*arguments: object) -> tuple[str, ...]:
        kernel.write(NEW, HOLE)
        kernel.git("add", NEW)
        return asked(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("abicheck.engine.lint.staged_headers", late)
    done = run("lint", "--staged", "--since", "HEAD", "--format", "terse")
    assert done.code == 1, done.err
    assert KVM in done.out
    assert NEW not in done.out


def test_a_locked_index_is_read(kernel: Kernel, run: Run) -> None:
    """A lock that another git holds stops nobody who only reads."""
    kernel.branch("topic", "mainline")
    kernel.replace(KVM, ANCHOR, HOLE + ANCHOR)
    kernel.git("add", KVM)
    expected = run("review", "--staged")
    assert expected.code == 1
    (kernel.path / ".git/index.lock").touch()
    assert run("review", "--staged") == expected
    assert sorted(path.name for path in (kernel.path / ".git").glob("*.lock")) == ["index.lock"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_stranger_s_repository_is_told(kernel: Kernel, run: Run, tmp_path: Path) -> None:
    """Where git does not trust a repository, patches are judged without it, and that is said."""
    (tmp_path / "x.mbox").write_text(kernel.git("format-patch", "-1", "--stdout"))
    for path in (kernel.path, kernel.path / ".git"):
        os.chown(path, 65534, 65534)
    done = run("review", str(tmp_path / "x.mbox"))
    assert "git does not trust this repository" in " ".join(done.out.split())
    refused = run("review", "HEAD")
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "safe.directory" in refused.err


def test_a_branch_that_moves_is_read_where_it_was(
    kernel: Kernel, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The steps of a range and the range as one end at one commit, whoever commits meanwhile."""
    kernel.branch("topic", "mainline")
    kernel.replace(KVM, ANCHOR, HOLE + ANCHOR)
    kernel.commit("kvm: probe")
    asked = commits_between

    def meddled(repository: Repository, old: str, new: str) -> object:
        kernel.replace(KVM, HOLE, NAMED)
        kernel.commit("kvm: name the hole")
        return asked(repository, old, new)

    monkeypatch.setattr(commits, "commits_between", meddled)
    report = json.loads(run("review", "mainline..topic", "--format", "json").out)
    assert len(report["steps"]) == 1
    assert "u64-compat-offset" in {item["rule"] for item in report["whole"]["findings"]}


def test_a_cut_off_commit_is_no_first_one(
    kernel: Kernel, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit whose parent a shallow clone lacks is not told as if it brought everything."""
    kernel.git("clone", "--quiet", "--depth", "1", f"file://{kernel.path}", str(tmp_path / "cut"))
    monkeypatch.chdir(tmp_path / "cut")
    done = run("review", "HEAD")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "HEAD: its parent is not here; the clone is shallow" in done.err
