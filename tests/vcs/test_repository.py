# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds that every kind of repository is found and read, and says what it lacks."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from abicheck.errors import InputError, UsageError
from abicheck.vcs.directory import DirectoryTree
from abicheck.vcs.index import IndexTree
from abicheck.vcs.repository import ChangedPath, Repository
from abicheck.vcs.revision import RevisionTree
from abicheck.vcs.tree import MAX_FILE, Omitted
from tests.vcs.repos import Link, Submodule, commit, create, git, line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.vcs.repos import Files

    Open = Callable[[Path], Repository]

OLD: Files = {b"include/kvm.h": b"old\n", b"gone.h": b"gone\n"}
NEW: Files = {b"include/kvm.h": b"new\n", b"added.h": b"added\n", b"link.h": Link(b"include/kvm.h")}


@pytest.fixture
def discover() -> Iterator[Open]:
    """Opens repositories and closes them at the end."""
    opened: list[Repository] = []

    def discover(path: Path) -> Repository:
        opened.append(Repository.discover(path))
        return opened[-1]

    yield discover
    for repository in opened:
        repository.close()


@pytest.fixture
def where(tmp_path: Path) -> Path:
    """A repository with two commits, the second checked out."""
    where = create(tmp_path / "repository")
    commit(where, OLD)
    commit(where, NEW, when=1_650_000_100)
    git(where, "reset", "--quiet", "--hard")
    return where


class TestDiscovery:
    """A path, whether it exists or not, leads to its repository."""

    @pytest.mark.parametrize("path", ["", "include", "include/kvm.h", "gone/deep/x.h", ".git"])
    def test_any_path_inside_will_do(self, where: Path, discover: Open, path: str) -> None:
        """Folders, files, names of the past and .git itself all find the repository."""
        repository = discover(where / path)
        assert repository.git_dir == where / ".git"
        assert RevisionTree(repository, "main").read("include/kvm.h") == b"new\n"

    def test_a_bare_repository_is_read(self, where: Path, tmp_path: Path, discover: Open) -> None:
        """A bare clone has revisions and no work tree."""
        git(where, "clone", "--quiet", "--bare", ".", tmp_path / "bare.git")
        repository = discover(tmp_path / "bare.git")
        assert repository.top is None
        assert RevisionTree(repository, "main~1").files() == ("gone.h", "include/kvm.h")

    def test_a_linked_worktree_has_its_own_index(
        self, where: Path, tmp_path: Path, discover: Open
    ) -> None:
        """A linked work tree is read with its own HEAD and its own staged state."""
        linked = tmp_path / "linked"
        git(where, "worktree", "add", "--quiet", "--detach", linked, "main~1")
        (linked / "gone.h").write_bytes(b"staged\n")
        git(linked, "add", "gone.h")
        repository = discover(linked / "include")
        assert repository.top == linked
        assert repository.resolve("HEAD") == line(where, "rev-parse", "main~1")
        assert IndexTree(repository).read("gone.h") == b"staged\n"
        assert IndexTree(discover(where)).read("gone.h") is None

    def test_sha256_repositories_are_read(self, tmp_path: Path, discover: Open) -> None:
        """A repository with longer ids shows the same files."""
        where = create(tmp_path / "long", "--object-format=sha256")
        commit(where, NEW)
        git(where, "read-tree", "main")
        repository = discover(where)
        for tree in (RevisionTree(repository, "main"), IndexTree(repository)):
            assert tree.files() == ("added.h", "include/kvm.h", "link.h")
            assert tree.read("link.h") == b"new\n"
            assert len(tree.blob("added.h") or "") == 64

    def test_no_repository_is_an_error(self, tmp_path: Path) -> None:
        """A path outside any repository is one clear error."""
        with pytest.raises(InputError, match="is not in a git repository"):
            Repository.discover(tmp_path / "x")

    def test_another_users_repository_is_explained(
        self, where: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where git distrusts the owner, the error names the setting that helps."""
        monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
        with pytest.raises(InputError, match=r"git config --global --add safe\.directory"):
            Repository.discover(where)

    def test_a_hooks_index_is_the_staged_state(
        self, where: Path, discover: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Inside `git commit PATH` the index is the temporary one that git names."""
        other = where / ".git/next-index-1.lock"
        git(where, "read-tree", "main~1", env={"GIT_INDEX_FILE": str(other)})
        monkeypatch.chdir(where)
        monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index-1.lock")
        assert IndexTree(discover(where)).files() == ("gone.h", "include/kvm.h")

    def test_a_hooks_index_is_not_another_repositorys(
        self, where: Path, tmp_path: Path, discover: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What a hook's environment names does not reach into another repository."""
        other = create(tmp_path / "other")
        commit(other, OLD)
        monkeypatch.chdir(other)
        monkeypatch.setenv("GIT_DIR", str(other / ".git"))
        monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
        monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other / ".git/objects"))
        repository = discover(where)
        assert IndexTree(repository).files() == ("added.h", "include/kvm.h", "link.h")
        assert RevisionTree(repository, "main").read("added.h") == b"added\n"

    def test_a_push_under_judgement_is_read(
        self, where: Path, tmp_path: Path, discover: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A pre-receive hook's quarantine of new objects is searched as well."""
        new = commit(where, {b"pushed.h": b"pushed\n"}, branch="topic")
        bare = create(tmp_path / "bare.git", "--bare")
        quarantine = bare / "objects/quarantine"
        git(where, "init", "--quiet", "--bare", tmp_path / "scratch.git")
        git(where, "push", "--quiet", tmp_path / "scratch.git", "topic")
        (tmp_path / "scratch.git/objects").rename(quarantine)
        monkeypatch.chdir(bare)
        monkeypatch.setenv("GIT_DIR", ".")
        monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(quarantine))
        monkeypatch.setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", str(bare / "objects"))
        assert RevisionTree(discover(bare), new).read("pushed.h") == b"pushed\n"


class TestRevisions:
    """Revisions are what git takes them for, and never options."""

    @pytest.mark.parametrize("name", ["main", "HEAD", "HEAD~1", "main^{/a change}", "v1", "v1^0"])
    def test_a_revision_is_the_commit_git_says(
        self, where: Path, discover: Open, name: str
    ) -> None:
        """Names, tags, ancestors and searches resolve as git rev-parse has them."""
        git(where, "tag", "-a", "-m", "a tag", "v1", "main~1")
        assert discover(where).resolve(name) == line(where, "rev-parse", f"{name}^{{commit}}")

    @pytest.mark.parametrize(
        "name",
        ["", "-h", "--help", "--output=/tmp/x", "main\nHEAD", "main\0", "x" * 5000, "\x1b[1m"],
    )
    def test_what_is_no_revision_is_refused(self, where: Path, discover: Open, name: str) -> None:
        """Options, line breaks, control characters and endless names never get to git."""
        repository = discover(where)
        with pytest.raises(UsageError, match="is not a revision"):
            repository.resolve(name)
        with pytest.raises(UsageError, match="is not a revision"):
            repository.blobs([f"{name}:include/kvm.h"])

    @pytest.mark.parametrize("name", ["absent", "HEAD:include", "main..HEAD", "0" * 40, "HEAD~9"])
    def test_an_unknown_revision_is_an_error(self, where: Path, discover: Open, name: str) -> None:
        """A name of nothing, of no commit or of several is one clear error."""
        with pytest.raises(InputError, match="no such commit in repository"):
            RevisionTree(discover(where), name)

    def test_a_branch_named_like_an_option_has_its_full_name(
        self, where: Path, discover: Open
    ) -> None:
        """Such a branch, which git itself no longer makes, can be had as refs/heads/..."""
        git(where, "update-ref", "refs/heads/-h", "main")
        assert discover(where).resolve("refs/heads/-h") == line(where, "rev-parse", "main")


class TestBlobs:
    """Blobs of many revisions come in one go."""

    def test_blobs_are_gits(self, where: Path, discover: Open) -> None:
        """Each spec gives the blob git names, through links, None where there is none."""
        kvm = line(where, "rev-parse", "main:include/kvm.h")
        specs = [
            "main:include/kvm.h",
            "main:link.h",
            "main:absent.h",
            "main:include",
            "main~1:gone.h",
        ]
        assert discover(where).blobs(specs) == {
            "main:include/kvm.h": kvm,
            "main:link.h": kvm,
            "main:absent.h": None,
            "main:include": None,
            "main~1:gone.h": line(where, "rev-parse", "main~1:gone.h"),
        }

    @pytest.mark.parametrize("path", ["./include/kvm.h", "x/../include/kvm.h", "include/kvm.h\r"])
    def test_odd_spellings_are_looked_up_by_ourselves(
        self, where: Path, discover: Open, path: str
    ) -> None:
        """A path means the same in blobs as in the revision's tree."""
        repository = discover(where)
        expected = RevisionTree(repository, "main").blob(path)
        assert repository.blobs([f"main:{path}"]) == {f"main:{path}": expected}

    def test_an_unknown_revision_is_not_just_without_the_file(
        self, where: Path, discover: Open
    ) -> None:
        """Blobs of a revision that does not exist are an error, not None."""
        with pytest.raises(InputError, match="absent: no such commit"):
            discover(where).blobs(["main:added.h", "absent:added.h"])

    def test_contents_of_equal_blobs_come_once(self, where: Path, discover: Open) -> None:
        """Contents are by id, each once."""
        repository = discover(where)
        key = repository.blobs(["main:added.h"])["main:added.h"]
        assert key is not None
        assert repository.contents([key, key]) == {key: b"added\n"}

    def test_a_huge_blob_is_absent_with_a_reason(self, tmp_path: Path, discover: Open) -> None:
        """A blob over the bound is never brought into memory; its path says why it is absent."""
        where = create(tmp_path / "huge")
        commit(where, {b"huge.h": bytes(MAX_FILE + 1), b"full.h": bytes(MAX_FILE)})
        tree = RevisionTree(discover(where), "main")
        assert set(tree.read_many(["huge.h", "full.h"])) == {"full.h"}
        assert tree.refusal("huge.h") == "has more than 16 MiB"

    def test_too_much_at_once_is_an_error(
        self, where: Path, discover: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Reading more than the bound at once is one clear error."""
        monkeypatch.setattr("abicheck.vcs.repository.MAX_READ", 4)
        with pytest.raises(InputError, match="asked for at once"):
            RevisionTree(discover(where), "main").read("added.h")


class TestHostileTrees:
    """Trees that git's own checks would refuse are read without harm."""

    def test_names_that_climb_are_left_out(self, where: Path, discover: Open) -> None:
        """Entries named .., . or with a slash, which mktree never makes, do not exist."""
        blob = bytes.fromhex(line(where, "rev-parse", "main:added.h"))
        names = [b".", b"..", b".git", b"a/b", b"ok.h"]
        text = b"".join(b"100644 %s\0%s" % (name, blob) for name in names)
        arguments = ("hash-object", "-t", "tree", "-w", "--literally", "--stdin")
        tree = git(where, *arguments, text=text).decode().strip()
        new = git(where, "commit-tree", "-m", "x", tree).decode().strip()
        hostile = RevisionTree(discover(where), new)
        assert hostile.files() == ("ok.h",)
        assert hostile.names() == ("ok.h",)
        assert hostile.read_many([".", "..", ".git", "a/b", "ok.h"]) == {"ok.h": b"added\n"}

    def test_a_bomb_of_folders_is_an_error(
        self, where: Path, discover: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A tree that names itself ten times a level, ten levels deep, ends the listing."""
        key = line(where, "rev-parse", "main:added.h")
        entry = f"100644 blob {key}"
        for _ in range(10):
            text = "".join(f"{entry}\t{name}\n" for name in range(10))
            entry = f"040000 tree {git(where, 'mktree', text=text.encode()).decode().strip()}"
        new = git(where, "commit-tree", "-m", "x", entry.split()[2]).decode().strip()
        monkeypatch.setattr("abicheck.vcs.objects.MAX_FILES", 5000)
        bomb = RevisionTree(discover(where), new)
        assert bomb.read("0/1/2/3/4/5/6/7/8/9") == b"added\n"
        with pytest.raises(InputError, match="more than 5000 files"):
            bomb.files()

    def test_submodules_are_absent(self, tmp_path: Path, discover: Open) -> None:
        """A submodule is absent and said to be left out."""
        where = create(tmp_path / "modules")
        commit(where, {b"lib": Submodule(), b"a.h": b"a\n"})
        git(where, "read-tree", "main")
        repository = discover(where)
        for tree in (RevisionTree(repository, "main"), IndexTree(repository)):
            assert tree.files() == ("a.h",)
            assert tree.read("lib/x.h") is None
            assert tree.omitted() == (Omitted("lib", "is a submodule"),)


class TestIndex:
    """The index is what the next commit would be."""

    def test_staged_is_neither_head_nor_disk(self, where: Path, discover: Open) -> None:
        """Contents come from the index, whatever lies on disk."""
        (where / "added.h").write_bytes(b"staged\n")
        git(where, "add", "added.h")
        (where / "added.h").write_bytes(b"on disk\n")
        git(where, "rm", "--quiet", "--cached", "include/kvm.h")
        tree = IndexTree(discover(where))
        assert tree.read("added.h") == b"staged\n"
        assert tree.files() == ("added.h",)
        assert tree.label == "index"

    def test_a_conflict_is_absent_with_a_reason(self, where: Path, discover: Open) -> None:
        """A path whose merge conflict is open is absent, and listed as left out."""
        key = line(where, "rev-parse", "main:added.h")
        stages = "".join(f"100644 {key} {stage}\tadded.h\n" for stage in (1, 2, 3))
        git(where, "rm", "--quiet", "--cached", "added.h")
        git(where, "update-index", "--index-info", text=stages.encode())
        tree = IndexTree(discover(where))
        assert tree.read("added.h") is None
        reason = "has a merge conflict that is not resolved"
        assert tree.refusal("added.h") == reason
        assert tree.omitted() == (Omitted("added.h", reason),)

    def test_a_folder_of_the_index_is_a_tree(self, where: Path, discover: Open) -> None:
        """A tree can begin at a folder, and links cannot leave it; no folder is an error."""
        assert IndexTree(discover(where), "include").files() == ("kvm.h",)
        with pytest.raises(InputError, match="index has no folder absent"):
            IndexTree(discover(where), "absent")


class TestChanges:
    """Changed paths are those git names."""

    def test_changes_between_revisions(self, where: Path, discover: Open) -> None:
        """Added, deleted, modified and retyped paths come with both blob ids, sorted."""

        def key(spec: str) -> str:
            return line(where, "rev-parse", spec)

        repository = discover(where)
        assert repository.changes("main~1", "main") == (
            ChangedPath("added.h", "A", None, key("main:added.h")),
            ChangedPath("gone.h", "D", key("main~1:gone.h"), None),
            ChangedPath(
                "include/kvm.h", "M", key("main~1:include/kvm.h"), key("main:include/kvm.h")
            ),
            ChangedPath("link.h", "A", None, key("main:link.h")),
        )
        assert [c.path for c in repository.changes("main~1", "main", "include")] == [
            "include/kvm.h"
        ]
        assert repository.changes("main", "main") == ()

    def test_folders_are_literal(self, where: Path, discover: Open) -> None:
        """A folder with a star or pathspec magic in its name is just that folder."""
        assert discover(where).changes("main~1", "main", "*", ":(top)include", ":!x") == ()

    def test_odd_names_come_whole(self, tmp_path: Path, discover: Open) -> None:
        """Quotes, tabs, line breaks and other alphabets in names arrive as they are."""
        names = [b'q"uote', b"line\nbreak", b"tab\t", "\u4e2d".encode()]
        where = create(tmp_path / "odd")
        commit(where, {b"a": b""})
        commit(where, {b"a": b"", **dict.fromkeys(names, b"x")})
        changed = [change.path for change in discover(where).changes("main~1", "main")]
        assert changed == sorted(name.decode() for name in names)

    def test_staged_changes_are_against_head(self, where: Path, discover: Open) -> None:
        """Staged paths are listed, unstaged ones and mere intents to add are not."""
        (where / "added.h").write_bytes(b"staged\n")
        git(where, "add", "added.h")
        (where / "include/kvm.h").write_bytes(b"not staged\n")
        (where / "intent.h").write_bytes(b"")
        git(where, "add", "--intent-to-add", "intent.h")
        repository = discover(where)
        assert [(c.path, c.status) for c in repository.staged_changes()] == [("added.h", "M")]
        assert repository.staged_changes("include") == ()

    def test_before_the_first_commit_all_is_added(self, tmp_path: Path, discover: Open) -> None:
        """Without any commit every staged path is an addition."""
        where = create(tmp_path / "young")
        (where / "a.h").write_bytes(b"a\n")
        git(where, "add", "a.h")
        assert [(c.path, c.status) for c in discover(where).staged_changes()] == [("a.h", "A")]


def _clone(source: Path, where: Path, *options: str) -> Path:
    git(source, "config", "uploadpack.allowFilter", "true")
    git(source, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(source, "clone", "--quiet", "--no-checkout", *options, source.as_uri(), where)
    return where


class TestPartialClones:
    """A clone that left objects behind says which command brings them; it fetches nothing."""

    def test_a_missing_blob_names_the_fetch(
        self, where: Path, tmp_path: Path, discover: Open
    ) -> None:
        """Reading a missing blob is an error whose command, when run, mends it."""
        clone = _clone(where, tmp_path / "partial", "--filter=blob:none")
        tree = RevisionTree(discover(clone), "main")
        assert tree.files("include") == ("include/kvm.h",)
        with pytest.raises(InputError, match="the clone is partial") as caught:
            tree.read("include/kvm.h")
        command = str(caught.value).split("`")[1]
        subprocess.run(command.split(), check=True, capture_output=True)
        assert RevisionTree(discover(clone), "main").read("include/kvm.h") == b"new\n"

    def test_ids_and_changes_need_no_blob(
        self, where: Path, tmp_path: Path, discover: Open
    ) -> None:
        """The ids of blobs that are not there, and changed paths, are known without a fetch."""
        clone = discover(_clone(where, tmp_path / "partial", "--filter=blob:none"))
        whole = discover(where)
        specs = ["main:include/kvm.h", "main~1:gone.h", "main:absent.h"]
        assert clone.blobs(specs) == whole.blobs(specs)
        assert clone.changes("main~1", "main") == whole.changes("main~1", "main")

    def test_missing_folders_are_told_from_absent_ones(
        self, where: Path, tmp_path: Path, discover: Open
    ) -> None:
        """In a clone without trees a path is unknown, not absent."""
        clone = discover(_clone(where, tmp_path / "treeless", "--filter=tree:0"))
        with pytest.raises(InputError, match="--refetch --no-filter origin"):
            clone.blobs(["main~1:gone.h"])

    def test_nothing_is_fetched_even_by_an_old_git(
        self, where: Path, tmp_path: Path, discover: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where git does not know GIT_NO_LAZY_FETCH the forbidden transport stops the fetch."""
        from abicheck.vcs import git as ours

        monkeypatch.delitem(ours._ENVIRONMENT, "GIT_NO_LAZY_FETCH")
        clone = _clone(where, tmp_path / "partial", "--filter=blob:none")
        packs = sorted(clone.rglob("*.pack"))
        with pytest.raises(InputError):
            RevisionTree(discover(clone), "main").read("include/kvm.h")
        assert sorted(clone.rglob("*.pack")) == packs


class TestShallowClones:
    """A shallow clone says that it is one where its history ends."""

    def test_a_revision_beyond_the_end_names_the_fetch(
        self, where: Path, tmp_path: Path, discover: Open
    ) -> None:
        """A commit that was not cloned is an error whose command, when run, mends it."""
        clone = _clone(where, tmp_path / "shallow", "--depth=1")
        old = line(where, "rev-parse", "main~1")
        with pytest.raises(InputError, match="the clone is shallow") as caught:
            discover(clone).resolve(old)
        subprocess.run(str(caught.value).split("`")[1].split(), check=True, capture_output=True)
        assert discover(clone).resolve(old) == old

    def test_no_common_commit_may_be_the_clones_fault(
        self, where: Path, tmp_path: Path, discover: Open
    ) -> None:
        """Without a common commit, whole histories have None and shallow ones an error."""
        commit(where, OLD, branch="orphan", message="an orphan")
        repository = discover(where)
        assert repository.merge_base("main", "orphan") is None
        assert repository.merge_base("main", "main~1") == repository.resolve("main~1")
        clone = _clone(where, tmp_path / "shallow", "--depth=1", "--no-single-branch")
        with pytest.raises(InputError, match="fetch --unshallow"):
            discover(clone).merge_base("main", "origin/orphan")


def test_a_lost_object_is_not_called_partial(where: Path, discover: Open) -> None:
    """An object lost from clone and work tree is an error that names git fsck."""
    key = line(where, "rev-parse", "main:added.h")
    packs = sorted((where / ".git/objects/pack").glob("*.pack"))
    moved = [pack.rename(where / pack.name) for pack in packs]
    for index in (where / ".git/objects/pack").glob("*.idx"):
        index.unlink()
    for pack in moved:
        git(where, "unpack-objects", "-q", text=pack.read_bytes())
    (where / ".git/objects" / key[:2] / key[2:]).unlink()
    (where / "added.h").unlink()
    with pytest.raises(InputError, match="git fsck"):
        RevisionTree(discover(where), "main").read("added.h")


def test_a_whole_kernel_tree_is_listed_alike(linux_tree: Path) -> None:
    """The uapi headers of a real tree are found below each architecture and none outside."""
    tree = DirectoryTree(linux_tree, "linux")
    files = tree.files("include/uapi")
    assert len(files) > 800
    walked = {
        os.path.relpath(os.path.join(folder, name), linux_tree)  # noqa: PTH118
        for folder, _, names in os.walk(linux_tree / "include/uapi")
        for name in names
    }
    assert set(files) == walked
