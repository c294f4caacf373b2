# SPDX-License-Identifier: GPL-2.0-or-later
"""This module gathers what one insertion into an implicitly numbered enum did to all after it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec.structs import replace

from abicheck.model import Severity
from abicheck.model.claims import CollisionKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.families.clash import Clash

_FEWEST = 3
"""Names that must move by the same distance before they are told as one."""


def gather(clashes: Iterable[Clash]) -> tuple[Clash, ...]:
    """The clashes, where enumerators moved together told once, at the first of them."""
    clashes = tuple(clashes)
    groups: dict[tuple[int, int], list[Clash]] = defaultdict(list)
    for clash in clashes:
        key = _shift(clash)
        if key is not None:
            groups[key].append(clash)
    moved = {key: group for key, group in groups.items() if len(group) >= _FEWEST}
    names = {name for group in moved.values() for clash in group for name in clash.names}
    told = {id(clash) for group in moved.values() for clash in group}
    sheets = {sheet for sheet, _ in moved}
    rest: list[Clash] = []
    explained: list[Clash] = []
    for clash in clashes:
        if id(clash) in told:
            continue
        (explained if _is_moved(clash, names, sheets) else rest).append(clash)
    return (*rest, *_roots(moved, explained))


def _is_moved(clash: Clash, names: set[str], sheets: set[int]) -> bool:
    """Whether a number collides only because the moved names came to stand on it."""
    if clash.kind not in (CollisionKind.NUMBER, CollisionKind.OVERLAP):
        return False
    there = [definition.name for sheet, definition in clash.stakes if sheet in sheets]
    return clash.severity is Severity.ERROR and bool(there) and names.issuperset(there)


def _roots(moved: dict[tuple[int, int], list[Clash]], explained: list[Clash]) -> Iterable[Clash]:
    for (_, distance), group in moved.items():
        group.sort(key=lambda clash: (clash.number or 0, clash.names))
        root = group[0]
        mine = {name for clash in group for name in clash.names}
        also = tuple(clash for clash in explained if mine.intersection(clash.names))
        reason = f"{len(group)} enumerators numbered by position are {distance:+d} from here on"
        yield replace(root, reason=reason, follows=(*group[1:], *also))
        explained = [clash for clash in explained if clash not in also]


def _shift(clash: Clash) -> tuple[int, int] | None:
    """Which sheet moved the name, by how much; None unless its position numbers it there."""
    if clash.kind is not CollisionKind.NAME or clash.severity is not Severity.ERROR:
        return None
    for index, definition in clash.stakes:
        if definition.number != clash.number and definition.number is not None:
            implicit = definition.implicit or any(
                d.implicit for _, d in clash.stakes if d.number == clash.number
            )
            if implicit and clash.number is not None:
                return index, definition.number - clash.number
    return None
