# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what a header declares, as one ABI's preprocessor sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from abicheck.model.types import CType


class Span(Struct, frozen=True, order=True):
    """A place in a source file: path within its tree, line and column counted from 1."""

    path: str
    line: int
    column: int


class Member(Struct, frozen=True, kw_only=True):
    """One declarator of a record, or an unnamed bit-field or record.

    ``bit_width`` is None for what is no bit-field. ``aligned`` is the ``aligned(n)`` attribute of
    this member in bytes (the largest, where several are given), None without one.
    """

    name: str | None
    type: CType
    type_text: str
    """The type as the header writes it after macro expansion, such as ``__u32 [4]``."""
    bit_width: int | None = None
    aligned: int | None = None
    packed: bool = False
    span: Span


class Record(Struct, frozen=True, kw_only=True):
    """A struct or a union with its body."""

    kind: str
    """``struct`` or ``union``."""
    name: str | None
    """``struct kvm_run``, the typedef's name (``foo_t``) for a body named only by a typedef,
    None for a body without any name of its own."""
    members: tuple[Member, ...]
    packed: bool = False
    aligned: int | None = None
    """The ``aligned(n)`` attribute in bytes, None without one."""
    pack: int | None = None
    """``#pragma pack(n)`` in force at the body, in bytes."""
    undecided: str | None = None
    """Why this record's layout cannot be known (an attribute we do not model), or None."""
    span: Span


class Enum(Struct, frozen=True, kw_only=True):
    """An enum with its enumerators and their values, in order."""

    name: str | None
    enumerators: tuple[tuple[str, int], ...]
    packed: bool = False
    span: Span


class Typedef(Struct, frozen=True, kw_only=True):
    """A typedef; ``aligned`` is its own ``aligned(n)`` attribute in bytes."""

    name: str
    type: CType
    aligned: int | None = None
    span: Span


class Declarations(Struct):
    """All that one translation unit declares: the scope in which names in types are looked up.

    A mutable table while a front end fills it, only read afterwards. Keys are ``struct tag``,
    ``union tag``, ``enum tag``; a record or enum named only by a typedef is found through it.
    """

    records: dict[str, Record] = field(default_factory=dict)
    typedefs: dict[str, Typedef] = field(default_factory=dict)
    enums: dict[str, Enum] = field(default_factory=dict)


class NotChecked(Struct, frozen=True, kw_only=True):
    """A header (or one record of it) that could not be judged under some ABIs, and why."""

    path: str
    abis: tuple[str, ...]
    reason: str
    span: Span | None = None
    stack: tuple[Span, ...] = ()
    """The include stack of the first error, innermost include first."""
    subject: str | None = None
    """The record, where only one record of the header is meant."""
