# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds that git, as we run it, executes nothing, asks nobody and always ends."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from abicheck.errors import InputError
from abicheck.vcs import git
from abicheck.vcs.history import introduction
from abicheck.vcs.index import IndexTree
from abicheck.vcs.repository import Repository
from abicheck.vcs.revision import RevisionTree
from tests.vcs import repos

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def where(tmp_path: Path) -> Path:
    """A repository with two commits, the second one staged and checked out."""
    where = repos.create(tmp_path / "repository")
    repos.commit(where, {b"include/a.h": b"one\n"})
    repos.commit(where, {b"include/a.h": b"one\ntwo\n", b"b.h": b"b\n"})
    repos.git(where, "reset", "--quiet", "--hard")
    return where


@pytest.fixture
def repository(where: Path) -> Iterator[Repository]:
    """That repository, opened."""
    opened = Repository.discover(where)
    yield opened
    opened.close()


def test_nothing_a_repository_configures_is_run(where: Path, tmp_path: Path) -> None:
    """No hook, monitor, filter, diff driver, pager, signature check or fetch command is run."""
    trap = tmp_path / "trap"
    witness = tmp_path / "sprung"
    trap.write_text(f"#!/bin/sh\necho $0 $@ >> {witness}\nexit 1\n")
    trap.chmod(0o755)
    hooks = where / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-index-change", "fsmonitor-watchman", "pre-auto-gc", "reference-transaction"):
        (hooks / hook).symlink_to(trap)
    for name in (
        *("core.fsmonitor", "core.pager", "core.sshCommand", "core.alternateRefsCommand"),
        *("core.askPass", "core.editor", "core.gitProxy", "credential.helper", "gpg.program"),
        *("diff.external", "diff.trap.textconv", "diff.trap.command", "filter.trap.clean"),
        *("filter.trap.smudge", "filter.trap.process", "pager.log", "pager.diff-tree"),
        *("sequence.editor", "uploadpack.packObjectsHook", "gpg.ssh.program"),
    ):
        repos.git(where, "config", name, str(trap))
    repos.git(where, "config", "log.showSignature", "true")
    (where / ".git/info").mkdir(exist_ok=True)
    (where / ".git/info/attributes").write_text("* diff=trap filter=trap\n")
    # A stale time stamp makes a git that refreshes the index read (and filter) the file.
    os.utime(where / "b.h", (1, 1))

    opened = Repository.discover(where)
    tree = RevisionTree(opened, "main")
    assert tree.read_many(tree.files()) == {"b.h": b"b\n", "include/a.h": b"one\ntwo\n"}
    assert IndexTree(opened).files() == ("b.h", "include/a.h")
    assert [change.path for change in opened.changes("main~1", "main")] == ["b.h", "include/a.h"]
    assert opened.staged_changes() == ()
    assert introduction(opened, "two", "main") is not None
    assert opened.merge_base("main", "main~1") is not None
    signed = _signed(where)
    assert introduction(opened, "two", signed) is not None
    opened.close()
    assert not witness.exists(), witness.read_text()


def _signed(where: Path) -> str:
    """The id of a commit that carries a signature and brings "two" in."""
    commit = repos.git(where, "cat-file", "commit", "main")
    signature = b"gpgsig -----BEGIN PGP SIGNATURE-----\n \n eA==\n -----END PGP SIGNATURE-----\n"
    text = commit.replace(b"\n\n", b"\n" + signature + b"\n", 1)
    arguments = ("hash-object", "-t", "commit", "-w", "--stdin")
    return repos.git(where, *arguments, text=text).decode().strip()


def test_nothing_is_written(where: Path, repository: Repository) -> None:
    """Reading all there is changes no file of the repository, not even the index's time."""

    def state() -> dict[str, tuple[int, int]]:
        paths = sorted(path for path in where.rglob("*") if path.is_file())
        return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in paths}

    os.utime(where / "b.h", (1, 1))
    before = state()
    IndexTree(repository).read_many(["b.h"])
    repository.staged_changes()
    RevisionTree(repository, "main").files()
    assert state() == before


class TestPatience:
    """A git that does not answer is given up."""

    @pytest.fixture
    def slow(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A git that never says anything."""
        folder = tmp_path / "bin"
        folder.mkdir()
        (folder / "git").write_text(f"#!{sys.executable}\nimport time\ntime.sleep(3600)\n")
        (folder / "git").chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        monkeypatch.setattr(git, "PATIENCE", 0.05)
        return tmp_path

    def test_a_silent_command_is_given_up(self, slow: Path) -> None:
        """A command that stays silent is one clear error."""
        with pytest.raises(InputError, match=r"has not answered for 0\.05 seconds"):
            git.run(("log",), slow, dict(os.environ), 0.05)

    def test_a_silent_reader_is_given_up(self, slow: Path) -> None:
        """A cat-file that stays silent is one clear error."""
        reader = git.CatFile(("--batch",), slow, dict(os.environ))
        with pytest.raises(InputError, match="has not answered"):
            list(reader.ask([b"HEAD"]))


def test_output_is_bounded(where: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that prints without end is stopped with one clear error."""
    monkeypatch.setattr(git, "MAX_OUTPUT", 10)
    with pytest.raises(InputError, match="prints more than"):
        git.run(("rev-parse", "--absolute-git-dir"), where, dict(os.environ))


def test_no_git_is_an_error(where: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git on PATH there is one clear error."""
    monkeypatch.setenv("PATH", str(where))
    with pytest.raises(InputError, match="git is not installed, or not on PATH"):
        Repository.discover(where)


@pytest.mark.parametrize("folder", [".", "", "bin"])
def test_a_git_inside_the_tree_is_never_run(
    where: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    """A program called git in the tree is not taken for git, even with . on PATH."""
    witness = where / "sprung"
    trap = where / folder / "git"
    trap.parent.mkdir(exist_ok=True)
    trap.write_text(f"#!/bin/sh\ntouch {witness}\n")
    trap.chmod(0o755)
    monkeypatch.chdir(where)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    opened = Repository.discover(where)
    assert opened.resolve("main")
    opened.close()
    assert not witness.exists()


def test_errors_are_one_printable_line() -> None:
    """Git's complaint loses its other lines, its prefix and its terminal escapes."""
    told = git.one_line("warning: x\nfatal: bad \x1b[31mobject\nhint: y\n")
    assert told == "git: bad ?[31mobject"
    assert git.one_line("") == "git: it gave no reason"


def _children() -> set[str]:
    """The processes whose parent is this one, other tests' included."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            _, parent = path.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == os.getpid():
                found.add(path.parent.name)
    return found


class TestCatFile:
    """One process answers many questions, for whoever asks."""

    def test_many_names_at_once_do_not_jam(self, repository: Repository) -> None:
        """Thousands of questions, with answers larger than a pipe, are answered in order."""
        key = RevisionTree(repository, "main").blob("b.h")
        names = [f"main:{'x' * 800}{number}" for number in range(3000)]
        found = repository.blobs([*names, "main:b.h"])
        assert found["main:b.h"] == key
        assert len(found) == 3001

    def test_threads_may_ask_together(self, repository: Repository) -> None:
        """Questions from several threads do not mix up their answers."""
        failures: list[object] = []

        def ask(path: str, text: bytes) -> None:
            tree = RevisionTree(repository, "main")
            failures.extend(1 for _ in range(60) if tree.read(path) != text)

        texts = {"b.h": b"b\n", "include/a.h": b"one\ntwo\n"}
        threads = [threading.Thread(target=ask, args=pair) for pair in list(texts.items()) * 3]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []

    def test_a_forked_child_asks_for_itself(self, repository: Repository) -> None:
        """A child of a fork gets its own answers and leaves its parent's process alone."""
        tree = RevisionTree(repository, "main")
        assert tree.read("b.h") == b"b\n"
        child = os.fork()
        if child == 0:
            right = all(tree.read("include/a.h") == b"one\ntwo\n" for _ in range(50))
            repository.close()
            os._exit(0 if right else 1)
        mine = all(tree.read("b.h") == b"b\n" for _ in range(50))
        assert os.waitpid(child, 0)[1] == 0
        assert mine
        assert tree.read("b.h") == b"b\n"

    def test_a_reader_that_dies_is_an_error_and_comes_back(
        self, where: Path, repository: Repository
    ) -> None:
        """A damaged object is one clear error, after which other objects can still be read."""
        tree = RevisionTree(repository, "main")
        key = repos.git(where, "hash-object", "-w", "--stdin", text=b"loose\n").decode().strip()
        loose = where / ".git/objects" / key[:2] / key[2:]
        loose.chmod(0o644)
        loose.write_bytes(b"damaged")
        with pytest.raises(InputError, match="git"):
            repository.contents([key])
        assert tree.read("b.h") == b"b\n"

    def test_closing_leaves_no_process(self, where: Path) -> None:
        """A closed repository has no child left, and can be used again."""
        others = _children()
        opened = Repository.discover(where)
        opened.resolve("main")
        assert _children() - others
        opened.close()
        assert not _children() - others
        assert opened.resolve("main")
        opened.close()
