# SPDX-License-Identifier: GPL-2.0-or-later
"""This module says of a constant what the families of numbers know about its name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from abicheck.checks.changes.bounds import is_bound
from abicheck.families.book import read_families
from abicheck.families.collect import Membership
from abicheck.model.claims import FamilyKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abicheck.model.claims import Family


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a name; what the fields mean stands at ``ConstantChange``."""

    family: str = ""
    marker: bool = False
    excuse: str = ""


class Book:
    """The families of numbers, by header."""

    @cached_property
    def _by_header(self) -> Mapping[str, list[Membership]]:
        found: dict[str, list[Membership]] = {}
        for family in read_families():
            if family.kind not in (FamilyKind.IOCTL, FamilyKind.SYSCALL):
                belongs = Membership(family)
                for header in family.headers:
                    found.setdefault(header, []).append(belongs)
        return found

    def about(self, include: str, name: str) -> About:
        """What is known of a header's constant."""
        for belongs in self._by_header.get(include, ()):
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
