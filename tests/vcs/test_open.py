# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds that a path leads to the tree of headers it belongs to, in every state."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from abicheck.errors import InputError, UsageError
from abicheck.vcs.directory import DirectoryTree
from abicheck.vcs.location import Kind, Location, locate
from abicheck.vcs.lone import LoneHeader
from abicheck.vcs.open import open_tree
from abicheck.vcs.tree import Omitted
from tests.vcs.repos import Link, commit, create, git

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.vcs.repos import Files

KERNEL = (
    *("Kbuild", "Makefile", "include/uapi/linux/kvm.h", "include/uapi/linux/types.h"),
    *("include/uapi/asm-generic/types.h", "include/linux/types.h", "include/asm-generic/io.h"),
    *("arch/x86/include/uapi/asm/kvm.h", "arch/x86/include/asm/kvm.h", "drivers/x/include/own.h"),
    *("arch/x86/Kbuild", "arch/x86/Makefile"),
    *("tools/Makefile", "tools/include/uapi/linux/kvm.h", "tools/include/linux/types.h"),
    *("tools/include/asm/bug.h", "tools/arch/x86/include/uapi/asm/kvm.h"),
    *("usr/include/linux/types.h", "usr/include/asm/kvm.h"),
)
ZIG = ("any-linux-any/linux/types.h", "any-linux-any/asm-generic/x.h", "x86-linux-any/asm/kvm.h")
PLAIN = ("linux/types.h", "linux/sub/kvm.h", "asm/kvm.h", "stdio.h")
DEBIAN_13 = ("include/linux/types.h", "include/asm-generic/x.h", "lib/linux/uapi/x86/asm/kvm.h")
MULTIARCH = ("linux/types.h", "asm-generic/types.h", "x86_64-linux-gnu/asm/kvm.h")


def _plant(root: Path, paths: tuple[str, ...], prefix: str = "") -> Path:
    for path in paths:
        file = root / prefix / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"/* {path} */\n")
    return root


@pytest.mark.parametrize(
    ("paths", "asked", "kind", "root"),
    [
        (KERNEL, "include/uapi/linux/kvm.h", Kind.KERNEL, ""),
        (KERNEL, "include/uapi", Kind.KERNEL, ""),
        (KERNEL, "", Kind.KERNEL, ""),
        (KERNEL, "arch/x86/include/uapi/asm/kvm.h", Kind.KERNEL, ""),
        (KERNEL, "include/linux/types.h", Kind.KERNEL, ""),
        (KERNEL, "drivers/x/include/own.h", Kind.KERNEL, ""),
        (KERNEL, "tools/include/uapi/linux/kvm.h", Kind.KERNEL, ""),
        (KERNEL, "tools/arch/x86/include/uapi/asm/kvm.h", Kind.KERNEL, ""),
        (KERNEL, "usr/include/linux/types.h", Kind.EXPORTED, "usr/include"),
        (("include/uapi/linux/a.h", "arch/x86/x"), "include/uapi/linux/a.h", Kind.KERNEL, ""),
        (("include/uapi/linux/a.h",), "include/uapi/linux/a.h", Kind.KERNEL, ""),
        (
            ("include/uapi/linux/a.h", "arch/arm64/include/uapi/asm/b.h"),
            "arch/arm64/include/uapi/asm/b.h",
            Kind.KERNEL,
            "",
        ),
        (("include/uapi/a.h", "src/b.h"), "src/b.h", Kind.LONE, "src"),
        (PLAIN, "linux/sub/kvm.h", Kind.EXPORTED, ""),
        (PLAIN, "asm/kvm.h", Kind.EXPORTED, ""),
        (MULTIARCH, "x86_64-linux-gnu/asm/kvm.h", Kind.EXPORTED, ""),
        (ZIG, "any-linux-any/linux/types.h", Kind.EXPORTED, ""),
        (ZIG, "x86-linux-any/asm/kvm.h", Kind.EXPORTED, ""),
        (ZIG, "any-linux-any", Kind.EXPORTED, ""),
        (DEBIAN_13, "include/linux/types.h", Kind.EXPORTED, ""),
        (("vendor/gzvm.h",), "vendor/gzvm.h", Kind.LONE, "vendor"),
        (("vendor/gzvm.h",), "vendor", Kind.LONE, "vendor"),
    ],
)
class TestRoots:
    """The tree around a path is the same on disk, staged and at a revision."""

    def test_on_disk(
        self, tmp_path: Path, paths: tuple[str, ...], asked: str, kind: Kind, root: str
    ) -> None:
        """A path on disk is located by what stands around it."""
        _plant(tmp_path, paths)
        inside = (asked.removeprefix(root)).lstrip("/")
        assert locate(tmp_path / asked) == Location(tmp_path / root, kind, inside)

    @pytest.mark.parametrize("prefix", ["", "src/kernel"])
    def test_at_a_revision(
        self,
        tmp_path: Path,
        paths: tuple[str, ...],
        asked: str,
        kind: Kind,
        root: str,
        prefix: str,
    ) -> None:
        """A path of a revision is located by that revision, with nothing on disk."""
        where = create(tmp_path / "repository")
        files = {f"{prefix}/{path}".lstrip("/").encode(): path.encode() for path in paths}
        commit(where, files)
        git(where, "read-tree", "main")
        inside = (asked.removeprefix(root)).lstrip("/")
        for state in ({"rev": "main"}, {"staged": True}):
            opened = open_tree(where / prefix / asked, **state)
            assert (opened.kind, opened.path) == (kind, inside)
            if inside.endswith(".h"):
                assert opened.tree.read(inside) == asked.encode()


class TestStates:
    """A path is opened in the state asked for."""

    @pytest.fixture
    def where(self, tmp_path: Path) -> Path:
        """A kernel whose kvm.h differs at HEAD~1, HEAD, in the index and on disk."""
        where = create(tmp_path / "kernel")
        files: Files = {b"Kbuild": b"", b"include/uapi/linux/kvm.h": b"first"}
        commit(where, {**files, b"include/uapi/linux/gone.h": b"gone"})
        commit(where, {**files, b"include/uapi/linux/kvm.h": b"second"})
        git(where, "reset", "--quiet", "--hard")
        header = where / "include/uapi/linux/kvm.h"
        header.write_bytes(b"third")
        git(where, "add", ".")
        header.write_bytes(b"fourth")
        return where

    @pytest.mark.parametrize(
        ("state", "text", "label"),
        [
            ({"rev": "main~1"}, b"first", "main~1"),
            ({"rev": "HEAD"}, b"second", "HEAD"),
            ({"staged": True}, b"third", "index"),
            ({}, b"fourth", "work tree"),
        ],
    )
    def test_each_state_has_its_text_and_name(
        self, where: Path, state: dict[str, str], text: bytes, label: str
    ) -> None:
        """Revision, index and disk give their own text under their own name."""
        opened = open_tree(where / "include/uapi/linux/kvm.h", **state)  # type: ignore[arg-type]
        assert opened.tree.read(opened.path) == text
        assert opened.tree.label == label

    def test_a_path_of_the_past_needs_no_file(self, where: Path) -> None:
        """A header that is gone from disk can be opened where it still was, and only there."""
        path = where / "include/uapi/linux/gone.h"
        opened = open_tree(path, rev="main~1")
        assert opened.tree.read(opened.path) == b"gone"
        with pytest.raises(UsageError, match=r"main has no include/uapi/linux/gone\.h"):
            open_tree(path, rev="main")
        with pytest.raises(UsageError, match="index has no"):
            open_tree(path, staged=True)
        with pytest.raises(UsageError, match="no such file or directory"):
            open_tree(path)

    def test_a_bare_repository_takes_paths_from_itself(self, where: Path, tmp_path: Path) -> None:
        """In a bare repository a path counts from the repository's folder."""
        bare = tmp_path / "bare.git"
        git(where, "clone", "--quiet", "--bare", ".", bare)
        opened = open_tree(bare / "include/uapi/linux/kvm.h", rev="main")
        assert opened.tree.read(opened.path) == b"second"
        assert open_tree(bare, rev="main").path == ""
        with pytest.raises(UsageError, match="nothing staged"):
            open_tree(bare, staged=True)

    def test_paths_are_relative_to_where_we_are(
        self, where: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A relative path counts from the current folder, as in the shell."""
        from pathlib import Path

        monkeypatch.chdir(where / "include/uapi")
        for given in ("linux/kvm.h", "../uapi/linux/kvm.h", ".", "..", "../.."):
            opened = open_tree(Path(given), rev="main")
            assert opened.kind is Kind.KERNEL
            assert opened.path == open_tree(Path(given)).path

    def test_two_states_at_once_are_refused(self, where: Path) -> None:
        """A revision of the staged state makes no sense."""
        with pytest.raises(UsageError, match="exclude each other"):
            open_tree(where, rev="main", staged=True)

    def test_a_tree_on_disk_is_named_without_its_place(self, tmp_path: Path) -> None:
        """The label of an exported tree is its folder's name, not an absolute path."""
        assert open_tree(_plant(tmp_path / "include", PLAIN) / "asm/kvm.h").tree.label == "include"

    def test_a_link_out_of_a_revision_is_named(self, tmp_path: Path) -> None:
        """A path that is a link out of the repository says so instead of being absent."""
        where = create(tmp_path / "linked")
        commit(where, {b"out.h": Link(b"/etc/passwd")})
        with pytest.raises(UsageError, match="is a link that leaves the tree"):
            open_tree(where / "out.h", rev="main")

    def test_an_endless_name_is_an_error(self, tmp_path: Path) -> None:
        """A name longer than any file's is one clear error."""
        with pytest.raises(UsageError, match="File name too long"):
            open_tree(tmp_path / ("x" * 5000))
        with pytest.raises(InputError):
            open_tree(tmp_path / ("x" * 5000), rev="HEAD")


class TestLoneHeaders:
    """A header that belongs to no tree shows nothing of the folder it happens to lie in."""

    @pytest.fixture(params=["disk", "revision"])
    def opening(self, request: pytest.FixtureRequest) -> Callable[[Path, Files], Path]:
        """Puts files on disk or into a commit."""

        def put(where: Path, files: Files) -> Path:
            commit(create(where), files)
            if request.param == "disk":
                git(where, "reset", "--quiet", "--hard")
            return where

        put.rev = "main" if request.param == "revision" else None  # type: ignore[attr-defined]
        return put

    def test_only_headers_can_be_read_and_one_is_listed(
        self, tmp_path: Path, opening: Callable[[Path, Files], Path]
    ) -> None:
        """The header and what it may include are served; keys and notes beside it are not."""
        files: Files = {b"a/gzvm.h": b"g", b"a/part.h": b"p", b"a/id_rsa": b"k", b"up.h": b"u"}
        where = opening(tmp_path / "x", files)
        opened = open_tree(where / "a/gzvm.h", rev=opening.rev)  # type: ignore[attr-defined]
        tree = opened.tree
        assert (opened.kind, opened.path, tree.label) == (Kind.LONE, "gzvm.h", "gzvm.h alone")
        assert tree.files() == tree.names() == ("gzvm.h",)
        assert tree.files("a") == tree.files("include/uapi") == tree.names("a") == ()
        wanted = ["gzvm.h", "part.h", "id_rsa", "../up.h"]
        assert tree.read_many(wanted) == {"gzvm.h": b"g", "part.h": b"p"}
        assert [tree.read(path) for path in wanted] == [b"g", b"p", None, None]
        assert [tree.blob(path) is not None for path in wanted] == [True, True, False, False]
        assert tree.omitted() == ()

    def test_a_header_that_cannot_be_served_says_why(self, tmp_path: Path) -> None:
        """A lone header that is a link elsewhere is refused, and listed as left out."""
        (tmp_path / "x.h").symlink_to("/etc/passwd")
        with pytest.raises(UsageError, match=r"x\.h is a link that leaves the tree"):
            open_tree(tmp_path / "x.h")
        tree = LoneHeader(DirectoryTree(tmp_path, "folder"), "x.h")
        assert tree.files() == ()
        assert tree.refusal("x.h") == "is a link that leaves the tree"
        assert tree.omitted() == (Omitted("x.h", "is a link that leaves the tree"),)


def test_a_directory_needs_no_git(tmp_path: Path) -> None:
    """Opening files on disk loads neither subprocess nor our modules for git."""
    _plant(tmp_path, KERNEL)
    program = (
        "import sys; from pathlib import Path; from abicheck.vcs.open import open_tree;"
        "open_tree(Path(sys.argv[1])).tree.files();"
        "print(*sorted({'subprocess', 'abicheck.vcs.git', 'hashlib'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
