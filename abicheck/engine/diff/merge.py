# SPDX-License-Identifier: GPL-2.0-or-later
"""This module compares a merge with its parents and their merge base: what it lost of either."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck import abis
from abicheck.diff.merge import Entry, Merge, losses, member_entries
from abicheck.engine.diff.verdict import Bench
from abicheck.engine.fields import plots
from abicheck.engine.frontends import front_end
from abicheck.engine.headers import header_facts
from abicheck.engine.labour import reap, records, whole_headers
from abicheck.engine.selection import wanted_records
from abicheck.errors import InputError, UsageError
from abicheck.export import open_exports
from abicheck.families.scan import Enumerator, Macro
from abicheck.model import DiffReport, HeaderChange, Span
from abicheck.vcs.commits import read_commit
from abicheck.vcs.open import open_revision
from abicheck.vcs.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abicheck.checks.facts import HeaderFacts
    from abicheck.engine.diff.request import DiffRequest
    from abicheck.engine.frontends import FrontEnd
    from abicheck.model import NotChecked, RecordAcross
    from abicheck.vcs.tree import Tree


class MergeTrees(Struct, frozen=True, kw_only=True):
    """The versions that a merge is compared with, and itself."""

    base: Tree
    parents: tuple[Tree, ...]
    merge: Tree
    labels: tuple[str, ...]
    """What the parents are called."""


class _Version(Struct, frozen=True, kw_only=True):
    """One of the versions, as far as the headers in question go."""

    entries: dict[str, Entry]
    records: dict[str, RecordAcross]
    headers: dict[str, HeaderFacts]
    not_checked: tuple[NotChecked, ...]


def diff_merge(commit: str, paths: Sequence[str], request: DiffRequest) -> DiffReport:
    """What a merge lost of its parents; ``paths`` are headers or folders of its tree, () is all.

    Raises UsageError for a commit that is no merge and for a path that it has not, InputError for
    one whose parents have no common commit.
    """
    repository = Repository.discover(Path())
    parents = read_commit(repository, commit).parents
    if len(parents) < 2:
        raise UsageError(f"{commit} is no merge: it has {'one parent' if parents else 'no parent'}")
    base = repository.merge_base(*parents[:2])
    if base is None:
        raise InputError(f"{commit}: its parents have no common commit")
    trees = MergeTrees(
        base=open_revision(Path(), base).tree,
        parents=tuple(open_revision(Path(), parent).tree for parent in parents),
        merge=open_revision(Path(), commit).tree,
        labels=tuple(f"{commit}^{number}" for number in range(1, len(parents) + 1)),
    )
    known = _headers_of(trees)
    for path in paths:
        if not any(_is_asked(header, (path,)) for header in known):
            raise UsageError(f"{path}: neither {commit} nor a parent has a uapi header there")
    return diff_merge_trees(trees, paths, request)


def diff_merge_trees(trees: MergeTrees, paths: Sequence[str], request: DiffRequest) -> DiffReport:
    """The same for trees that are open already."""
    names = request.abis or request.config.abis or tuple(abi.name for abi in abis.all_abis())
    front = front_end(request.frontend)
    wanted = frozenset(path for path in _contested(trees) if _is_asked(path, paths))
    base, *parents, merge = (
        _version(tree, wanted, names, front, request.jobs)
        for tree in (trees.base, *trees.parents, trees.merge)
    )
    facts = Merge(
        labels=trees.labels,
        losses=tuple(losses(base.entries, [parent.entries for parent in parents], merge.entries)),
        records=merge.records,
        parents=tuple(parent.records for parent in parents),
    )
    gone = {path: header for parent in parents for path, header in parent.headers.items()}
    verdict = Bench(request.rulebook, request.config, request.only).hear_merge(
        facts, gone, merge.headers
    )
    return DiffReport(
        baseline=" and ".join(trees.labels),
        current=trees.merge.label,
        abis=names,
        headers=tuple(_headers(wanted, gone, merge.headers)),
        findings=tuple(verdict.findings),
        suppressed=tuple(verdict.suppressed),
        not_checked=tuple(
            dict.fromkeys(item for each in (*parents, merge) for item in each.not_checked)
        ),
        merged=trees.labels,
        notes=(front.note,) if front.note else (),
    )


def _contested(trees: MergeTrees) -> Iterable[str]:
    """The headers in which the merge is not simply what the only parent that changed it has."""
    return (path for path in _headers_of(trees) if is_contested(trees, path))


def _headers_of(trees: MergeTrees) -> Iterable[str]:
    """The uapi headers that any of the versions has."""
    return dict.fromkeys(
        path
        for tree in (*trees.parents, trees.merge, trees.base)
        for folder in ("include/uapi", "arch")
        for path in tree.files(folder)
        if path.endswith(".h") and "include/uapi/" in path
    )


def is_contested(trees: MergeTrees, path: str) -> bool:
    """Whether a merge has of a file something else than the only parent that changed it."""
    was, has = trees.base.blob(path), trees.merge.blob(path)
    changed = {parent.blob(path) for parent in trees.parents} - {was}
    return changed != {has} and bool(changed or has != was)


def _is_asked(path: str, paths: Sequence[str]) -> bool:
    return not paths or any(
        path == asked or path.startswith(f"{asked.rstrip('/')}/") for asked in paths
    )


def _version(
    tree: Tree, paths: frozenset[str], names: Sequence[str], front: FrontEnd, jobs: int
) -> _Version:
    exports = open_exports(tree)
    worlds = {name: exports.world(abis.get(name)) for name in names}
    plot = plots(exports, worlds, ("",), wanted_records(("*",)), tree)
    plot = plot.narrowed(paths, frozenset(plot.headers))
    harvest = reap(plot, front, jobs)
    found = records(harvest)
    headers = header_facts(plot, harvest)
    entries = member_entries(found)
    for path, header in headers.items():
        for name, definition in header.text.by_name.items():
            entries.setdefault(name, _constant(definition, path))
    return _Version(
        entries=entries,
        records={across.name: across for across in found},
        headers=headers,
        not_checked=whole_headers(harvest),
    )


def _constant(definition: Macro | Enumerator, path: str) -> Entry:
    """A macro or an enumerator as the header defines it."""
    if isinstance(definition, Enumerator):
        value = f" = {definition.expression}" if definition.expression else ""
        text = f"{definition.name}{value},"
    else:
        parameters = f"({', '.join(definition.params)})" if definition.params is not None else ""
        text = f"#define {definition.name}{parameters} {definition.body}"
    return Entry(text=" ".join(text.split()), span=Span(path, definition.line, 1))


def _headers(
    paths: Iterable[str], old: dict[str, HeaderFacts], new: dict[str, HeaderFacts]
) -> Iterable[HeaderChange]:
    for path in sorted(paths):
        header = new.get(path) or old.get(path)
        if header is not None:
            yield HeaderChange(
                path=path,
                old_path=path if path in old else None,
                removed=path not in new,
                abis=header.abis,
            )
