# SPDX-License-Identifier: GPL-2.0-or-later
"""This module says in a sentence what a collision asks of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.model.claims import CollisionKind
from abicheck.report.collide.grid import spell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abicheck.model.claims import Collision, Family

_MOST = 4
"""Names that are told one by one."""


def advice(family: Family, collision: Collision) -> str:
    """Who keeps the number and who has to take which one; empty where nobody can say."""
    if not collision.movers:
        return ""
    verb = "has" if len(collision.movers) == 1 else "have"
    movers = several(collision.movers)
    free = (
        ""
        if collision.suggestion is None
        else f"; {spell(family, collision.suggestion)} is free in all trees"
    )
    if collision.keeper is None:
        return f"none of its numbers can stay, {movers} {verb} to move{free}"
    if collision.kind is CollisionKind.NAME:
        return f"{collision.keeper}'s number stands, {movers} {verb} to follow"
    return f"{collision.keeper} keeps it, {movers} {verb} to move{free}"


def several(names: Sequence[str]) -> str:
    """Names in a row, of many the first ones."""
    names = tuple(dict.fromkeys(names))
    rest = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {rest} more" if rest > 0 else "")
