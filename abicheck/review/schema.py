# SPDX-License-Identifier: GPL-2.0-or-later
"""This module says in types which keys the files of rules/interfaces and rules/boundaries hold."""

from __future__ import annotations

from typing import Annotated

import msgspec

Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_]+([.-][a-z0-9_]+)*$")]
Sentence = Annotated[str, msgspec.Meta(min_length=8)]
Globs = Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class InterfaceRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Headers, and the documents that describe them."""

    id: Id
    title: str
    headers: Globs
    documents: Globs
    documented: str | None = None
    undocumented: str | None = None
    gates: str | None = None
    gated: str | None = None


class InterfaceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All interfaces of one file."""

    interface: tuple[InterfaceRow, ...]


class BoundaryRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Functions that only some files may call."""

    id: Id
    symbols: Globs
    owners: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    why: Sentence
    instead: Sentence
    references: Globs


class BoundaryFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All boundaries of one file."""

    boundary: tuple[BoundaryRow, ...]
