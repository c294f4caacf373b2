# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the next number of a family that no tree has promised to anybody."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from abicheck.model.claims import FamilyKind, Promise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abicheck.model.claims import Family, Sheet

_GAP = 256
"""Numbers so far above their predecessor stand apart: magic values, vendors' blocks."""
_NEAR = 16
"""Numbers above upstream's last that a branch may leave out on purpose, as others' to come."""
_LAST_NR = 0xFF


def taken_numbers(family: Family, sheets: Iterable[Sheet]) -> frozenset[int]:
    """Every number claimed, reserved or kept in any tree."""
    taken = {
        definition.number
        for sheet in sheets
        for definition in sheet.definitions
        if definition.number is not None and not definition.marker
    }
    for kept in family.kept:
        for first, last in kept.spans:
            taken.update(range(first, min(last, first + 4096) + 1))
    return frozenset(taken)


def next_free(
    family: Family, taken: frozenset[int], ours: frozenset[int] = frozenset(), wanted: int = 1
) -> tuple[int, ...]:
    """The next numbers that are free, fewer than wanted where the space is full.

    They follow the block that upstream (``ours``; without it everybody) counts in, and what other
    trees have taken on top of it.
    """
    if family.external is not None or not taken:
        return ()
    match family.kind:
        case FamilyKind.BITS:
            return _bits(family, taken, wanted)
        case FamilyKind.IOCTL:
            return _commands(family, taken, wanted)
        case FamilyKind.RANGES:
            return ()
    last = (1 << family.width) - 1 if family.ceiling is None else family.ceiling
    top = upper_end(family, ours or taken)
    for number in sorted(taken):
        if top < number <= min(top + _NEAR, last):
            top = number
    start = max(top + 1, family.floor)
    free = (number for number in range(start, last + 1) if number not in taken)
    return tuple(islice(free, wanted))


def upper_end(family: Family, taken: Iterable[int]) -> int:
    """The largest number of the block that upstream allocates from; -1 in an empty family."""
    top = -1
    for number in sorted(taken):
        if family.ceiling is not None and number > family.ceiling:
            break
        if top >= 0 and number - top > _GAP and number > family.floor:
            break
        top = number
    return top


def _bits(family: Family, taken: frozenset[int], wanted: int) -> tuple[int, ...]:
    used = 0
    for mask in taken:
        used |= mask
    start = family.floor
    free = [1 << bit for bit in range(start, family.width) if not used >> bit & 1]
    return tuple(free[:wanted])


def _commands(family: Family, taken: frozenset[int], wanted: int) -> tuple[int, ...]:
    """After the highest command of the family's first type, for a command of its own."""
    magic = family.magic[0] << 8
    used = {number & _LAST_NR for number in taken if number & ~_LAST_NR == magic}
    last = _LAST_NR if family.ceiling is None else family.ceiling
    top = max((number for number in used if number <= last), default=family.floor - 1)
    after = [number for number in range(top + 1, last + 1) if number not in used]
    return tuple(magic | number for number in after[:wanted])


def promised(
    sheets: Sequence[Sheet], upstream: frozenset[int], limit: int | None
) -> tuple[Promise, ...]:
    """What trees have given away and upstream (sheets by index) has not taken."""
    ours = {
        d.name
        for index in upstream
        for d in sheets[index].definitions
        if not d.reservation and d.number is not None
    }
    trees: dict[tuple[int, str, bool], list[str]] = {}
    for sheet in sheets:
        for d in sheet.definitions:
            if d.number is None or d.marker or d.name in ours:
                continue
            if limit is None or d.number <= limit:
                trees.setdefault((d.number, d.name, d.reservation), []).extend(sheet.trees)
    return tuple(
        Promise(number=number, name=name, trees=tuple(names), reservation=kept)
        for (number, name, kept), names in sorted(trees.items())
    )
