# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds each record of one version in the other: by name, else by its shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from abicheck.layout import geometry

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from abicheck.model import RecordAcross, RecordLayout

_LEAST = 2
"""Members of a record whose shape is enough to know it by."""


class Match(Struct, frozen=True, kw_only=True):
    """One record in both versions, and the ABIs under which it is that."""

    old: RecordAcross
    new: RecordAcross
    abis: tuple[str, ...]


class Matching(Struct, frozen=True, kw_only=True):
    """All records of two versions."""

    matches: tuple[Match, ...]
    gone: tuple[tuple[RecordAcross, tuple[str, ...]], ...]
    """Records that only the baseline has, and under which ABIs."""
    born: tuple[tuple[RecordAcross, tuple[str, ...]], ...]


class _Open(Struct):
    """A record, and the ABIs under which nobody has matched it yet."""

    across: RecordAcross
    abis: dict[str, RecordLayout] = field(default_factory=dict)


def layouts(across: RecordAcross) -> dict[str, RecordLayout]:
    """The record's layout by ABI."""
    return {abi: group.layout for group in across.groups for abi in group.abis}


def match(
    old: Iterable[RecordAcross],
    new: Iterable[RecordAcross],
    include: Callable[[RecordAcross], str],
) -> Matching:
    """Each record of either version once for every ABI.

    ``include`` gives the include path of the header that a record stands in: the same for two
    versions, whatever their trees look like.
    """
    before = [_Open(across, layouts(across)) for across in old]
    after = [_Open(across, layouts(across)) for across in new]
    found = list(_by(lambda item: (include(item.across), item.across.name), before, after))
    found += _by(lambda item: item.across.name, before, after)
    found += _by(_shape, before, after)
    return Matching(matches=tuple(found), gone=_left(before), born=_left(after))


def _by(
    key: Callable[[_Open], Hashable], before: Iterable[_Open], after: Iterable[_Open]
) -> Iterator[Match]:
    """Pairs with an equal key under some ABI, which are taken from what is open."""
    known: dict[Hashable, list[_Open]] = {}
    for item in before:
        if item.abis and key(item) is not None:
            known.setdefault(key(item), []).append(item)
    for item in after:
        for older in known.get(key(item), ()) if item.abis else ():
            both = tuple(abi for abi in item.abis if abi in older.abis)
            if both:
                yield Match(old=older.across, new=item.across, abis=both)
                for abi in both:
                    del item.abis[abi], older.abis[abi]


def _shape(item: _Open) -> Hashable:
    """What a record under another name is known by; None for one that could be any."""
    layout = next(iter(item.abis.values()))
    named = [placed.member.name for placed in layout.members if placed.member.name]
    return geometry(layout) if len(named) >= _LEAST else None


def _left(items: Iterable[_Open]) -> tuple[tuple[RecordAcross, tuple[str, ...]], ...]:
    return tuple((item.across, tuple(item.abis)) for item in items if item.abis)
