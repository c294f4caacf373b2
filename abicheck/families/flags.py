# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds masks of several bits that cover a flag of another name."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import product
from typing import TYPE_CHECKING

from abicheck.families.clash import Clash
from abicheck.model import Severity
from abicheck.model.claims import CollisionKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.families.classes import NameClasses
    from abicheck.model.claims import Definition, Family, Sheet

_MASK = re.compile(r"(?:\w*_)?(?:MASK|ALL|BITS|FLAGS|VALID|SUPPORTED|DEFAULT|TYPE)(?:_\w+)?")


def covered_flags(family: Family, sheets: Sequence[Sheet], classes: NameClasses) -> Iterator[Clash]:
    """Inside each tree: several bits that are no combination of flags, over a flag."""
    fields = re.compile(family.fields).fullmatch if family.fields else _no_field
    found: dict[tuple[str, str], list[tuple[int, Definition]]] = defaultdict(list)
    for index, sheet in enumerate(sheets):
        rows = [d for d in sheet.definitions if d.number and not d.marker and not d.reservation]
        single = [d for d in rows if _is_flag(d.number)]
        for mask in rows:
            if _is_flag(mask.number) or fields(mask.name) or _MASK.fullmatch(mask.name):
                continue
            inside = [d for d in single if (d.number or 0) & (mask.number or 0)]
            union = 0
            for flag in inside:
                union |= flag.number or 0
            if union == mask.number:
                continue
            for flag in inside:
                if classes.of(flag.name) != classes.of(mask.name) and not fields(flag.name):
                    pair = found[min(mask.name, flag.name), max(mask.name, flag.name)]
                    pair.extend(((index, mask), (index, flag)))
    for names, stakes in sorted(found.items()):
        number = max(d.number or 0 for _, d in stakes)
        reason = "the mask covers the flag, and is no combination of flags"
        yield Clash(CollisionKind.OVERLAP, Severity.ERROR, number, names, reason, tuple(stakes))


def covered_elsewhere(
    family: Family, sheets: Sequence[Sheet], classes: NameClasses, upstream: frozenset[int]
) -> Iterator[Clash]:
    """Several bits that are no combination of one tree's flags, over a flag of another tree."""
    fields = re.compile(family.fields).fullmatch if family.fields else _no_field
    flags: dict[str, list[tuple[int, Definition]]] = defaultdict(list)
    masks: dict[str, list[tuple[int, Definition]]] = defaultdict(list)
    held: dict[str, set[int]] = defaultdict(set)
    for index, sheet in enumerate(sheets):
        rows = [d for d in sheet.definitions if d.number and not d.marker and not d.reservation]
        known = 0
        for row in rows:
            held[classes.of(row.name)].add(index)
            if _is_flag(row.number):
                flags[row.name].append((index, row))
                known |= row.number or 0
        for row in rows:
            named = fields(row.name) or _MASK.fullmatch(row.name)
            if not (named or _is_flag(row.number)) and not (row.number or 0) & known:
                masks[row.name].append((index, row))
    for (mask, ours), (flag, theirs) in product(sorted(masks.items()), sorted(flags.items())):
        covered = any(a & b for a, b in product(_values(ours), _values(theirs)))
        mine, other = held[classes.of(mask)], held[classes.of(flag)]
        if (
            covered
            and not fields(flag)
            and not mine & other
            and not (mine & upstream and other & upstream)
        ):
            names = (min(mask, flag), max(mask, flag))
            number = max(d.number or 0 for _, d in ours)
            stakes = tuple(sorted((*ours, *theirs), key=lambda row: row[0]))
            reason = "the bits of one tree cover the flag of another"
            yield Clash(CollisionKind.OVERLAP, Severity.ERROR, number, names, reason, stakes)


def _values(stakes: Sequence[tuple[int, Definition]]) -> set[int]:
    return {definition.number or 0 for _, definition in stakes}


def _is_flag(number: int | None) -> bool:
    return number is not None and number & (number - 1) == 0


def _no_field(_name: str) -> None:
    return None
