# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells where two front ends read the same headers differently."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.model import Array, InlineEnum, InlineRecord, Opaque, Pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abicheck.model import CType, Enum, Member, Record, Span, Typedef
    from abicheck.parse.unit import Unit

_UNNAMED = re.compile(r"(struct|union|enum) \((?:unnamed|anonymous)[^()]*\)")


_SYSTEM_ROOT = "<system root>/"
"""Its typedefs are the compilers' own: GCC's wchar_t is long on i386, and clang's int."""


class Difference(Struct, frozen=True, kw_only=True):
    """One fact that two units give differently; each side as text, "" where it is missing."""

    subject: str
    """``struct kvm_run``, ``struct kvm_run.padding``, ``enum x.FIRST`` or a typedef's name."""
    fact: str
    """What differs: ``type``, ``packed``, ``bit width``, ``declared`` ..."""
    left: str
    right: str
    span: Span


def compare(left: Unit, right: Unit) -> tuple[Difference, ...]:
    """Every difference between two units in records, members, attributes, typedefs and enums.

    Columns, and what one side says about a type it could not read, do not count.
    """
    return tuple(_compare(left, right))


def _compare(left: Unit, right: Unit) -> Iterator[Difference]:
    one, other = left.declarations, right.declarations
    yield from _missing(one.records, other.records)
    yield from _missing(one.typedefs, other.typedefs)
    yield from _missing(one.enums, other.enums)
    for name, record in one.records.items():
        if name in other.records:
            yield from _records(name, record, other.records[name])
    for name, typedef in one.typedefs.items():
        if name in other.typedefs:
            yield from _typedefs(typedef, other.typedefs[name])
    for name, enum in one.enums.items():
        if name in other.enums:
            yield from _enums(name, enum, other.enums[name])


def _missing(
    one: Mapping[str, Record | Typedef | Enum], other: Mapping[str, Record | Typedef | Enum]
) -> Iterator[Difference]:
    for name in [*one, *(name for name in other if name not in one)]:
        if name in one and name in other:
            continue
        span = (one.get(name) or other[name]).span
        sides = ("declared", "") if name in one else ("", "declared")
        yield Difference(subject=name, fact="declared", left=sides[0], right=sides[1], span=span)


def _facts(
    subject: str, span: Span, facts: Mapping[str, tuple[object, object]]
) -> Iterator[Difference]:
    for fact, (one, other) in facts.items():
        if one != other:
            yield Difference(subject=subject, fact=fact, left=str(one), right=str(other), span=span)


def _place(span: Span) -> str:
    return f"{span.path}:{span.line}"


def _records(subject: str, one: Record, other: Record) -> Iterator[Difference]:
    facts: dict[str, tuple[object, object]] = {
        "kind": (one.kind, other.kind),
        "packed": (one.packed, other.packed),
        "aligned": (one.aligned, other.aligned),
        "pack": (one.pack, other.pack),
        "undecided": (one.undecided is not None, other.undecided is not None),
        "place": (_place(one.span), _place(other.span)),
        "members": ([member.name for member in one.members], [m.name for m in other.members]),
    }
    yield from _facts(subject, one.span, facts)
    if len(one.members) == len(other.members):
        for index, (left, right) in enumerate(zip(one.members, other.members, strict=True)):
            yield from _members(f"{subject}.{left.name or index}", left, right)


def _members(subject: str, one: Member, other: Member) -> Iterator[Difference]:
    facts: dict[str, tuple[object, object]] = {
        "bit width": (one.bit_width, other.bit_width),
        "aligned": (one.aligned, other.aligned),
        "packed": (one.packed, other.packed),
        "place": (_place(one.span), _place(other.span)),
        "spelling": (_spelled(one.type_text), _spelled(other.type_text)),
    }
    if isinstance(one.type, Opaque) and isinstance(other.type, Opaque):
        del facts["spelling"], facts["aligned"]
    yield from _facts(subject, one.span, facts)
    yield from _types(subject, one.span, one.type, other.type)


def _types(subject: str, span: Span, one: CType, other: CType) -> Iterator[Difference]:
    if isinstance(one, InlineRecord) and isinstance(other, InlineRecord):
        yield from _records(subject, one.record, other.record)
    elif isinstance(one, InlineEnum) and isinstance(other, InlineEnum):
        yield from _enums(subject, one.enum, other.enum)
    elif isinstance(one, Array) and isinstance(other, Array) and one.count == other.count:
        yield from _types(subject, span, one.element, other.element)
    elif isinstance(one, Pointer) and isinstance(other, Pointer):
        facts = {"pointer to": (_spelled(one.target), _spelled(other.target))}
        yield from _facts(subject, span, facts)
    elif not (isinstance(one, Opaque) and isinstance(other, Opaque)):
        yield from _facts(subject, span, {"type": (one, other)})


def _typedefs(one: Typedef, other: Typedef) -> Iterator[Difference]:
    facts: dict[str, tuple[object, object]] = {
        "aligned": (one.aligned, other.aligned),
        "place": (_place(one.span), _place(other.span)),
    }
    yield from _facts(one.name, one.span, facts)
    if not one.span.path.startswith(_SYSTEM_ROOT):
        yield from _types(one.name, one.span, one.type, other.type)


def _enums(subject: str, one: Enum, other: Enum) -> Iterator[Difference]:
    facts: dict[str, tuple[object, object]] = {
        "packed": (one.packed, other.packed),
        "place": (_place(one.span), _place(other.span)),
        "enumerators": (len(one.enumerators), len(other.enumerators)),
    }
    yield from _facts(subject, one.span, facts)
    for left, right in zip(one.enumerators, other.enumerators, strict=False):
        yield from _facts(f"{subject}.{left[0]}", one.span, {"enumerator": (left, right)})


def _spelled(text: str) -> str:
    """A type's spelling without white space and without where an unnamed type stands."""
    return _UNNAMED.sub(r"\1", text).replace(" ", "")
