# SPDX-License-Identifier: GPL-2.0-or-later
"""This module compares the number families of many trees.

It opens the trees, reads each distinct content once, and hands sheets to ``families``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.engine.claims import Reader
from abicheck.engine.firsts import Firsts
from abicheck.engine.lineage import Lineage
from abicheck.engine.sources import open_sources
from abicheck.errors import InputError, UsageError
from abicheck.families.blocks import trespassers
from abicheck.families.book import read_families
from abicheck.families.compare import Comparison
from abicheck.families.free import next_free, promised, taken_numbers, upper_end
from abicheck.families.reconcile import reconciled
from abicheck.families.settle import settle
from abicheck.families.shifts import gather
from abicheck.families.window import below_upstream
from abicheck.model import Severity
from abicheck.model.claims import Claim, CollideReport, FamilyKind, FamilyResult

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from abicheck.engine.sources import Source
    from abicheck.model.claims import Collision, Family, Missing, Sheet

_OFFERED = 4
"""Free numbers that are looked for."""


class CollideRequest(Struct, frozen=True, kw_only=True):
    """What to compare."""

    sources: tuple[str, ...]
    """Revisions, ``PATH:REV``, directories, headers."""
    families: tuple[str, ...] = ()
    """Ids; empty for all."""
    folders: tuple[Path, ...] = ()
    """Further folders with family files."""
    upstream: tuple[str, ...] = ()
    """Labels or globs of the trees that hand out the numbers; empty: told by their names."""
    downstream: tuple[str, ...] = ()
    """The same for trees that may only take numbers of their own block."""
    history: bool = True
    """Whether to ask git who was first."""


def collide(request: CollideRequest) -> CollideReport:
    """What the trees disagree about.

    Raises UsageError where there is nothing to compare, InputError for what cannot be read, and
    ConfigError for a wrong family file.
    """
    families = read_families(request.families, folders=request.folders)
    sources = open_sources(request.sources, request.upstream, request.downstream)
    run = Run(sources, request.history)
    results: list[FamilyResult] = []
    absent: list[str] = []
    for family in families:
        sheets, missing = run.reader.sheets(family)
        if sheets:
            results.append(run.compare(family, sheets, missing))
        else:
            absent.append(family.id)
    if not results and run.reader.closed:
        raise InputError(next(iter(run.reader.closed)))
    _know(run, request, results)
    if not results:
        what = ", ".join(request.families) or "any family"
        told = f"no tree has a header of {what}; --discover proposes families for others"
        raise UsageError(told)
    return CollideReport(
        trees=tuple(source.name for source in sources),
        families=tuple(results),
        absent=tuple(absent),
        notes=(*run.reader.closed, *run.lineage.notes(), *run.firsts.notes),
        complete=not run.reader.closed,
    )


def _know(run: Run, request: CollideRequest, results: Sequence[FamilyResult]) -> None:
    """Raises UsageError for a tree that no family knows a header of, whatever was asked for."""
    known = {tree for result in results for sheet in result.sheets for tree in sheet.trees}
    unsure = [label for label in run.labels if label not in known]
    if not unsure:
        return
    strange = run.reader.strangers(read_families((), folders=request.folders), unsure)
    if strange:
        told = "is no tree of headers: no header of any family is in it"
        raise UsageError(f"{strange[0]} {told} (a revision of a repository is PATH:REV)")


class Run:
    """One comparison: the trees, and what is known of them for all families."""

    def __init__(self, sources: Sequence[Source], with_history: bool) -> None:
        self.reader = Reader(sources)
        self.lineage = Lineage(sources, self.reader)
        self.labels = tuple(source.label for source in sources)
        self._roles = {source.label: source.role for source in sources}
        self.firsts = Firsts(sources)
        self._with_history = with_history

    def compare(
        self, family: Family, sheets: tuple[Sheet, ...], missing: tuple[Missing, ...]
    ) -> FamilyResult:
        """One family across its sheets."""
        upstream = frozenset(
            index
            for index, sheet in enumerate(sheets)
            if any(self._roles[tree] == "upstream" for tree in sheet.trees)
        )
        numbers = (d.number for i in upstream for d in sheets[i].definitions)
        ours = frozenset(number for number in numbers if number is not None)
        free = next_free(family, taken_numbers(family, sheets), ours, _OFFERED)
        return FamilyResult(
            family=family,
            sheets=sheets,
            collisions=self._collisions(family, sheets, upstream, next(iter(free), None)),
            free=free,
            top=upper_end(family, ours) if ours else None,
            promised=promised(sheets, upstream, family.ceiling),
            missing=missing,
            unevaluated=tuple(
                Claim(tree=sheet.trees[0], definition=definition)
                for sheet in sheets
                for definition in sheet.definitions
                if definition.problem is not None
            ),
            notes=_notes(self.reader.stripped(family)),
        )

    def _collisions(
        self,
        family: Family,
        sheets: tuple[Sheet, ...],
        upstream: frozenset[int],
        free: int | None,
    ) -> tuple[Collision, ...]:
        """All collisions of a family, the worst first."""
        ancestry = self.lineage.of(family)
        clashes = gather(Comparison(family, sheets, upstream, ancestry).clashes())
        if family.kind is FamilyKind.IOCTL:
            clashes += tuple(trespassers(sheets, self.reader.register(), upstream))
        errors = [clash for clash in clashes if clash.severity is Severity.ERROR]
        firsts = self.firsts.of(family, sheets, errors) if self._with_history else {}
        found = [settle(family, clash, sheets, self._roles, firsts, free) for clash in clashes]
        found = reconciled(found, free)
        found += below_upstream(family, sheets, self._roles, found)
        found.sort(key=lambda c: (c.severity.rank, -1 if c.number is None else c.number, c.names))
        return tuple(found)


def _notes(stripped: Sequence[str]) -> tuple[str, ...]:
    if not stripped:
        return ()
    trees = ", ".join(stripped)
    return (f"no comments in {trees}: reservations are invisible there, and a hole proves nothing",)
