# SPDX-License-Identifier: GPL-2.0-or-later
"""Which ABIs agree about a record; this module compares layouts and groups ABIs by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.model import LayoutGroup

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from abicheck.model import RecordLayout


def geometry(layout: RecordLayout) -> Hashable:
    """A value that is equal for layouts in which every bit lies in the same place.

    Names, offsets, sizes and the alignment of the record and of those within it count; spans,
    spellings and the reason of an alignment do not.
    """
    return (
        *(layout.record.kind, layout.bit_size, layout.bit_align),
        tuple(
            (
                *(placed.member.name, placed.bit_offset, placed.bit_size, placed.count),
                None if placed.element is None else geometry(placed.element),
            )
            for placed in layout.members
        ),
    )


def group(layouts: Mapping[str, RecordLayout]) -> tuple[LayoutGroup, ...]:
    """The ABIs with one and the same layout together, each group where its first ABI stood.

    ``layouts`` maps ABI names to layouts in the order of the table of ABIs.
    """
    shared: dict[int, tuple[RecordLayout, list[str]]] = {}
    for name, layout in layouts.items():
        shared.setdefault(id(layout), (layout, []))[1].append(name)
    groups: dict[Hashable, tuple[RecordLayout, list[str]]] = {}
    for layout, names in shared.values():
        key = geometry(layout) if len(shared) > 1 else None
        groups.setdefault(key, (layout, []))[1].extend(names)
    rank = {name: index for index, name in enumerate(layouts)}
    return tuple(
        LayoutGroup(abis=tuple(sorted(names, key=rank.__getitem__)), layout=layout)
        for layout, names in groups.values()
    )
