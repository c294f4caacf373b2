# SPDX-License-Identifier: GPL-2.0-or-later
"""This module sees to it that two collisions of one family do not ask for opposite things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from abicheck.model import Severity
from abicheck.model.claims import CollisionKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abicheck.model.claims import Claim, Collision


def reconciled(collisions: Sequence[Collision], free: int | None) -> list[Collision]:
    """The collisions, where no tree keeps a name's number that it has to leave to another name.

    Where none of a name's numbers can stay, all its trees have to take a free one; where one of
    them stays, a tree that follows it needs no other.
    """
    lost = {place for each in collisions for place in _lost(each)}
    named = [_named(each, lost, free) for each in collisions]
    settled = {each.names[0] for each in named if _is_name(each) and each.keeper is not None}
    return [
        replace(each, suggestion=None)
        if not _is_name(each) and _moving(each) and settled.issuperset(_moving(each))
        else each
        for each in named
    ]


def _is_name(collision: Collision) -> bool:
    return collision.kind is CollisionKind.NAME and collision.severity is Severity.ERROR


def _moving(collision: Collision) -> set[str]:
    """The names whose number somebody else keeps."""
    return {name for name, _ in _lost(collision)}


def _lost(collision: Collision) -> Iterable[tuple[str, int | None]]:
    """Names with the numbers that they have to leave."""
    if _is_name(collision) or collision.severity is not Severity.ERROR or not collision.keeper:
        return ()
    kept = {c.definition.name for c in collision.claims if c.tree == collision.keeper}
    rows = (c for c in collision.claims if c.tree in collision.movers)
    return [(c.definition.name, c.definition.number) for c in rows if c.definition.name not in kept]


def _named(collision: Collision, lost: set[tuple[str, int | None]], free: int | None) -> Collision:
    """A name with many numbers, decided among those that it can keep."""
    if not _is_name(collision):
        return collision
    (name,) = collision.names
    standing = [c for c in collision.claims if collision.keeper in (None, c.tree)]
    if all((name, c.definition.number) not in lost for c in standing):
        return collision
    left = [c for c in collision.claims if (name, c.definition.number) not in lost]
    trees = tuple(dict.fromkeys(c.tree for c in collision.claims))
    if not left:
        return replace(collision, keeper=None, movers=trees, suggestion=free)
    first = min(left, key=_age)
    stays = {c.tree for c in left if c.definition.number == first.definition.number}
    movers = tuple(tree for tree in trees if tree not in stays)
    return replace(collision, keeper=first.tree, movers=movers) if movers else collision


def _age(claim: Claim) -> tuple[bool, int]:
    return claim.first is None, claim.first.date if claim.first is not None else 0
