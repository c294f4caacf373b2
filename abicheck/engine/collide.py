# SPDX-License-Identifier: GPL-2.0-or-later
"""This module compares the number families of many trees.

It opens the trees, reads each distinct content once, and hands sheets to ``families``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abicheck.engine.claims import Reader
from abicheck.engine.lineage import Lineage
from abicheck.engine.sources import open_sources
from abicheck.families.book import read_families
from abicheck.families.compare import Comparison
from abicheck.families.free import next_free, promised, taken_numbers, upper_end
from abicheck.families.settle import settle
from abicheck.families.shifts import gather
from abicheck.families.window import below_upstream
from abicheck.model import Severity
from abicheck.model.claims import Claim, CollideReport, FamilyResult, Missing, Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from abicheck.engine.sources import Source
    from abicheck.model.claims import Family

_OFFERED = 4
"""Free numbers that are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollideRequest:
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
    """What the trees disagree about; raises UsageError, InputError, ConfigError."""
    families = read_families(request.families, folders=request.folders)
    sources = open_sources(request.sources, request.upstream, request.downstream)
    reader = Reader(sources)
    lineage = Lineage(sources, reader)
    results: list[FamilyResult] = []
    absent: list[str] = []
    for family in families:
        sheets, missing = reader.sheets(family)
        if not sheets:
            absent.append(family.id)
            continue
        result = _compare(family, sheets, missing, sources, lineage, request.history)
        results.append(replace(result, notes=_notes(reader.stripped(family))))
    return CollideReport(
        trees=tuple(source.name for source in sources),
        families=tuple(results),
        absent=tuple(absent),
        notes=lineage.notes(),
    )


def _notes(stripped: Sequence[str]) -> tuple[str, ...]:
    if not stripped:
        return ()
    trees = ", ".join(stripped)
    return (f"no comments in {trees}: reservations are invisible there, and a hole proves nothing",)


def _compare(
    family: Family,
    sheets: tuple[Sheet, ...],
    missing: tuple[Missing, ...],
    sources: Sequence[Source],
    lineage: Lineage,
    with_history: bool,
) -> FamilyResult:
    roles = {source.label: source.role for source in sources}
    upstream = frozenset(
        index
        for index, sheet in enumerate(sheets)
        if any(roles[tree] == "upstream" for tree in sheet.trees)
    )
    found = Comparison(family, sheets, upstream, lineage.of(family)).clashes()
    clashes = gather(found)
    free = next_free(family, taken_numbers(family, sheets), _OFFERED)
    numbers = {d.number for i in upstream for d in sheets[i].definitions if d.number is not None}
    firsts = (
        lineage.firsts(sheets, [c for c in clashes if c.severity is Severity.ERROR])
        if with_history
        else {}
    )
    collisions = [
        settle(family, clash, sheets, roles, firsts, next(iter(free), None)) for clash in clashes
    ]
    collisions += below_upstream(family, sheets, roles, collisions)
    order = list(Severity)
    collisions.sort(
        key=lambda c: (order.index(c.severity), c.number if c.number is not None else -1, c.names)
    )
    return FamilyResult(
        family=family,
        sheets=sheets,
        collisions=tuple(collisions),
        free=free,
        top=upper_end(family, numbers) if numbers else None,
        promised=promised(sheets, upstream, family.ceiling),
        missing=missing,
        unevaluated=tuple(
            Claim(tree=sheet.trees[0], definition=definition)
            for sheet in sheets
            for definition in sheet.definitions
            if definition.problem is not None
        ),
    )
