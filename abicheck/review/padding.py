# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds padding in a record as a text shows it, where everything in it is known.

A hint for reviewers of C code, under x86_64's natural alignment; what a header's records really
look like is for the layout engine to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.review.spellings import meaning

if TYPE_CHECKING:
    from collections.abc import Callable

    from abicheck.review.contradictions import Number
    from abicheck.review.sketches import Field, Sketch

    Lookup = Callable[[str], Sketch | None]

_DEEPEST = 16


class _UnknownError(Exception):
    """The size of something in the record cannot be told."""


def padding(record: Sketch, lookup: Lookup, number: Number) -> tuple[str, int] | None:
    """The first member with padding behind it and how many bytes the record has of it in all.

    None where there is none, or where a member's size cannot be told.
    """
    holes: list[tuple[str, int]] = []
    try:
        _size(record, lookup, number, holes, 0)
    except _UnknownError:
        return None
    return (holes[0][0], sum(amount for _, amount in holes)) if holes else None


def _size(
    record: Sketch, lookup: Lookup, number: Number, holes: list[tuple[str, int]], depth: int
) -> tuple[int, int]:
    """Size and alignment in bytes; padding between and behind members is noted."""
    if record.packed or record.partial or depth > _DEEPEST:
        raise _UnknownError
    end = align = 0
    before = ""
    for field in record.fields:
        if field.bits or field.conditional:
            raise _UnknownError
        size, natural = _field(field, lookup, number, holes, depth)
        align = max(align, natural)
        if record.kind == "union":
            end = max(end, size)
        else:
            gap = -end % natural
            if gap:
                holes.append((before, gap))
            end += gap + size
        before = field.name or before
    if -end % max(align, 1):
        holes.append((before, -end % align))
    return end + -end % max(align, 1), max(align, 1)


def _field(
    field: Field, lookup: Lookup, number: Number, holes: list[tuple[str, int]], depth: int
) -> tuple[int, int]:
    size, align = _type(field, lookup, number, holes, depth)
    for expression in field.sizes:
        count = number(expression) if expression else 0
        if count is None:
            raise _UnknownError
        size *= count
    return size, align


def _type(
    field: Field, lookup: Lookup, number: Number, holes: list[tuple[str, int]], depth: int
) -> tuple[int, int]:
    if field.pointer:
        return 8, 8
    if field.type.startswith("enum"):
        return 4, 4
    kind, width = meaning(field.type, False) or ("", "")
    if kind == "bits" and int(width) <= 64:
        return int(width) // 8, int(width) // 8
    if kind == "long":
        return 8, 8
    inner = field.record or lookup(field.type)
    if inner is None:
        raise _UnknownError
    return _size(inner, lookup, number, holes, depth + 1)
