# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds addresses whose ranges overlap."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from abicheck.families.clash import Clash
from abicheck.model import Severity
from abicheck.model.claims import CollisionKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from abicheck.families.classes import NameClasses
    from abicheck.model.claims import Definition, Sheet

    Stake = tuple[int, Definition]


def overlaps(
    sheets: Sequence[Sheet], classes: NameClasses, race: Callable[[Stake, Stake], bool]
) -> Iterator[Clash]:
    """Constants of different names whose bytes overlap, within a tree and across trees that race.

    Programs do not share their addresses: a definition in one ``.c`` file meets those of the same
    file and of headers, never those of another program or architecture.
    """
    found: dict[tuple[str, str], list[tuple[int, Definition]]] = defaultdict(list)
    rows = [
        (index, definition)
        for index, sheet in enumerate(sheets)
        for definition in sheet.definitions
        if definition.number is not None and definition.size is not None
    ]
    rows.sort(key=lambda row: (row[1].number or 0, row[1].name))
    for one, other in combinations(rows, 2):
        a, b = one[1], other[1]
        if a.number is None or b.number is None or a.size is None:
            continue
        if classes.of(a.name) == classes.of(b.name):
            continue
        if b.number < a.number + a.size and _meet(a, b) and race(one, other):
            found[min(a.name, b.name), max(a.name, b.name)].extend((one, other))
    for names, stakes in sorted(found.items()):
        unique = tuple(dict.fromkeys(stakes))
        starts = [d.number for _, d in unique if d.number is not None]
        told = ", ".join(sorted({_span(d) for _, d in unique}))
        yield Clash(CollisionKind.OVERLAP, Severity.ERROR, max(starts), names, told, unique)


def _span(definition: Definition) -> str:
    start, size = definition.number or 0, definition.size or 0
    return f"{definition.name} 0x{start:x} to 0x{start + size - 1:x}"


def _meet(one: Definition, other: Definition) -> bool:
    """Whether one program can see both definitions."""
    if one.path == other.path:
        return True
    places = {one.path.rpartition("/")[0], other.path.rpartition("/")[0]}
    arches = {arch for place in places if (arch := _arch(place)) is not None}
    headers = [definition.path.endswith(".h") for definition in (one, other)]
    return len(arches) < 2 and all(headers)


def _arch(folder: str) -> str | None:
    known = {"aarch64": "arm64", "arm64": "arm64", "x86_64": "x86", "x86": "x86"}
    known |= {"riscv": "riscv", "s390x": "s390", "s390": "s390", "loongarch": "loongarch"}
    return next((known[part] for part in folder.split("/") if part in known), None)
