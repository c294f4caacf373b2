# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which numbers are free, who promised which, and when they got their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.model.claims import FamilyKind
from abicheck.report.collide.grid import spell
from abicheck.report.lines import BLANK, Role, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model.chronicle import Chronicle
    from abicheck.model.claims import CollideReport, FamilyResult
    from abicheck.report.lines import Line


def allocation(report: CollideReport) -> Iterator[Line]:
    """For each family what a new series may take, and what each tree has promised already."""
    for result in report.families:
        yield from _family(result)
        yield BLANK
    for note in report.notes:
        yield plain(f"note: {note}")


def _family(result: FamilyResult) -> Iterator[Line]:
    family = result.family
    yield ((family.id, Role.TITLE), (f"  {family.title}", Role.PLAIN))
    if result.top is not None and family.kind is FamilyKind.IDS:
        yield plain(f"  upstream's last is {spell(family, result.top)}")
    for promise in result.promised:
        trees = promise.trees
        where = ", ".join(trees[:3]) + (f" and {len(trees) - 3} more" if len(trees) > 3 else "")
        how = "reserved" if promise.reservation else "claimed"
        yield plain(f"    {spell(family, promise.number)} {promise.name}  {how} in {where}")
    yield from free_lines(result)
    for note in result.notes:
        yield plain(f"  note: {note}")


def free_lines(result: FamilyResult) -> Iterator[Line]:
    """The numbers a newcomer may take, or who hands them out."""
    family = result.family
    if result.free:
        told = ", ".join(spell(family, number) for number in result.free)
        yield plain(f"  next numbers free in all trees: {told}")
    elif family.external is not None:
        yield plain(f"  numbers are handed out by {family.external}")
    elif family.kind is not FamilyKind.RANGES:
        yield plain("  no number is free")


def events(chronicle: Chronicle) -> Iterator[Line]:
    """One line for each number whose name changed."""
    family = None
    for event in chronicle.events:
        if event.family != family:
            family = event.family
            yield ((family, Role.TITLE),)
        number = "?" if event.number is None else str(event.number)
        was = f" (was {event.old})" if event.old else ""
        first = event.first
        since = f"  {first.tag or first.id[:12]} ({first.subject})" if first else ""
        yield plain(f"  {number:>6} {event.name}: {event.change}{was}{since}")
    for note in chronicle.notes:
        yield plain(f"note: {note}")
    count = len(chronicle.events)
    told = f"{count} change{'' if count == 1 else 's'}"
    yield plain(f"{chronicle.baseline}..{chronicle.current}: {told}")
