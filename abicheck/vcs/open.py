# SPDX-License-Identifier: GPL-2.0-or-later
"""This module opens the tree a path given by the user belongs to, in the state asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.errors import UsageError
from abicheck.vcs.directory import DirectoryTree
from abicheck.vcs.location import Kind, find_root, locate
from abicheck.vcs.lone import LoneHeader

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.vcs.objects import ObjectTree
    from abicheck.vcs.repository import Repository
    from abicheck.vcs.tree import Tree


class Opened(Struct, frozen=True):
    """A tree, what kind of tree it is, and the way from its root to the path asked for."""

    tree: Tree
    kind: Kind
    path: str
    """Empty for the root itself."""
    root: Path | None = None
    """The folder that is the tree's root, None for a state that git keeps."""
    repository: Repository | None = None
    """Which keeps it, None for a tree on disk."""


def open_tree(path: Path, rev: str | None = None, staged: bool = False) -> Opened:
    """Returns the tree a path belongs to: on disk, as staged, or at a revision.

    Raises UsageError where that state has no such path, and InputError for what is wrong with
    the repository or the revision.
    """
    if rev is not None and staged:
        raise UsageError("a revision and the staged state exclude each other")
    if rev is not None:
        return open_revision(path, rev)
    return open_staged(path) if staged else open_directory(path)


def open_directory(path: Path) -> Opened:
    """Returns the tree on disk that a path belongs to; UsageError for one that is refused."""
    place = locate(path)
    if place.kind is Kind.KERNEL and (place.root / ".git").exists():
        label = "work tree"
    else:
        label = place.root.name or "/"
    tree: Tree = DirectoryTree(place.root, label)
    why = tree.refusal(place.path)
    if why is not None:
        raise UsageError(f"{path} {why}")
    if place.kind is Kind.LONE and place.path:
        tree = LoneHeader(tree, place.path)
    return Opened(tree, place.kind, place.path, place.root)


def open_revision(path: Path, rev: str) -> Opened:
    """Returns the tree a path belongs to at a revision of its repository."""
    from abicheck.vcs.repository import Repository

    return open_in(Repository.discover(path), path, rev)


def open_in(repository: Repository, path: Path, rev: str) -> Opened:
    """Returns the tree a path belongs to at a revision of a repository that is open already."""
    from abicheck.vcs.revision import RevisionTree

    inside = path_in(repository, path)
    whole = RevisionTree(repository, rev)
    root, kind = _root_of(whole, inside)
    tree = RevisionTree(repository, rev, root) if root else whole
    return _opened(tree, kind, inside, root, repository)


def open_staged(path: Path) -> Opened:
    """Returns the tree a path belongs to as it is staged."""
    from abicheck.vcs.index import IndexTree
    from abicheck.vcs.repository import Repository

    repository = Repository.discover(path)
    if repository.top is None:
        raise UsageError(f"{path}: a repository without a work tree has nothing staged")
    inside = path_in(repository, path)
    whole = IndexTree(repository)
    root, kind = _root_of(whole, inside)
    tree = IndexTree(repository, root) if root else whole
    return _opened(tree, kind, inside, root, repository)


def path_in(repository: Repository, path: Path) -> str:
    """Returns a path, existing or not, relative to the root of its repository's trees.

    In a bare repository paths are relative to the repository's own folder.
    """
    full = path.parent.resolve() / path.name if path.name != ".." else path.resolve()
    root = repository.top or repository.git_dir
    try:
        inside = full.relative_to(root.resolve()).as_posix()
    except ValueError:
        if path.resolve() == root.resolve():
            return ""
        raise UsageError(f"{path} is not in the work tree of {root}") from None
    return "" if inside == "." else inside


def _root_of(tree: ObjectTree, path: str) -> tuple[str, Kind]:
    """Returns the root folder and the kind of the tree of headers that a path belongs to."""
    if tree.blob(path) is not None:
        folder = path.rpartition("/")[0]
    elif not path or tree.names(path):
        folder = path
    else:
        why = tree.refusal(path)
        raise UsageError(f"{tree.label}: {path} {why}" if why else f"{tree.label} has no {path}")
    above = [folder]
    while above[-1]:
        above.append(above[-1].rpartition("/")[0])

    def has(place: str, name: str) -> bool:
        where = f"{place}/{name}".lstrip("/")
        return tree.blob(where) is not None or bool(tree.names(where))

    return find_root(tuple(above), has) or (folder, Kind.LONE)


def _opened(tree: ObjectTree, kind: Kind, inside: str, root: str, repository: Repository) -> Opened:
    path = inside.removeprefix(root).lstrip("/")
    whole = LoneHeader(tree, path) if kind is Kind.LONE and path else tree
    return Opened(whole, kind, path, repository=repository)
