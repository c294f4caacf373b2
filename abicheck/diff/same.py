# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells whether two layouts are of one declaration, bit for bit and word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.layout import geometry
from abicheck.model import Array, Scalar, TypedefRef, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from abicheck.model import CType, Member, RecordLayout


def is_same(old: RecordLayout, new: RecordLayout) -> bool:
    """Whether every bit lies in the same place, and every member has the same type by its words."""
    return old is new or (geometry(old) == geometry(new) and _words(old) == _words(new))


def _words(layout: RecordLayout) -> Hashable:
    record = layout.record
    return (
        *(record.name, record.packed, record.aligned),
        tuple(
            (
                *(placed.member.bit_width, placed.member.aligned),
                placed.member.type_text.partition("[")[2],
                placed.member.type_text if placed.element is None else _words(placed.element),
            )
            for placed in layout.members
        ),
    )


def retyped(
    old: Mapping[str, Mapping[str, CType]], new: Mapping[str, Mapping[str, CType]]
) -> frozenset[tuple[str, str]]:
    """(ABI, name) of the typedefs that are another scalar type now.

    Both versions by name and ABI: what a typedef stands for. One and the same declaration may be
    ``long`` under one ABI and ``long long`` under the next.
    """
    both = (
        (abi, name, old[name][abi], new[name][abi])
        for name in old.keys() & new.keys()
        for abi in old[name].keys() & new[name].keys()
    )
    return frozenset(
        (abi, name)
        for abi, name, was, now in both
        if isinstance(was, Scalar) and isinstance(now, Scalar) and was != now
    )


def through(
    old: RecordLayout, new: RecordLayout, why: Callable[[Member, Member], str]
) -> frozenset[str]:
    """What alone makes two layouts differ; empty where anything else does.

    ``why`` names what makes a member differ that is written as it was, and nothing for the others.
    """
    found: set[str] = set()
    if (old.record.packed, old.record.aligned) != (new.record.packed, new.record.aligned):
        return frozenset()
    if len(old.members) != len(new.members):
        return frozenset()
    for was, now in zip(old.members, new.members, strict=True):
        one, two = was.member, now.member
        if (one.name, one.bit_width) != (two.name, two.bit_width):
            return frozenset()
        name = why(one, two)
        if name:
            found.add(name)
        elif was.element is not None and now.element is not None:
            if was.element.record.name != now.element.record.name or was.count != now.count:
                return frozenset()
            deeper = through(was.element, now.element, why)
            if not deeper and not is_same(was.element, now.element):
                return frozenset()
            found |= deeper
        elif one.type_text != two.type_text:
            return frozenset()
    return frozenset(found)


def named_typedef(member: Member) -> str:
    """The typedef that a member is declared with, empty for another type."""
    return _typedef(member.type)


def typedefs(layout: RecordLayout) -> frozenset[str]:
    """The typedefs that members of the record's own body are declared with."""
    found = (leaf.placed.member.type for leaf in walk(layout, into_named=False))
    return frozenset(filter(None, map(_typedef, found)))


def _typedef(ctype: CType) -> str:
    while isinstance(ctype, Array):
        ctype = ctype.element
    return ctype.name if isinstance(ctype, TypedefRef) else ""
