# SPDX-License-Identifier: GPL-2.0-or-later
"""Declarations written back as C; this module is what shows a generated record to a compiler."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.model import (
    Array,
    CType,
    Enum,
    EnumRef,
    InlineEnum,
    InlineRecord,
    Opaque,
    Pointer,
    Record,
    RecordRef,
    Scalar,
    Typedef,
    TypedefRef,
    Vector,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.model import Member


def c_text(items: Iterable[Typedef | Enum | Record]) -> str:
    """C that declares the items in this order."""
    return "".join(_item(item) for item in items)


def _item(item: Typedef | Enum | Record) -> str:
    if isinstance(item, Typedef):
        attribute = _attributes(item.aligned, packed=False)
        return f"typedef {_declare(item.type, item.name)}{attribute};\n"
    text = f"{_enum(item) if isinstance(item, Enum) else _record(item)};\n"
    if isinstance(item, Record) and item.pack:
        return f"#pragma pack(push, {item.pack})\n{text}#pragma pack(pop)\n"
    return text


def _enum(enum: Enum) -> str:
    values = ", ".join(f"{name} = {_number(value)}" for name, value in enum.enumerators)
    return f"{enum.name or 'enum'} {{ {values} }}{_attributes(None, packed=enum.packed)}"


def _number(value: int) -> str:
    # C has no negative literals, and the most negative one does not fit before its sign.
    return f"({value + 1}LL - 1)" if value < 0 else f"{value}{'LL' if value >= 2**31 else ''}"


def _record(record: Record) -> str:
    body = "".join(f"  {_member(member)};\n" for member in record.members)
    attributes = _attributes(record.aligned, packed=record.packed)
    return f"{record.name or record.kind} {{\n{body}}}{attributes}"


def _member(member: Member) -> str:
    width = "" if member.bit_width is None else f" : {member.bit_width}"
    attributes = _attributes(member.aligned, packed=member.packed)
    return f"{_declare(member.type, member.name or '')}{width}{attributes}"


def _attributes(aligned: int | None, *, packed: bool) -> str:
    words = ["packed"] if packed else []
    if aligned is not None:
        words.append(f"aligned({aligned})")
    return f" __attribute__(({', '.join(words)}))" if words else ""


def _declare(type: CType, name: str) -> str:
    match type:
        case Array(element, count):
            return _declare(element, f"{name}[{'' if count is None else count}]")
        case Pointer(target):
            return f"{target} *{name}"
        case Vector(element, size):
            return f"{element.kind} __attribute__((vector_size({size}))) {name}"
        case Scalar(kind):
            return f"{kind} {name}"
        case TypedefRef(spelling) | RecordRef(spelling) | EnumRef(spelling) | Opaque(spelling):
            return f"{spelling} {name}"
        case InlineRecord(record):
            return f"{_record(record)} {name}"
        case InlineEnum(enum):
            return f"{_enum(enum)} {name}"
