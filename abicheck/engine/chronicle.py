# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells when the numbers of families got their names, between two revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.engine.claims import Reader
from abicheck.engine.firsts import Firsts
from abicheck.engine.lineage import Lineage
from abicheck.engine.sources import open_sources
from abicheck.errors import UsageError
from abicheck.families.book import read_families
from abicheck.families.clash import Clash
from abicheck.model import Severity
from abicheck.model.chronicle import Chronicle, Event
from abicheck.model.claims import CollisionKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.model.claims import Commit, Definition, Family, Sheet


def chronicle(span: str, families: Sequence[str]) -> Chronicle:
    """What ``OLD..NEW`` added, removed, renamed and renumbered, each with its first commit."""
    old, dots, new = span.partition("..")
    if not dots or not old or not new.strip("."):
        raise UsageError(f"{span!r} is no range: it is written OLD..NEW")
    sources = open_sources((old, new.lstrip(".")), (), ())
    if len(sources) < 2:
        raise UsageError(f"{span!r} begins where it ends")
    reader = Reader(sources)
    firsts = Firsts(sources)
    events: list[Event] = []
    for family in read_families(families):
        sheets, _ = reader.sheets(family)
        events.extend(_events(family, sheets, sources[0].label, sources[1].label, firsts))
    return Chronicle(
        baseline=sources[0].label,
        current=sources[1].label,
        events=tuple(events),
        notes=(*Lineage(sources, reader).notes(), *firsts.notes),
    )


def _events(
    family: Family, sheets: Sequence[Sheet], old: str, new: str, firsts: Firsts
) -> Iterator[Event]:
    before, after = _claims(sheets, old), _claims(sheets, new)
    if before == after:
        return
    changed = [d for name, d in after.items() if before.get(name) != d]
    known = _first_commits(family, changed, sheets, new, firsts)
    gone = {d.number: d for name, d in before.items() if name not in after}
    for definition in sorted(changed, key=lambda d: (d.number or 0, d.name)):
        name, number = definition.name, definition.number
        was = before.get(name)
        first = known.get((new, name, definition.path))
        if was is None:
            renamed = gone.pop(number, None)
            yield Event(
                family=family.id,
                change="renamed" if renamed else "added",
                number=number,
                name=name,
                old=renamed.name if renamed else None,
                first=first,
            )
        elif was.number != number or was.reservation != definition.reservation:
            told = "renumbered" if was.number != number else "fulfilled"
            yield Event(
                family=family.id,
                change=told,
                number=number,
                name=name,
                old=str(was.number),
                first=first,
            )
    for definition in gone.values():
        yield Event(
            family=family.id,
            change="removed",
            number=definition.number,
            name=definition.name,
            old=None,
            first=None,
        )


def _claims(sheets: Sequence[Sheet], tree: str) -> dict[str, Definition]:
    return {
        definition.name: definition
        for sheet in sheets
        if tree in sheet.trees
        for definition in sheet.definitions
        if definition.number is not None and not definition.marker
    }


def _first_commits(
    family: Family,
    definitions: Sequence[Definition],
    sheets: Sequence[Sheet],
    tree: str,
    firsts: Firsts,
) -> dict[tuple[str, str, str], Commit]:
    index = next((i for i, sheet in enumerate(sheets) if tree in sheet.trees), None)
    if index is None or not definitions:
        return {}
    names = tuple(sorted({d.name for d in definitions}))
    stakes = tuple((index, definition) for definition in definitions)
    asked = Clash(CollisionKind.NAME, Severity.NOTE, None, names, "", stakes)
    return firsts.of(family, sheets, (asked,))
