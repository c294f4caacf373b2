# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which numbers are free, who promised which, and when they got their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.model.claims import FamilyKind
from abicheck.report.collide.grid import spell
from abicheck.report.lines import Role, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model.chronicle import Chronicle
    from abicheck.model.claims import FamilyResult
    from abicheck.report.lines import Line


def promise_lines(result: FamilyResult) -> Iterator[str]:
    """What each tree has promised already, one line for each number and name."""
    for promise in result.promised:
        trees = promise.trees
        where = ", ".join(trees[:3]) + (f" and {len(trees) - 3} more" if len(trees) > 3 else "")
        how = "reserved" if promise.reservation else "claimed"
        yield f"{spell(result.family, promise.number)} {promise.name}  {how} in {where}"


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
