# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the search for phrases to one answer, whatever kind of tree is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.errors import InputError
from abicheck.vcs import search
from abicheck.vcs.directory import DirectoryTree
from abicheck.vcs.edited import EditedTree
from abicheck.vcs.index import IndexTree
from abicheck.vcs.memory import MemoryTree
from abicheck.vcs.repository import Repository
from abicheck.vcs.revision import RevisionTree
from tests.vcs.repos import create, git

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abicheck.vcs.tree import Tree

FILES = {
    "a b/one.c": b"x struct compat_s {\n",
    "fs/two.h": b"struct s32 {",
    "fs/three.c": b"struct s {",
    "fs/four.txt": b"struct s32 {",
    "fs2/five.c": b"struct s32 {",
    "fs/six.h": b"\0struct s32 {",
    "seven.h": b"struct s32 {",
}
PHRASES = ("struct compat_s {", "struct s32 {", "-e")


@pytest.fixture
def trees(tmp_path: Path) -> Iterator[dict[str, Tree]]:
    """The same files as every kind of tree."""
    top = create(tmp_path / "top")
    root = top / "vendor/linux"
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text)
    (top / "out.c").write_bytes(b"struct s32 {")
    git(top, "add", ".")
    git(top, "commit", "--quiet", "-m", "all")
    git(top, "config", "color.ui", "always")
    git(top, "clone", "--quiet", "--bare", ".", str(tmp_path / "bare"))
    repository = Repository.discover(top)
    bare = Repository.discover(tmp_path / "bare")
    half = {path: text for path, text in FILES.items() if path.startswith("fs/")}
    others = {path: text for path, text in FILES.items() if path not in half}
    changed: dict[str, bytes | None] = {**others, "fs/gone.c": None}
    yield {
        "directory": DirectoryTree(root, "x"),
        "revision": RevisionTree(repository, "HEAD", "vendor/linux"),
        "bare": RevisionTree(bare, "HEAD", "vendor/linux"),
        "index": IndexTree(repository, "vendor/linux"),
        "memory": MemoryTree("x", FILES),
        "edited": EditedTree(MemoryTree("x", {**half, "fs/gone.c": b"struct s32 {"}), "y", changed),
    }
    repository.close()
    bare.close()


def test_every_tree_finds_the_same(trees: dict[str, Tree]) -> None:
    """C files that hold a phrase, in whole folders only; of other files and trees none."""
    everywhere = ("a b/one.c", "fs/six.h", "fs/two.h", "fs2/five.c", "seven.h")
    for kind, tree in trees.items():
        assert (kind, tree.mentions(PHRASES, ("",))) == (kind, everywhere)
        assert (kind, tree.mentions(PHRASES, ("fs", "a b", "none"))) == (kind, everywhere[:3])
        assert (kind, tree.mentions(("nowhere",), ("",))) == (kind, ())
        assert (kind, tree.mentions(PHRASES, ())) == (kind, ())


def test_what_is_too_much_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """More text than anybody has is not looked through."""
    monkeypatch.setattr(search, "_MOST", 20)
    with pytest.raises(InputError, match="C files"):
        MemoryTree("x", FILES).mentions(PHRASES, ("",))
