# SPDX-License-Identifier: GPL-2.0-or-later
"""This module says in words why a member lies where it does and why bytes are unused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.model import Cause, HoleKind
from abicheck.overlay.unions import is_room, overlays
from abicheck.report.facts import amount

if TYPE_CHECKING:
    from abicheck.model import Hole, MemberLayout, Record, RecordLayout


def alignment(placed: MemberLayout) -> str:
    """What aligned the member, in a few words; empty for one that may stand at any byte."""
    to = amount(placed.bit_align)
    match placed.cause:
        case Cause.NATURAL:
            return "" if placed.bit_align == 8 else f"aligned to {to}"
        case Cause.CAPPED:
            return f"aligned to {to} by this ABI"
        case Cause.MEMBER_ATTRIBUTE:
            return f"aligned({to})"
        case Cause.TYPE_ATTRIBUTE:
            return f"type aligned({to})"
        case Cause.PACKED:
            return "packed"
        case Cause.PRAGMA_PACK:
            return f"#pragma pack({to})"
        case Cause.RECORD_BOUNDARY:
            return f"records aligned to {to} by this ABI"
        case Cause.BIT_FIELD:
            return "in its storage unit"


def why(record: Record, placed: MemberLayout, skipped: int) -> str:
    """Why a member lies where it does, after ``skipped`` unused bits; of an arm only its steps."""
    parts = [steps(placed)]
    if record.kind == "struct":
        parts.append(alignment(placed))
    if skipped:
        parts.append(f"{_quantity(skipped)} skipped")
    return ", ".join(filter(None, parts))


def why_unused(layout: RecordLayout, hole: Hole) -> str:
    """Why the bits of a hole or of the tail padding are there."""
    if hole.kind is HoleKind.TAIL:
        return f"to a multiple of {amount(layout.bit_align)}"
    following = hole.after + 1
    if following >= len(layout.members):
        return "reserved by an unnamed bit-field"
    placed = layout.members[following]
    if placed.member.bit_width == 0:
        return "a zero-width bit-field ends the unit"
    name = placed.member.name or f"the {unnamed(placed)}"
    match placed.cause:
        case Cause.MEMBER_ATTRIBUTE | Cause.TYPE_ATTRIBUTE:
            return f"{name} is aligned({amount(placed.bit_align)})"
        case Cause.BIT_FIELD:
            return f"{name} starts a storage unit"
        case _:
            return f"{name} is {amount(placed.bit_align)}-aligned"


def unnamed(placed: MemberLayout) -> str:
    """What a member without a name is: ``struct``, ``union`` or ``bit-field``."""
    return placed.element.record.kind if placed.element else "bit-field"


def steps(placed: MemberLayout) -> str:
    """How an array goes on: ``4 x 8``, ``flexible, 48 each``; empty where bytes follow bytes."""
    count = placed.count
    if count is None:
        return ""
    if count:
        each = placed.bit_size // count
        return f"{count} x {amount(each)}" if each > 8 else ""
    kind = "zero-length" if "[0]" in placed.member.type_text else "flexible"
    return f"{kind}, {placed.element.size} each" if placed.element else kind


def remark(placed: MemberLayout) -> str:
    """What is worth saying about a member even unasked: array steps and its own attributes."""
    told = placed.cause in (Cause.MEMBER_ATTRIBUTE, Cause.TYPE_ATTRIBUTE, Cause.PRAGMA_PACK)
    own = told or (placed.cause is Cause.PACKED and placed.member.packed)
    return ", ".join(filter(None, (steps(placed), alignment(placed) if own else "")))


def room(layout: RecordLayout, placed: MemberLayout) -> str:
    """What others use of an arm that only gives a union its size; empty for any other."""
    if layout.record.kind != "union" or not is_room(placed):
        return ""
    return "".join(f"{amount(union.used)} used" for union in overlays(layout)[:1])


def _quantity(bits: int) -> str:
    number = bits if bits % 8 else bits // 8
    unit = "bit" if bits % 8 else "byte"
    return f"{number} {unit}{'' if number == 1 else 's'}"
