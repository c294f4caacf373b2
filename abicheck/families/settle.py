# SPDX-License-Identifier: GPL-2.0-or-later
"""This module says of a collision who was first, whose claim stands and who has to move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.model import Severity
from abicheck.model.claims import Claim, Collision, CollisionKind, FamilyKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abicheck.families.clash import Clash
    from abicheck.model.claims import Commit, Family, Sheet


def settle(
    family: Family,
    clash: Clash,
    sheets: Sequence[Sheet],
    roles: Mapping[str, str],
    firsts: Mapping[tuple[str, str, str], Commit],
    free: int | None,
) -> Collision:
    """The collision with every tree's claim, the tree that keeps its number, and the others."""
    claims = tuple(
        Claim(
            tree=tree,
            definition=definition,
            first=firsts.get((tree, definition.name, definition.path)),
        )
        for index, definition in clash.stakes
        for tree in sheets[index].trees
    )
    settled = clash.severity is Severity.NOTE or _inside(clash.kind, claims)
    keeper = None if settled else _keeper(claims, roles)
    movers = _movers(clash.kind, claims, keeper)
    follows = tuple(settle(family, each, sheets, roles, firsts, None) for each in clash.follows)
    return Collision(
        family=family.id,
        kind=clash.kind,
        severity=clash.severity,
        number=clash.number,
        names=clash.names,
        message=_message(family, clash, claims),
        claims=claims,
        keeper=None if keeper is None else keeper.tree,
        movers=movers,
        suggestion=free if movers or keeper is not None else None,
        follows=follows,
    )


def _inside(kind: CollisionKind, claims: Sequence[Claim]) -> bool:
    """Whether each tree contradicts itself: then none of them is right."""
    if kind is CollisionKind.RANGE:
        return True
    held: dict[str, set[object]] = {}
    for claim in claims:
        definition = claim.definition
        what = definition.number if kind is CollisionKind.NAME else definition.name
        held.setdefault(claim.tree, set()).add(what)
    return all(len(what) > 1 for what in held.values())


def _keeper(claims: Sequence[Claim], roles: Mapping[str, str]) -> Claim | None:
    """Upstream's claim, a reservation of upstream's included; else the oldest commit's."""
    upstream = [claim for claim in claims if roles[claim.tree] == "upstream"]
    if upstream:
        dated = [claim for claim in upstream if claim.first is not None]
        return min(dated, key=_date) if len(dated) == len(upstream) else upstream[0]
    dated = [claim for claim in claims if claim.first is not None]
    return min(dated, key=_date) if len(dated) == len(claims) and claims else None


def _date(claim: Claim) -> int:
    return claim.first.date if claim.first is not None else 0


def _movers(kind: CollisionKind, claims: Sequence[Claim], keeper: Claim | None) -> tuple[str, ...]:
    """The trees whose claim contradicts the keeper's, in the order given."""
    if keeper is None:
        return ()
    stands = keeper.definition
    if kind is CollisionKind.NAME:
        rows = [claim for claim in claims if claim.definition.number != stands.number]
    else:
        rows = [claim for claim in claims if claim.definition.name != stands.name]
    return tuple(dict.fromkeys(claim.tree for claim in rows))


def _message(family: Family, clash: Clash, claims: Sequence[Claim]) -> str:
    if clash.kind is CollisionKind.NAME:
        told = [(spell(family, c.definition.number), c) for c in claims]
        text = f"{clash.names[0]} is {_told(told)}"
    else:
        told = [(_title(c), c) for c in claims]
        text = f"{spell(family, clash.number)} is {_told(told)}"
    return f"{text}: {clash.reason}" if clash.reason else text


def _title(claim: Claim) -> str:
    definition = claim.definition
    return f"reserved for {definition.name}" if definition.reservation else definition.name


def _told(rows: Sequence[tuple[str, Claim]]) -> str:
    trees: dict[str, list[str]] = {}
    for title, claim in rows:
        trees.setdefault(title, []).append(claim.tree)
    return " and ".join(f"{title} in {_some(names)}" for title, names in trees.items())


def _some(trees: Sequence[str]) -> str:
    names = list(dict.fromkeys(trees))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def spell(family: Family, number: int | None) -> str:
    """A number as its family writes it: flags and commands in hexadecimal."""
    if number is None:
        return "?"
    if family.kind is FamilyKind.IOCTL:
        return f"type 0x{number >> 8:02x} nr 0x{number & 0xFF:02x}"
    if family.kind in (FamilyKind.BITS, FamilyKind.RANGES) or number > 0xFFFF:
        return f"0x{number:x}"
    return str(number)
