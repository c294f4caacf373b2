# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells whether two layouts are of one declaration, bit for bit and word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.layout import geometry
from abicheck.model import Array, Scalar, TypedefRef, walk

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping

    from abicheck.model import CType, RecordLayout


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


def through(old: RecordLayout, new: RecordLayout, names: Collection[str]) -> frozenset[str]:
    """Those of the typedefs that alone make two layouts differ; empty where more does."""
    found: set[str] = set()
    if (old.record.packed, old.record.aligned) != (new.record.packed, new.record.aligned):
        return frozenset()
    if len(old.members) != len(new.members):
        return frozenset()
    for was, now in zip(old.members, new.members, strict=True):
        known = _typedef(now.member.type)
        inner = was.element, now.element
        if (was.member.name, was.member.bit_width) != (now.member.name, now.member.bit_width):
            return frozenset()
        if inner[0] is not None and inner[1] is not None and inner[1].record.name is None:
            deeper = through(inner[0], inner[1], names)
            if not deeper and not is_same(inner[0], inner[1]):
                return frozenset()
            found |= deeper
        elif was.member.type_text != now.member.type_text:
            return frozenset()
        elif known in names:
            found.add(known)
    return frozenset(found)


def typedefs(layout: RecordLayout) -> frozenset[str]:
    """The typedefs that members of the record's own body are declared with."""
    found = (leaf.placed.member.type for leaf in walk(layout, into_named=False))
    return frozenset(filter(None, map(_typedef, found)))


def _typedef(ctype: CType) -> str:
    while isinstance(ctype, Array):
        ctype = ctype.element
    return ctype.name if isinstance(ctype, TypedefRef) else ""
