# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds a record's layout under an ABI. All offsets and sizes are in bits."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model.declarations import Member, NotChecked, Record


class HoleKind(StrEnum):
    """Where unused bits lie."""

    HOLE = "hole"
    """Between two members, whole bytes or with some bits of a storage unit."""
    TAIL = "tail padding"
    """After the last member (for a union: after its largest arm)."""


class Hole(Struct, frozen=True, kw_only=True):
    """A run of bits that no member covers."""

    bit_offset: int
    bit_size: int
    kind: HoleKind
    after: int
    """Index of the member the run follows, -1 at the start of the record."""


class Cause(StrEnum):
    """What set a member's alignment; the report turns it into a sentence."""

    NATURAL = "natural"
    """The type's own alignment."""
    CAPPED = "capped"
    """The ABI lowers the type's alignment inside records (i386: 64-bit scalars at 4)."""
    MEMBER_ATTRIBUTE = "member attribute"
    TYPE_ATTRIBUTE = "type attribute"
    """``aligned`` on the typedef or the record that is the type."""
    PACKED = "packed"
    PRAGMA_PACK = "pragma pack"
    RECORD_BOUNDARY = "record boundary"
    """The ABI aligns every record to a minimum (ARM OABI: 4)."""
    BIT_FIELD = "bit-field"
    """A bit-field placed by the ABI's bit-field rule."""


class MemberLayout(Struct, frozen=True, kw_only=True):
    """One member placed in its record. Bits are counted from the start of that record."""

    member: Member
    bit_offset: int
    bit_size: int
    """Bits the member occupies; 0 for a flexible or zero-length array and a zero-width
    bit-field."""
    bit_align: int
    """The alignment that placed it: its offset in bits is a multiple of this."""
    cause: Cause
    element: RecordLayout | None = None
    """The layout of the record that the member, or each element of the array, is."""
    count: int | None = None
    """Elements in all dimensions of an array, 0 for ``[0]`` and ``[]``; None for no array."""

    @property
    def offset(self) -> int:
        """The offset in bytes; ValueError for a bit-field that starts inside a byte."""
        whole, rest = divmod(self.bit_offset, 8)
        if rest:
            msg = f"{self.member.name} starts at bit {rest} of byte {whole}"
            raise ValueError(msg)
        return whole


class RecordLayout(Struct, frozen=True, kw_only=True):
    """One record laid out. The same object serves all ABIs that lay it out alike.

    Every layout satisfies, for a struct: bits of members + holes + tail padding = ``bit_size``.
    """

    record: Record
    bit_size: int
    bit_align: int
    members: tuple[MemberLayout, ...]
    holes: tuple[Hole, ...]
    compiler_dependent: str | None = None
    """Why GCC and clang may lay this record out differently (GCC's is given), or None."""

    @property
    def size(self) -> int:
        """The size in bytes."""
        return self.bit_size // 8

    @property
    def align(self) -> int:
        """The alignment in bytes."""
        return self.bit_align // 8


class Undecided(Struct, frozen=True, kw_only=True):
    """A record that cannot be laid out under an ABI, and why."""

    record: Record
    reason: str


class Leaf(Struct, frozen=True, kw_only=True):
    """A member reached from the outermost record, by its dotted path.

    Anonymous records add no component to the path. ``bit_offset`` counts from the start of the
    outermost record.
    """

    path: str
    depth: int
    """How many records enclose it, anonymous ones included; 0 for a direct member."""
    bit_offset: int
    placed: MemberLayout
    parent: RecordLayout


def walk(layout: RecordLayout, *, into_named: bool = True) -> Iterator[Leaf]:
    """Every member below a record in order of declaration, a record before what it holds.

    Arrays of records are entered once, for their first element. ``into_named`` false stops at
    members whose record type has a name of its own.
    """
    yield from _walk(layout, "", 0, 0, into_named)


def _walk(
    layout: RecordLayout, prefix: str, base: int, depth: int, into_named: bool
) -> Iterator[Leaf]:
    for placed in layout.members:
        name = placed.member.name
        path = f"{prefix}{name}" if name else prefix.removesuffix(".")
        at = base + placed.bit_offset
        yield Leaf(path=path, depth=depth, bit_offset=at, placed=placed, parent=layout)
        inner = placed.element
        if inner is not None and (into_named or inner.record.name is None):
            yield from _walk(inner, f"{path}." if name else prefix, at, depth + 1, into_named)


def is_copy(parent: RecordLayout, arm: MemberLayout) -> bool:
    """Whether an arm repeats the members of another one, which has a name of its own.

    That is what ``__struct_group`` makes: one list of members, as a record and without one.
    """
    if parent.record.kind != "union" or arm.element is None or arm.element.record.name:
        return False
    spans = [placed.member.span for placed in arm.element.members]
    return any(
        other.element is not None
        and other.element.record.name is not None
        and [placed.member.span for placed in other.element.members] == spans
        for other in parent.members
    )


class LayoutGroup(Struct, frozen=True, kw_only=True):
    """The ABIs (in table order) that give a record one and the same layout."""

    abis: tuple[str, ...]
    layout: RecordLayout


class RecordAcross(Struct, frozen=True, kw_only=True):
    """One record of one header under every ABI asked for; groups in table order of their first."""

    name: str
    path: str
    line: int
    groups: tuple[LayoutGroup, ...]
    not_checked: tuple[NotChecked, ...] = ()
    absent: tuple[str, ...] = ()
    """ABIs under which the header is not exported, or does not declare this record."""
