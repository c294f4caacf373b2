# SPDX-License-Identifier: GPL-2.0-or-later
"""The shape of a family file; imported only when one is read.

This module says in types which keys a family file may hold; what they mean stands at
``abicheck.model.Family``.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

Reason = Annotated[str, msgspec.Meta(min_length=8)]
FamilyId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_]+([.-][a-z0-9_]+)*$")]
Width = Annotated[int, msgspec.Meta(ge=8, le=64)]


class AliasRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names that rightly share a number."""

    names: Annotated[tuple[str, ...], msgspec.Meta(min_length=2)]
    reason: Reason


class RenumberedRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names that upstream gave another number."""

    names: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    reason: Reason


class KeptRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers nobody may take: single ones, or ``[first, last]``."""

    numbers: tuple[int | tuple[int, int], ...]
    reason: Reason


class ExtentRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bytes that begin at addresses whose names match."""

    names: str
    size: Annotated[int, msgspec.Meta(ge=1)]


class FamilyRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One family, or with ``per_arch`` one for each architecture."""

    id: FamilyId
    title: str
    kind: str
    names: str
    headers: tuple[str, ...]
    excludes: str | None = None
    enums: tuple[str, ...] = ()
    arches: tuple[str, ...] = ()
    per_arch: bool = False
    uses: tuple[str, ...] = ()
    magic: tuple[int | str, ...] = ()
    width: Width = 32
    aliases: tuple[AliasRow, ...] = ()
    shares: tuple[AliasRow, ...] = ()
    renumbered: tuple[RenumberedRow, ...] = ()
    kept: tuple[KeptRow, ...] = ()
    foreign: tuple[KeptRow, ...] = ()
    markers: str | None = None
    members: str | None = None
    fields: str | None = None
    sizes: tuple[ExtentRow, ...] = ()
    spaces: tuple[str, ...] = ()
    floor: int = 0
    ceiling: int | None = None
    pool: str | None = None
    external: str | None = None
    note: str = ""


class FamilyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All families of one file."""

    family: tuple[FamilyRow, ...]
