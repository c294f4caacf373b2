# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds downstream numbers in the range that upstream allocates from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.families.free import upper_end
from abicheck.model import Severity
from abicheck.model.claims import Claim, Collision, CollisionKind, FamilyKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from abicheck.model.claims import Family, Sheet

WINDOW = 64
"""Numbers above upstream's last that it will have taken within a few releases."""


def below_upstream(
    family: Family,
    sheets: Sequence[Sheet],
    roles: Mapping[str, str],
    known: Sequence[Collision],
) -> Iterator[Collision]:
    """A warning for each name that only downstream trees have, with a number upstream may take."""
    if family.kind not in (FamilyKind.IDS, FamilyKind.SYSCALL):
        return
    ours = [s for s in sheets if any(roles[tree] == "upstream" for tree in s.trees)]
    names = {d.name for sheet in ours for d in sheet.definitions}
    numbers = {d.number for s in ours for d in s.definitions if d.number is not None}
    top = upper_end(family, numbers)
    collided = {c.number for c in known if c.severity is Severity.ERROR}
    found: dict[tuple[int, str], list[Claim]] = {}
    for sheet in sheets:
        trees = [tree for tree in sheet.trees if roles[tree] == "downstream"]
        for definition in sheet.definitions if top >= 0 else ():
            number = definition.number
            if number is None or definition.marker or definition.name in names:
                continue
            if number <= top + WINDOW and number not in numbers and number not in collided:
                rows = found.setdefault((number, definition.name), [])
                rows.extend(Claim(tree=tree, definition=definition) for tree in trees)
    for (number, name), claims in sorted(found.items()):
        if claims:
            where = "above its last number" if number > top else "in a hole of its numbers"
            yield Collision(
                family=family.id,
                kind=CollisionKind.RANGE,
                severity=Severity.WARNING,
                number=number,
                names=(name,),
                message=f"upstream does not have {name}; {number} lies {where}, {top}",
                claims=tuple(claims),
                movers=tuple(dict.fromkeys(claim.tree for claim in claims)),
            )
