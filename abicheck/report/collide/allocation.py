# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells in lines what a new series may take, and what stands in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.model.claims import FamilyKind
from abicheck.report.collide.grid import spell
from abicheck.report.collide.numbers import free_lines, promise_lines
from abicheck.report.collide.text import collision_lines, summary
from abicheck.report.lines import BLANK, Role, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model.claims import CollideReport, FamilyResult
    from abicheck.report.lines import Line


def allocation(report: CollideReport, *, whole: bool) -> Iterator[Line]:
    """For each family its collisions, what is promised already, and the next free numbers."""
    for result in report.families:
        yield from _family(result, whole=whole)
        yield BLANK
    for note in report.notes:
        yield plain(f"note: {note}")
    yield ((summary(report), Role.TITLE),)


def _family(result: FamilyResult, *, whole: bool) -> Iterator[Line]:
    family = result.family
    yield ((family.id, Role.TITLE), (f"  {family.title}", Role.PLAIN))
    yield from collision_lines(result, whole=whole)
    if result.top is not None and family.kind is FamilyKind.IDS:
        yield plain(f"  upstream's last is {spell(family, result.top)}")
    for line in promise_lines(result):
        yield plain(f"    {line}")
    yield from free_lines(result)
    for note in result.notes:
        yield plain(f"  note: {note}")
