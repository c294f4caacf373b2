# SPDX-License-Identifier: GPL-2.0-or-later
"""Declarations by hand; this module spares the layout tests the words of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck import abis
from abicheck.layout import Layouter
from abicheck.model import (
    Array,
    CType,
    Declarations,
    InlineRecord,
    Member,
    Record,
    RecordLayout,
    Scalar,
    ScalarKind,
    Span,
)

if TYPE_CHECKING:
    from abicheck.model import Undecided

HERE = Span("test.h", 1, 1)
U8 = Scalar(ScalarKind.UCHAR)
U16 = Scalar(ScalarKind.USHORT)
U32 = Scalar(ScalarKind.UINT)
U64 = Scalar(ScalarKind.ULLONG)


def member(
    name: str | None,
    ctype: CType,
    width: int | None = None,
    *,
    aligned: int | None = None,
    packed: bool = False,
) -> Member:
    """A member; ``width`` makes it a bit-field."""
    return Member(
        name=name,
        type=ctype,
        type_text="",
        bit_width=width,
        aligned=aligned,
        packed=packed,
        span=HERE,
    )


def struct(
    *members: Member,
    name: str | None = "struct s",
    packed: bool = False,
    aligned: int | None = None,
    pack: int | None = None,
) -> Record:
    """A struct."""
    return Record(
        kind="struct",
        name=name,
        members=members,
        packed=packed,
        aligned=aligned,
        pack=pack,
        span=HERE,
    )


def union(*members: Member, name: str | None = "union u") -> Record:
    """A union."""
    return Record(kind="union", name=name, members=members, span=HERE)


def inner(*members: Member) -> InlineRecord:
    """A struct without a name, where it is used."""
    return InlineRecord(struct(*members, name=None))


def flexible(element: CType) -> Array:
    """A flexible array."""
    return Array(element, None)


def lay_out(record: Record, abi: str, **tables: object) -> RecordLayout | Undecided:
    """The record under the ABI; ``tables`` are the fields of Declarations."""
    return Layouter(abis.get(abi), Declarations(**tables)).lay_out(record)  # type: ignore[arg-type]


def layout(record: Record, abi: str, **tables: object) -> RecordLayout:
    """The record's layout under the ABI; AssertionError with the reason where it has none."""
    found = lay_out(record, abi, **tables)
    assert isinstance(found, RecordLayout), found.reason
    return found


def offsets(record: Record, abi: str, **tables: object) -> list[int]:
    """Where the members start, in bits."""
    return [placed.bit_offset for placed in layout(record, abi, **tables).members]
