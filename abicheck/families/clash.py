# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds a collision before anybody has said whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from abicheck.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abicheck.model.claims import CollisionKind, Definition


class Ancestry(Protocol):
    """What the common ancestor of two trees says; the engine asks git for it."""

    def common(self, one: str, other: str) -> Mapping[str, int] | None:
        """Names and numbers of the family there; None for trees without common history."""


class Clash(Struct, frozen=True):
    """A collision before anybody has said whose it is: sheets by index, with definitions."""

    kind: CollisionKind
    severity: Severity
    number: int | None
    names: tuple[str, ...]
    reason: str
    """What makes it less than an error, or what it is beyond its kind; else empty."""
    stakes: tuple[tuple[int, Definition], ...]
    follows: tuple[Clash, ...] = ()


def joined(races: Iterable[Clash], kept: Iterable[Clash]) -> Iterator[Clash]:
    """Collisions on one number, a reservation that is ignored told with those who race for it."""
    found = list(races)
    for clash in kept:
        at = next((i for i, race in enumerate(found) if _is_one(race, clash)), None)
        if at is None:
            found.append(clash)
        else:
            names = tuple(sorted({*found[at].names, *clash.names}))
            stakes = dict.fromkeys((*found[at].stakes, *clash.stakes))
            order = sorted(stakes, key=lambda row: (row[0], row[1].line, row[1].name))
            found[at] = replace(found[at], names=names, stakes=tuple(order))
    yield from found


def _is_one(race: Clash, kept: Clash) -> bool:
    """Whether both are errors about the same claim."""
    both = race.severity is Severity.ERROR and kept.severity is Severity.ERROR
    return both and not set(race.names).isdisjoint(kept.names)
