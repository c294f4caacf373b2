# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds a collision before anybody has said whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abicheck.model import Severity
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
