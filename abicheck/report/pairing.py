# SPDX-License-Identifier: GPL-2.0-or-later
"""This module matches a record's layouts before and after, ABI by ABI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.layout import geometry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import LayoutReport, RecordAcross, RecordLayout


class Pair(Struct, frozen=True, kw_only=True):
    """ABIs that share an old layout and share a new one."""

    abis: tuple[str, ...]
    old: RecordLayout
    new: RecordLayout

    @property
    def same(self) -> bool:
        """Nothing moved and nothing grew."""
        return geometry(self.old) == geometry(self.new)


def layouts(record: RecordAcross) -> dict[str, RecordLayout]:
    """The record's layout by ABI."""
    return {abi: group.layout for group in record.groups for abi in group.abis}


def pairs(baseline: RecordAcross, current: RecordAcross) -> tuple[Pair, ...]:
    """The ABIs that have both, together where both their layouts are the same object."""
    old, new = layouts(baseline), layouts(current)
    together: dict[tuple[int, int], list[str]] = {}
    for abi in new:
        if abi in old:
            together.setdefault((id(old[abi]), id(new[abi])), []).append(abi)
    return tuple(
        Pair(abis=tuple(abis), old=old[abis[0]], new=new[abis[0]]) for abis in together.values()
    )


def records(
    baseline: LayoutReport, current: LayoutReport
) -> Iterator[tuple[RecordAcross | None, RecordAcross | None]]:
    """Each record as it was and as it is, the current report's first, None where it is missing.

    A record is the same one if its name and its path are; failing that, if its name is found once
    on either side: records move between headers.
    """
    old = {(record.name, record.path): record for record in baseline.records}
    new = {(record.name, record.path): record for record in current.records}
    moved = _moved(old.keys() - new.keys(), new.keys() - old.keys())
    for key, record in new.items():
        yield old.get(moved.get(key, key)), record
    taken = {*new, *moved.values()}
    yield from ((record, None) for key, record in old.items() if key not in taken)


def _moved(
    gone: set[tuple[str, str]], come: set[tuple[str, str]]
) -> dict[tuple[str, str], tuple[str, str]]:
    """The old key of each new one whose name left just one path and arrived at just one."""
    by_name: dict[str, list[tuple[str, str]]] = {}
    for key in gone:
        by_name.setdefault(key[0], []).append(key)
    names = [name for name, _ in come]
    return {
        key: by_name[key[0]][0]
        for key in come
        if names.count(key[0]) == 1 == len(by_name.get(key[0], ()))
    }
