# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads layouts as rules need them: leaf by leaf, and ABI by ABI."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from abicheck.abis import compat_pairs
from abicheck.model import Evidence, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from abicheck.model import Leaf, RecordAcross, RecordLayout


@cache
def leaves(layout: RecordLayout) -> Mapping[str, Leaf]:
    """By dotted path: every member with a name, records as well as what they hold, in order.

    Of union arms that share a path the first one counts; nameless members have no path.
    """
    found: dict[str, Leaf] = {}
    for leaf in walk(layout):
        if leaf.placed.member.name:
            found.setdefault(leaf.path, leaf)
    return found


def by_abi(across: RecordAcross) -> dict[str, RecordLayout]:
    """By ABI name: the record's layout, in the order of its groups."""
    return {abi: group.layout for group in across.groups for abi in group.abis}


def pairs(across: RecordAcross) -> Iterator[tuple[str, RecordLayout, str, RecordLayout]]:
    """(32-bit ABI, layout, 64-bit ABI, layout) for each compat pair that lays the record out."""
    layouts = by_abi(across)
    for small, large in compat_pairs():
        if small.name in layouts and large.name in layouts:
            yield small.name, layouts[small.name], large.name, layouts[large.name]


def evidence(
    across: RecordAcross, measure: Callable[[RecordLayout], Evidence | None]
) -> tuple[Evidence, ...]:
    """What ``measure`` makes of each layout, ABIs that agree together; None is left out."""
    found: dict[Evidence, list[str]] = {}
    for group in across.groups:
        measured = measure(group.layout)
        if measured is not None:
            found.setdefault(measured, []).extend(group.abis)
    return tuple(
        Evidence(abis=tuple(abis), offset=e.offset, size=e.size, align=e.align, text=e.text)
        for e, abis in found.items()
    )


def member_evidence(across: RecordAcross, path: str) -> tuple[Evidence, ...]:
    """Where a member lies and how large it is, in bytes, under each group of ABIs that agree."""

    def measure(layout: RecordLayout) -> Evidence | None:
        leaf = leaves(layout).get(path)
        if leaf is None:
            return None
        bit = leaf.bit_offset % 8
        return Evidence(
            abis=(),
            offset=leaf.bit_offset // 8,
            size=leaf.placed.bit_size // 8,
            align=leaf.placed.bit_align // 8,
            text=f"bit {bit}" if bit else "",
        )

    return evidence(across, measure)


def size_evidence(across: RecordAcross) -> tuple[Evidence, ...]:
    """The record's size and alignment in bytes under each group of ABIs that agree."""
    return evidence(across, lambda layout: Evidence(abis=(), size=layout.size, align=layout.align))
