# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds C types as a header writes them, before any ABI gives them a size."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from abicheck.model.declarations import Enum, Record


class ScalarKind(StrEnum):
    """The C scalar types; the value is the canonical C spelling."""

    BOOL = "_Bool"
    CHAR = "char"
    SCHAR = "signed char"
    UCHAR = "unsigned char"
    SHORT = "short"
    USHORT = "unsigned short"
    INT = "int"
    UINT = "unsigned int"
    LONG = "long"
    ULONG = "unsigned long"
    LLONG = "long long"
    ULLONG = "unsigned long long"
    INT128 = "__int128"
    UINT128 = "unsigned __int128"
    FLOAT = "float"
    DOUBLE = "double"
    LDOUBLE = "long double"
    FLOAT128 = "__float128"


class Scalar(Struct, frozen=True):
    """An arithmetic type."""

    kind: ScalarKind


class Pointer(Struct, frozen=True):
    """A pointer to an object or a function; ``target`` is the C spelling of what it points to."""

    target: str


class Array(Struct, frozen=True):
    """An array of ``count`` elements; ``None`` is a flexible array (``[]``), 0 is ``[0]``."""

    element: CType
    count: int | None


class Vector(Struct, frozen=True):
    """A GNU vector type (``vector_size``) of ``size`` bytes in all."""

    element: Scalar
    size: int


class TypedefRef(Struct, frozen=True):
    """A type named by a typedef; look it up in ``Declarations.typedefs``."""

    name: str


class RecordRef(Struct, frozen=True):
    """A record named by its key, ``struct tag`` or ``union tag``; see ``Declarations.records``."""

    key: str


class EnumRef(Struct, frozen=True):
    """An enum named by its key, ``enum tag``; look it up in ``Declarations.enums``."""

    key: str


class InlineRecord(Struct, frozen=True):
    """A record without a tag, whose body stands where it is used."""

    record: Record


class InlineEnum(Struct, frozen=True):
    """An enum without a tag, whose body stands where it is used."""

    enum: Enum


class Opaque(Struct, frozen=True):
    """A type that no layout can be given for; ``reason`` says why in a few words."""

    spelling: str
    reason: str


CType: TypeAlias = (
    Scalar
    | Pointer
    | Array
    | Vector
    | TypedefRef
    | RecordRef
    | EnumRef
    | InlineRecord
    | InlineEnum
    | Opaque
)
