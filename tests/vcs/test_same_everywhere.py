# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds that a tree is the same wherever it is kept."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from abicheck.vcs.directory import DirectoryTree
from abicheck.vcs.index import IndexTree
from abicheck.vcs.repository import Repository
from abicheck.vcs.revision import RevisionTree
from tests.vcs.forests import forests, lookups
from tests.vcs.repos import check_out, commit, create, git

if TYPE_CHECKING:
    from abicheck.vcs.tree import Tree
    from tests.vcs.repos import Files


def _facts(tree: Tree, paths: list[str]) -> dict[str, object]:
    """All a tree says of itself and of some paths."""
    files = tree.files()
    folders = sorted({path.rpartition("/")[0] for path in (*files, *paths)})
    return {
        "files": files,
        "omitted": tuple(o for o in tree.omitted() if o.reason != "is a submodule"),
        "below": {folder: tree.files(folder) for folder in folders if ".." not in folder},
        "texts": tree.read_many((*files, *paths)),
        "each": {path: tree.read(path) for path in paths},
        "blobs": {path: tree.blob(path) for path in (*files, *paths)},
        "refusals": {path: tree.refusal(path) for path in files},
    }


@given(files=forests, paths=st.lists(lookups, max_size=6))
def test_a_revision_is_its_checkout_and_its_index(files: Files, paths: list[str]) -> None:
    """A commit, its checkout and an index read from it show the same files and contents."""
    with tempfile.TemporaryDirectory() as place:
        repository = create(Path(place, "repository"))
        commit(repository, files)
        git(repository, "read-tree", "main")
        checkout = check_out(repository, "main", Path(place, "checkout"))
        opened = Repository.discover(repository)
        try:
            paths = [*paths, *(os.fsdecode(path) for path in files)]
            on_disk = _facts(DirectoryTree(checkout, "disk"), paths)
            assert _facts(RevisionTree(opened, "main"), paths) == on_disk
            assert _facts(IndexTree(opened), paths) == on_disk
        finally:
            opened.close()


@given(files=forests, paths=st.lists(lookups, min_size=1, max_size=12))
def test_a_directory_serves_what_the_system_finds_inside(files: Files, paths: list[str]) -> None:
    """A path is served if and only if the system opens it as a file below the root."""
    with tempfile.TemporaryDirectory() as place:
        repository = create(Path(place, "repository"))
        commit(repository, files)
        root = check_out(repository, "main", Path(place, "checkout")).resolve()
        tree = DirectoryTree(root, "disk")
        for path in (*paths, *(os.fsdecode(path) for path in files)):
            assert tree.read(path) == _as_the_system_has_it(root, path), path


def _as_the_system_has_it(root: Path, path: str) -> bytes | None:
    full = f"{root}/{path}"
    inside = os.path.realpath(full).startswith(f"{root}/")
    if not inside or path.startswith("/") or not _is_text(os.path.realpath(full)):
        return None
    return Path(full).read_bytes() if Path(full).is_file() else None


def _is_text(path: str) -> bool:
    return path == path.encode(errors="replace").decode()
