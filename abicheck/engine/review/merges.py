# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells what the merges of a range lost, as far as its end lacks it still."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from abicheck.engine.diff.merge import MergeTrees, diff_merge_trees, is_contested
from abicheck.engine.review.change import SHOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from abicheck.engine.diff import DiffRequest
    from abicheck.engine.review.change import Place
    from abicheck.model import DiffReport
    from abicheck.vcs.commits import Commit
    from abicheck.vcs.tree import Tree


class Contested(Struct, frozen=True):
    """A merge that had to choose, or chose oddly."""

    trees: MergeTrees
    paths: tuple[str, ...]
    """The files in which it did."""


def contested(
    place: Place, merges: Iterable[Commit], paths: Collection[str]
) -> Iterator[Contested]:
    """Those of the merges that had to choose, or chose oddly, in some of these files."""
    for commit in merges:
        parents = tuple(place.tree(parent) for parent in commit.parents)
        merge = place.tree(commit.id)
        if all(parent.blob(path) == merge.blob(path) for path in paths for parent in parents):
            continue
        base = place.repository.merge_base(*commit.parents[:2])
        if base is not None:
            count = range(1, len(parents) + 1)
            labels = tuple(f"{commit.id[:SHOWN]}^{number}" for number in count)
            trees = MergeTrees(base=place.tree(base), parents=parents, merge=merge, labels=labels)
            wanted = tuple(path for path in paths if is_contested(trees, path))
            if wanted:
                yield Contested(trees, wanted)


def lost(merge: Contested, end: Tree, request: DiffRequest) -> DiffReport:
    """What a merge lost of its parents' changes and a series has not at its end."""
    told = diff_merge_trees(merge.trees, merge.paths, request)
    if all(merge.trees.merge.blob(path) == end.blob(path) for path in merge.paths):
        return told
    later = diff_merge_trees(replace(merge.trees, merge=end), merge.paths, request)
    left = {finding.place for finding in later.findings}
    return replace(told, findings=tuple(f for f in told.findings if f.place in left))
