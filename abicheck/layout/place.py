# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the members of one record go; this module follows the semantics of GCC's stor-layout.

GCC is the judge because Linux is built with it. What differs between ABIs is in ``Rules``; what
differs between compilers is marked on the layout. All numbers are bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from abicheck.layout.holes import holes_of
from abicheck.model import Cause, MemberLayout, RecordLayout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abicheck.layout.rules import Rules
    from abicheck.layout.shape import Shape
    from abicheck.model import Member, Record

_ALIGNED_TYPE = (
    "GCC and clang place bit-field '{}' differently: its type has an 'aligned' attribute"
)
_ALIGNED_STRADDLE = (
    "bit-field '{}' has an 'aligned' attribute: "
    "clang lets it straddle a unit of its type, GCC does not"
)
_ALIGNED_PACKED = "GCC and clang place bit-field '{}' differently: 'aligned' under '#pragma pack'"


class Placed(NamedTuple):
    """A record's layout, with what a record that holds it needs to know."""

    layout: RecordLayout
    user: bool
    """An ``aligned`` attribute lies inside, so GCC takes the alignment for the user's."""
    cause: Cause


class _Wish(NamedTuple):
    """What one member asks for."""

    align: int
    """Its offset is to be a multiple of this."""
    record_align: int
    """The record's alignment is to be at least this."""
    user: bool
    cause: Cause
    unit: int = 0
    """Units of its type a bit-field may not straddle: their alignment, 0 for no such limit."""


def place(record: Record, shapes: Sequence[Shape], rules: Rules) -> Placed:
    """The layout of a record whose members have these shapes."""
    floor = max(8, (record.aligned or 0) * 8)
    boundary = 8 if record.packed else _pack(record, rules.record_boundary)
    align = max(floor, boundary)
    window = max(floor, rules.biggest)
    user = record.aligned is not None
    struct = record.kind == "struct"
    position = end = 0
    placed = []
    dependent = None
    for member, shape in zip(record.members, shapes, strict=True):
        width = member.bit_width
        if width is None:
            wish = _plain(record, member, shape)
            size = shape.size
        else:
            wish = _bit_field(record, member, shape, rules, position)
            size = width
            dependent = dependent or _disputed(record, member, shape)
        if struct:
            position = -(-position // wish.align) * wish.align
            if wish.unit and _straddles(position, size, shape.size, wish.unit):
                # GCC rounds up within the window, which matters for units larger than it.
                start = position - position % window
                position = start + -(-(position - start) // wish.unit) * wish.unit
                if member.aligned is not None:
                    dependent = dependent or _ALIGNED_STRADDLE.format(member.name or "")
        align = max(align, wish.record_align)
        user = user or wish.user
        dependent = dependent or shape.dependent
        placed.append(
            MemberLayout(
                member=member,
                bit_offset=position,
                bit_size=size,
                bit_align=wish.align,
                cause=wish.cause,
                element=shape.element,
                count=shape.count,
            )
        )
        if struct:
            position += size
        end = max(end, position + size * (not struct))
    bit_size = -(-end // align) * align
    members = tuple(placed)
    layout = RecordLayout(
        record=record,
        bit_size=bit_size,
        bit_align=align,
        members=members,
        holes=holes_of(record.kind, members, bit_size),
        compiler_dependent=dependent,
    )
    return Placed(layout, user, _record_cause(record, align, boundary, members))


def _plain(record: Record, member: Member, shape: Shape) -> _Wish:
    """What a member that is no bit-field asks for."""
    own = (member.aligned or 0) * 8
    align = shape.align if shape.user else min(shape.align, shape.cap)
    cause, user = shape.cause, shape.user
    if shape.align > 8 and (record.packed or member.packed):
        align, cause = 8, Cause.PACKED
        if own:
            align, cause, user = own, Cause.MEMBER_ATTRIBUTE, True
    elif own >= shape.align:
        if own > align:
            cause = Cause.MEMBER_ATTRIBUTE
        align, user = own, True
    packed = _pack(record, align)
    if packed < align:
        align, cause = packed, Cause.PRAGMA_PACK
    return _Wish(align, align, user, cause)


def _bit_field(record: Record, member: Member, shape: Shape, rules: Rules, position: int) -> _Wish:
    """What a bit-field asks for when the members before it end at ``position``."""
    if member.bit_width == 0:
        return _zero_width(member, shape, rules)
    width = member.bit_width or 0
    packed = record.packed or member.packed
    own = (member.aligned or 0) * 8
    align = own or 1
    whole = False
    if width in rules.unit_widths:
        # An aligned whole unit is an ordinary member to GCC: it straddles nothing.
        natural = min(width, rules.biggest)
        whole = not (packed and natural > 8) and position % natural == 0
        if whole:
            align = max(align, natural)
    if packed and not own:
        align = min(align, 8)
    elif not packed and not own:
        align = min(align, shape.cap)
    align = _pack(record, align)
    cause = Cause.MEMBER_ATTRIBUTE if own else Cause.PACKED if packed else Cause.BIT_FIELD
    if not rules.type_matters:
        return _Wish(align, align, own > 0, cause)
    type_align = shape.field_align
    free = whole or packed or bool(record.pack)
    return _Wish(
        align,
        _type_share(record, member, type_align, rules, align, packed=packed),
        own > 0 or (shape.user and (not free or _counts(member, rules))),
        cause,
        0 if free else type_align,
    )


def _zero_width(member: Member, shape: Shape, rules: Rules) -> _Wish:
    """What ``:0`` asks for; neither packing nor ``#pragma pack`` touches it."""
    align = (member.aligned or 0) * 8 or 1
    user = align > 1
    if not rules.type_matters:
        if rules.empty_boundary > align:
            align, user = rules.empty_boundary, False
        return _Wish(align, align, user, Cause.BIT_FIELD)
    if shape.align > align:
        align, user = shape.align, shape.user
    if not user:
        align = min(align, shape.cap)
    if not _counts(member, rules):
        return _Wish(align, 0, user, Cause.BIT_FIELD)
    return _Wish(align, max(align, shape.field_align), user or shape.user, Cause.BIT_FIELD)


def _disputed(record: Record, member: Member, shape: Shape) -> str | None:
    """Why GCC and clang may differ about a bit-field."""
    if shape.user:
        return _ALIGNED_TYPE.format(member.name or "")
    if member.aligned is not None and record.pack:
        return _ALIGNED_PACKED.format(member.name or "")
    return None


def _counts(member: Member, rules: Rules) -> bool:
    return member.name is not None or rules.unnamed_aligns


def _type_share(
    record: Record, member: Member, type_align: int, rules: Rules, align: int, *, packed: bool
) -> int:
    """What a bit-field's type and attributes add to its record's alignment."""
    if not _counts(member, rules):
        return 0
    if record.pack:
        type_align = _pack(record, type_align)
    elif packed:
        type_align = 8
    return max(align, type_align)


def _straddles(position: int, width: int, type_size: int, unit: int) -> bool:
    return -(-(position % unit + width) // unit) > type_size // unit


def _pack(record: Record, align: int) -> int:
    """The alignment after ``#pragma pack``."""
    return min(align, record.pack * 8) if record.pack else align


def _record_cause(
    record: Record, align: int, boundary: int, members: tuple[MemberLayout, ...]
) -> Cause:
    if record.aligned is not None and align == record.aligned * 8:
        return Cause.TYPE_ATTRIBUTE
    if boundary == align > max((placed.bit_align for placed in members), default=8):
        return Cause.RECORD_BOUNDARY
    return Cause.NATURAL
