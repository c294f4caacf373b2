# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds C types as a header writes them, before any ABI gives them a size."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

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


@dataclass(frozen=True, slots=True)
class Scalar:
    """An arithmetic type."""

    kind: ScalarKind


@dataclass(frozen=True, slots=True)
class Pointer:
    """A pointer to an object or a function; ``target`` is the C spelling of what it points to."""

    target: str


@dataclass(frozen=True, slots=True)
class Array:
    """An array of ``count`` elements; ``None`` is a flexible array (``[]``), 0 is ``[0]``."""

    element: CType
    count: int | None


@dataclass(frozen=True, slots=True)
class Vector:
    """A GNU vector type (``vector_size``) of ``size`` bytes in all."""

    element: Scalar
    size: int


@dataclass(frozen=True, slots=True)
class TypedefRef:
    """A type named by a typedef; look it up in ``Declarations.typedefs``."""

    name: str


@dataclass(frozen=True, slots=True)
class RecordRef:
    """A record named by its key, ``struct tag`` or ``union tag``; see ``Declarations.records``."""

    key: str


@dataclass(frozen=True, slots=True)
class EnumRef:
    """An enum named by its key, ``enum tag``; look it up in ``Declarations.enums``."""

    key: str


@dataclass(frozen=True, slots=True)
class InlineRecord:
    """A record without a tag, whose body stands where it is used."""

    record: Record


@dataclass(frozen=True, slots=True)
class InlineEnum:
    """An enum without a tag, whose body stands where it is used."""

    enum: Enum


@dataclass(frozen=True, slots=True)
class Opaque:
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
