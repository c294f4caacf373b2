# SPDX-License-Identifier: GPL-2.0-or-later
"""This module opens the two versions that the words of ``abicheck diff`` mean, as git reads them.

``A..B`` is A and B; ``A...B`` is the commit where both parted, and B; an end left out is HEAD.
One revision alone stands against the work tree, and no revision at all is HEAD.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from abicheck.engine.diff.run import diff_trees
from abicheck.engine.sources import is_patch, labels_of, miss_patches, open_sources
from abicheck.errors import InputError, UsageError
from abicheck.vcs.directory import DirectoryTree
from abicheck.vcs.location import Kind, locate
from abicheck.vcs.lone import LoneHeader
from abicheck.vcs.open import open_directory, open_revision, open_staged
from abicheck.vcs.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abicheck.engine.diff.request import DiffRequest
    from abicheck.model import DiffReport
    from abicheck.vcs.tree import Tree


class Sides(Struct, frozen=True, kw_only=True):
    """Two versions, what people call them, and the paths of a tree to look at; () is all."""

    old: Tree
    new: Tree
    labels: tuple[str, str]
    paths: tuple[str, ...] = ()


def open_sides(words: Sequence[str], *, staged: bool) -> Sides:
    """The versions that ``[OLD [NEW]] [PATH...]`` or ``OLD..NEW [PATH...]`` name.

    Raises UsageError for a word that is neither a revision nor a path, InputError for what git
    cannot read.
    """
    if "" in words:
        raise UsageError("an empty word names neither a version nor a path")
    miss_patches(words)
    if words and ".." in words[0] and not Path(words[0]).exists():
        if staged:
            raise UsageError(f"--staged takes one revision to compare with, not {words[0]}")
        return _range(words[0], words[1:])
    if len(words) == 2 and _are_two_headers(*words):
        return _two_headers(*words)
    if words and (_is_tree(words[0]) or _is_folder_revision(words[0])):
        if staged:
            raise UsageError(f"--staged takes a revision to compare with, not {words[0]}")
        return _from_tree(words[0], words[1:])
    if words and (_is_revision(words[0]) or not Path(words[0]).exists()):
        return _from_revision(words[0], words[1:], staged=staged)
    return _since("HEAD", words, staged=staged)


def diff_sides(sides: Sides, request: DiffRequest) -> DiffReport:
    """What the change from one side to the other does, by the names people have for both."""
    report = diff_trees(sides.old, sides.new, replace(request, paths=sides.paths))
    baseline, current = sides.labels
    return replace(report, baseline=baseline, current=current)


def _range(word: str, paths: Sequence[str]) -> Sides:
    dots = "..." if "..." in word else ".."
    old, _, new = word.partition(dots)
    old, new = old or "HEAD", new or "HEAD"
    label = old
    if dots == "...":
        repository = Repository.discover(Path())
        fork = repository.merge_base(old, new)
        if fork is None:
            raise InputError(f"{word}: these revisions have no common commit")
        old, label = fork, f"where {old} and {new} parted"
    older, newer = open_revision(Path(), old), open_revision(Path(), new)
    return Sides(
        old=older.tree, new=newer.tree, labels=(label, new), paths=tuple(map(_inside, paths))
    )


def _from_revision(old: str, words: Sequence[str], *, staged: bool) -> Sides:
    """A revision against another source, the index, or the work tree."""
    if words and not staged and _is_source(words[0]):
        return _pair(old, words[0], words[1:])
    return _since(old, words, staged=staged)


def _since(old: str, paths: Sequence[str], *, staged: bool) -> Sides:
    """A revision against the work tree, or what is staged in it."""
    here = Path()
    if Repository.discover(here).top is None:
        raise UsageError(f"a repository without a work tree: name what to compare {old} with")
    older = open_revision(here, old).tree
    newer = (open_staged(here) if staged else open_directory(here)).tree
    return Sides(old=older, new=newer, labels=(old, newer.label), paths=tuple(map(_inside, paths)))


def _from_tree(old: str, words: Sequence[str]) -> Sides:
    """A folder of headers against another source, or the tree around here."""
    if words and _is_source(words[0]):
        return _pair(old, words[0], words[1:])
    sources = open_sources((old,), (), ())
    newer = open_directory(Path()).tree
    return Sides(
        old=sources[0].tree, new=newer, labels=(sources[0].label, newer.label), paths=tuple(words)
    )


def _pair(old: str, new: str, paths: Sequence[str]) -> Sides:
    found = open_sources((old, new), (), ())
    first, last = found[0], found[-1]
    return Sides(
        old=first.tree, new=last.tree, labels=(first.label, last.label), paths=tuple(paths)
    )


def _is_source(word: str) -> bool:
    """Whether a second word is a version rather than a path to look at."""
    if is_patch(word) or _is_folder_revision(word) or _is_tree(word):
        return True
    return not Path(word).exists() and _is_revision(word)


def _is_tree(word: str) -> bool:
    """Whether a word is a folder that holds a tree of headers, from its root on."""
    path = Path(word)
    if not path.is_dir() or _is_revision(word):
        return False
    place = locate(path)
    return not place.path and (place.root.resolve() != _around() or word in (".", "./"))


def _around() -> Path:
    return locate(Path()).root.resolve()


def _is_folder_revision(word: str) -> bool:
    place, colon, _ = word.partition(":")
    return bool(colon and place) and Path(place).is_dir()


def _are_two_headers(old: str, new: str) -> bool:
    """Whether two words are headers of two trees, or of none, rather than two of this tree."""
    if not all(Path(word).is_file() and not is_patch(word) for word in (old, new)):
        return False
    first, second = locate(Path(old)), locate(Path(new))
    return first.root != second.root or first.kind is second.kind is Kind.LONE


def _two_headers(old: str, new: str) -> Sides:
    """Two headers; where they belong to no tree their names need not be the same."""
    first, second = open_directory(Path(old)), open_directory(Path(new))
    labels = labels_of((old, new))
    older = first.tree
    paths: tuple[str, ...] = (second.path,)
    if first.kind is second.kind is Kind.LONE and first.root is not None:
        older = LoneHeader(DirectoryTree(first.root, labels[0]), first.path, second.path)
        paths = ()
    return Sides(old=older, new=second.tree, labels=(labels[0], labels[1]), paths=paths)


def _is_revision(word: str) -> bool:
    if not word or ("/" in word and Path(word).exists()):
        return False
    try:
        Repository.discover(Path()).resolve(word)
    except (InputError, UsageError):
        return False
    return True


def _inside(word: str) -> str:
    """A path of the work tree as a path of its tree of headers; others stay as they are."""
    if not Path(word).exists():
        return word
    return open_directory(Path(word)).path
