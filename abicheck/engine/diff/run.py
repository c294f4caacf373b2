# SPDX-License-Identifier: GPL-2.0-or-later
"""This module compares two versions: from the names of two trees to findings about the change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abicheck import abis
from abicheck.engine.diff.doubles import doubles, tables
from abicheck.engine.diff.facts import facts_of
from abicheck.engine.diff.plots import Plots
from abicheck.engine.diff.verdict import Bench
from abicheck.engine.frontends import front_end
from abicheck.engine.labour import reap_all
from abicheck.engine.sources import open_sources
from abicheck.export import open_exports
from abicheck.model import Absent, DiffReport
from abicheck.vcs.open import open_directory, open_revision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.engine.diff.request import DiffRequest
    from abicheck.engine.recall import Recall
    from abicheck.model import HeaderChange
    from abicheck.vcs.tree import Tree


def diff(request: DiffRequest) -> DiffReport:
    """What the change from one tree to the other does, and to whom.

    Raises UsageError for a word that names no tree, a path that neither tree has, an unknown ABI
    or rule; ConfigError for a wrong rule; InputError for what cannot be read.
    """
    old, new = open_both(request.old, request.new)
    return diff_trees(old, new, request)


def diff_trees(
    old: Tree, new: Tree, request: DiffRequest, recall: Recall | None = None
) -> DiffReport:
    """The same for two trees that are open already; what the request calls them is not used.

    ``recall`` knows what was read before, for another pair of trees.
    """
    bench = Bench(request.rulebook, request.config, request.only)
    names = request.abis or request.config.abis or tuple(abi.name for abi in abis.all_abis())
    table = [abis.get(name).name for name in names]
    opened = open_exports if recall is None else recall.exports
    plots = Plots(old, new, table, request.paths, opened)
    front = front_end(request.frontend)
    read = reap_all if recall is None else recall.reap_all
    facts = facts_of(plots, front, request.jobs, request.config, read)
    touched = {include for found in plots.differing().values() for include in found}
    touched |= {path for path in tables(old, new) if path in (request.paths or (path,))}
    verdict = bench.hear(facts, doubles(old, new, touched, bench.collisions))
    return DiffReport(
        baseline=old.label,
        current=new.label,
        abis=tuple(table),
        headers=facts.headers,
        findings=tuple(verdict.findings),
        suppressed=tuple(verdict.suppressed),
        not_checked=facts.not_checked,
        absent=(*facts.absent, *_unserved(facts.headers, plots, table, request.paths)),
        notes=(*plots.notes, *facts.notes, *((front.note,) if front.note else ())),
    )


def _unserved(
    headers: Sequence[HeaderChange], plots: Plots, names: Sequence[str], paths: Sequence[str]
) -> Iterator[Absent]:
    """The ABIs for which neither tree has a header that is asked for by its own name."""
    for header in headers:
        if header.abis and {header.path, plots.include(header.path)} & set(paths):
            lacking = [name for name in names if name not in plots.worlds]
            hidden = [name for name in plots.worlds if name not in header.abis]
            for found, reason in (
                (lacking, "the tree lacks the architecture"),
                (hidden, "not exported"),
            ):
                if found:
                    yield Absent(path=header.path, abis=tuple(found), reason=reason)


def open_both(old: str, new: str) -> tuple[Tree, Tree]:
    """The trees that two words name; an empty second one is the work tree of the first."""
    if new:
        first, *others = open_sources((old, new), (), ())
        return first.tree, (others or [first])[0].tree
    if Path(old).exists():
        return open_directory(Path(old)).tree, open_directory(Path()).tree
    place, colon, revision = old.partition(":")
    start = Path(place) if colon and place and Path(place).exists() else Path()
    older = open_revision(start, revision if start != Path() else old)
    return older.tree, open_directory(start).tree
