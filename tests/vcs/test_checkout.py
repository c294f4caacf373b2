# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds that a work tree gives nothing for a blob but the blob itself."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck.vcs.checkout import Checkout
from abicheck.vcs.memory import blob_id
from abicheck.vcs.repository import Repository
from abicheck.vcs.revision import RevisionTree
from tests.vcs.repos import commit, create, git, line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.vcs.repos import Files

TEXT = b"struct s { int a; };\n"
OTHER = b"struct s { int b; };\n"
FILES: Files = {b"top.h": b"top\n", b"include/uapi/s.h": TEXT}
WANTED = {blob_id(TEXT): "include/uapi/s.h"}


@pytest.fixture
def where(tmp_path: Path) -> Path:
    """A repository with one commit that is checked out."""
    where = create(tmp_path / "repository")
    commit(where, FILES)
    git(where, "reset", "--quiet", "--hard")
    return where


def test_a_file_that_is_as_git_has_it_is_read(where: Path) -> None:
    """What is checked out and not touched is served by the work tree."""
    assert Checkout(where).blobs(WANTED) == {blob_id(TEXT): TEXT}


@given(st.binary(max_size=64))
def test_whatever_stands_in_a_file_only_the_blob_is_served(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """A file is the blob that its contents hash to, and no other."""
    top = tmp_path_factory.mktemp("top")
    (top / "f").write_bytes(content)
    x = blob_id(b"x")
    assert Checkout(top).blobs({x: "f"}) == ({x: b"x"} if content == b"x" else {})
    assert Checkout(top).blobs({blob_id(content): "f"}) == {blob_id(content): content}


def _edit(where: Path, _: Path) -> None:
    (where / "include/uapi/s.h").write_bytes(OTHER)


def _remove(where: Path, _: Path) -> None:
    shutil.rmtree(where / "include")


def _fifo(where: Path, _: Path) -> None:
    (where / "include/uapi/s.h").unlink()
    os.mkfifo(where / "include/uapi/s.h")


def _folder(where: Path, _: Path) -> None:
    (where / "include/uapi/s.h").unlink()
    (where / "include/uapi/s.h").mkdir()


def _link(where: Path, outside: Path) -> None:
    (where / "include/uapi/s.h").unlink()
    (where / "include/uapi/s.h").symlink_to(outside / "s.h")


def _linked_folder(where: Path, outside: Path) -> None:
    shutil.rmtree(where / "include/uapi")
    (where / "include/uapi").symlink_to(outside)


@pytest.mark.parametrize("spoil", [_edit, _remove, _fifo, _folder, _link, _linked_folder])
def test_what_a_work_tree_has_otherwise_comes_from_git(
    where: Path, tmp_path: Path, spoil: Callable[[Path, Path], None]
) -> None:
    """Edits, holes, FIFOs and links that leave the work tree change nothing of a revision."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "s.h").write_bytes(TEXT)
    spoil(where, outside)
    assert Checkout(where).blobs(WANTED) == {}
    repository = Repository.discover(where)
    try:
        assert RevisionTree(repository, "main").read("include/uapi/s.h") == TEXT
        assert RevisionTree(repository, "main", "include").read("uapi/s.h") == TEXT
    finally:
        repository.close()


def test_a_path_that_climbs_is_not_opened(where: Path) -> None:
    """Names above the work tree are nothing it has."""
    (where.parent / "s.h").write_bytes(TEXT)
    assert Checkout(where).blobs({blob_id(TEXT): "include/../../s.h"}) == {}


def test_git_is_not_asked_for_what_the_work_tree_has(where: Path) -> None:
    """A revision whose files are checked out is read without its blobs in git's store."""
    repository = Repository.discover(where)
    tree = RevisionTree(repository, "main", "include")
    assert tree.files() == ("uapi/s.h",)
    repository.close()
    shutil.rmtree(where / ".git/objects")
    (where / ".git/objects").mkdir()  # without it, git knows no repository here
    assert tree.read("uapi/s.h") == TEXT


def test_a_blob_that_git_replaces_is_what_git_says_it_is(where: Path) -> None:
    """The work tree holds what stood there before the replacement, and is not asked."""
    (where / "other").write_bytes(OTHER)
    git(where, "replace", blob_id(TEXT), line(where, "hash-object", "-w", "other"))
    repository = Repository.discover(where)
    try:
        assert RevisionTree(repository, "main").read("include/uapi/s.h") == OTHER
    finally:
        repository.close()


def test_a_repository_with_sha256_is_read(tmp_path: Path) -> None:
    """Ids of 64 digits are compared with what SHA-256 makes of a file."""
    where = create(tmp_path / "repository", "--object-format=sha256")
    commit(where, FILES)
    git(where, "reset", "--quiet", "--hard")
    key = git(where, "rev-parse", "main:top.h").decode().strip()
    assert Checkout(where).blobs({key: "top.h"}) == {key: b"top\n"}
