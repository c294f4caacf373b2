# SPDX-License-Identifier: GPL-2.0-or-later
"""This module says of a constant what the families of numbers know about its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.checks.changes.bounds import is_bound
from abicheck.families.book import families_of
from abicheck.families.collect import Membership
from abicheck.model.claims import FamilyKind

if TYPE_CHECKING:
    from abicheck.model.claims import Family


class About(Struct, frozen=True):
    """What is known of a name; what the fields mean stands at ``ConstantChange``."""

    family: str = ""
    marker: bool = False
    excuse: str = ""


class Book:
    """The families of numbers, by header."""

    def __init__(self) -> None:
        self._known: dict[str, list[Membership]] = {}

    def _of(self, include: str) -> list[Membership]:
        if include not in self._known:
            self._known[include] = [
                Membership(family)
                for family in families_of(include)
                if family.kind not in (FamilyKind.IOCTL, FamilyKind.SYSCALL)
            ]
        return self._known[include]

    def about(self, include: str, name: str) -> About:
        """What is known of a header's constant."""
        for belongs in self._of(include):
            if belongs(name):
                return About(
                    belongs.family.id,
                    belongs.is_marker(name) or _is_other_bound(belongs.family, name),
                    _excuse(belongs.family, name),
                )
        return About(marker=is_bound(name))


def _is_other_bound(family: Family, name: str) -> bool:
    return family.members is None and is_bound(name)


def _excuse(family: Family, name: str) -> str:
    return next((row.reason for row in family.renumbered if name in row.names), "")
