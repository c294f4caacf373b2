# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds that history answers as git's own commands do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.errors import InputError, UsageError
from abicheck.vcs.history import Introduction, Ref, commits, introduction, refs, tags_with, upstream
from abicheck.vcs.repository import Repository
from tests.vcs.repos import commit, create, git, line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LINE = b"#define KVM_CAP_SYSTEM_EVENT_DATA 215\n"


@pytest.fixture
def where(tmp_path: Path) -> Path:
    """Five commits of a header; the third brings a line in, the fifth takes it out again."""
    where = create(tmp_path / "repository")
    texts = [b"one\n", b"two\n", b"two\n" + _LINE, b"two\n" + _LINE + b"three\n", b"two\n"]
    for number, text in enumerate(texts):
        files = {b"include/kvm.h": text, b"other": b"%d" % (number // 2)}
        key = commit(where, files, message=f"change {number}", when=1_650_000_000 + number)
        git(where, "tag", f"v5.{number}", key)
    git(where, "tag", "-a", "-m", "x", "v5.3-rc1", "v5.2")
    return where


@pytest.fixture
def repository(where: Path) -> Iterator[Repository]:
    """That repository, opened."""
    opened = Repository.discover(where)
    yield opened
    opened.close()


class TestRefs:
    """Refs are listed with the commits they lead to."""

    def test_refs_lead_to_commits(self, where: Path, repository: Repository) -> None:
        """Branches and tags, annotated ones too, come sorted with their commits."""
        git(where, "tag", "a-tree", "v5.0^{tree}")
        git(where, "tag", "a-blob", "v5.0:other")
        assert refs(repository) == tuple(
            Ref(name, line(where, "rev-parse", f"{name}^{{commit}}"))
            for name in (
                *("refs/heads/main", "refs/tags/v5.0", "refs/tags/v5.1", "refs/tags/v5.2"),
                *("refs/tags/v5.3", "refs/tags/v5.3-rc1", "refs/tags/v5.4"),
            )
        )

    @pytest.mark.parametrize("pattern", ["refs/heads", "refs/heads/main", "refs/heads/m*"])
    def test_patterns_choose(self, repository: Repository, pattern: str) -> None:
        """A folder, a full name and a glob choose refs."""
        assert [ref.name for ref in refs(repository, pattern)] == ["refs/heads/main"]

    @pytest.mark.parametrize("pattern", ["--format=x", "-h", "", "main", "refs/\nx"])
    def test_a_pattern_is_no_option(self, repository: Repository, pattern: str) -> None:
        """A pattern that git could take for an option is refused."""
        with pytest.raises(UsageError, match="no pattern of refs"):
            refs(repository, pattern)

    def test_the_upstream_is_the_branchs(self, where: Path, tmp_path: Path) -> None:
        """A clone's branch has an upstream; without one there is None."""
        git(where, "clone", "--quiet", ".", tmp_path / "clone")
        clone = Repository.discover(tmp_path / "clone")
        assert upstream(clone) == "refs/remotes/origin/main"
        git(tmp_path / "clone", "checkout", "--quiet", "--detach")
        assert upstream(clone) is None


class TestCommits:
    """Ranges are git's."""

    def test_a_range_is_oldest_first(self, where: Path, repository: Repository) -> None:
        """The commits of a range come oldest first, without its lower end."""
        expected = [line(where, "rev-parse", name) for name in ("v5.2", "v5.3", "v5.4")]
        assert list(commits(repository, "v5.1", "main")) == expected
        assert commits(repository, "main", "v5.1") == ()

    def test_a_range_may_be_of_a_folder(self, where: Path, repository: Repository) -> None:
        """With a folder, only the commits that change it count."""
        expected = [line(where, "rev-parse", name) for name in ("v5.2", "v5.4")]
        assert list(commits(repository, "v5.0", "main", "other")) == expected


class TestIntroduction:
    """Who brought a text in, and since when it is released."""

    def test_the_oldest_commit_counts(self, where: Path, repository: Repository) -> None:
        """The commit that first added a text is found, though it was removed later."""
        found = introduction(repository, "KVM_CAP_SYSTEM_EVENT_DATA 215", "main", "include/kvm.h")
        assert found == Introduction(line(where, "rev-parse", "v5.2"), is_certain=True)

    @pytest.mark.parametrize("text", ["--output=x", "absent", "KVM_CAP.*215", "-p"])
    def test_a_text_is_a_text(self, repository: Repository, text: str) -> None:
        """A text that looks like an option or a pattern is looked for as it stands."""
        assert introduction(repository, text, "main") is None

    def test_the_first_commit_is_certain_in_a_whole_history(
        self, where: Path, repository: Repository
    ) -> None:
        """What the very first commit has was brought in by it."""
        found = introduction(repository, "one", "main")
        assert found == Introduction(line(where, "rev-parse", "v5.0"), is_certain=True)

    def test_a_shallow_history_is_not_sure(self, where: Path, tmp_path: Path) -> None:
        """Where a shallow clone begins, a text may be older than the commit that shows it."""
        options = ("--quiet", "--depth=2", "--branch=v5.3")
        git(where, "clone", *options, where.as_uri(), tmp_path / "clone")
        clone = Repository.discover(tmp_path / "clone")
        assert introduction(clone, "KVM_CAP_SYSTEM_EVENT_DATA", "HEAD") == Introduction(
            line(where, "rev-parse", "v5.2"), is_certain=False
        )
        clone.close()

    def test_tags_are_in_the_order_of_versions(self, repository: Repository) -> None:
        """The tags that contain a commit come by version, release candidates first."""
        assert tags_with(repository, "v5.2") == ("v5.2", "v5.3-rc1", "v5.3", "v5.4")
        with pytest.raises(InputError, match="no such commit"):
            tags_with(repository, "absent")
