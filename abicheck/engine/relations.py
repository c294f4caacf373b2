# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which records hold others by value, and which repeat another's layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from abicheck.checks.facts import Role, Use
from abicheck.checks.leaves import by_abi, own
from abicheck.overlay.unions import is_room

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abicheck.model import RecordAcross, RecordLayout

_NARROW, _WIDE = "i386", "x86_64"
"""The pair that a twin is made for: no other one disagrees about the alignment of a scalar."""


class Relations(Struct):
    """What one record is to others, by their names."""

    holders: dict[str, bool] = field(default_factory=dict)
    """Records that hold it by value; true where a padded union hides its size."""
    twin: str | None = None
    """The record that repeats its 32-bit layout."""
    mirrors: str | None = None
    """The record whose 32-bit layout it repeats."""

    @property
    def uses(self) -> tuple[Use, ...]:
        """That it mirrors another record, if it does."""
        return (Use(role=Role.COMPAT_TWIN, by=self.mirrors),) if self.mirrors else ()

    @property
    def hidden_in(self) -> str | None:
        """A record whose padded union hides it, if all that hold it do."""
        return next(iter(self.holders), None) if all(self.holders.values()) else None


def relations(records: Iterable[RecordAcross]) -> Mapping[str, Relations]:
    """By record name: what it is to the others."""
    known = {across.name: across for across in records}
    found = {name: Relations() for name in known}
    for name, across in known.items():
        for inner, hidden in _held(across.groups[0].layout):
            if inner in found and inner != name:
                holders = found[inner].holders
                holders[name] = holders.get(name, True) and hidden
        for called in _twin_names(name):
            if called in known and _repeats(known[called], across):
                found[name].twin, found[called].mirrors = called, name
    return found


def _held(layout: RecordLayout) -> Iterator[tuple[str, bool]]:
    """(name, whether a padded union hides its size) of each record held by value."""
    for leaf in own(layout):
        inner = leaf.placed.element
        if inner is not None and inner.record.name is not None:
            yield inner.record.name, _is_padded(leaf.parent)


def _is_padded(layout: RecordLayout) -> bool:
    return layout.record.kind == "union" and any(map(is_room, layout.members))


def _twin_names(name: str) -> Iterator[str]:
    keyword, _, tag = name.rpartition(" ")
    prefix = f"{keyword} " if keyword else ""
    yield f"{prefix}compat_{tag}"
    for ending in ("32", "_32", "_compat", "_compat32"):
        yield f"{prefix}{tag}{ending}"


def _repeats(twin: RecordAcross, of: RecordAcross) -> bool:
    """Whether a record has, under every ABI of the pair, the other one's 32-bit layout."""
    mine, theirs = by_abi(twin), by_abi(of)
    if _NARROW not in theirs or _WIDE not in theirs:
        return False
    expected = _places(theirs[_NARROW])
    return expected != _places(theirs[_WIDE]) and all(
        _places(mine[abi]) == expected for abi in (_NARROW, _WIDE) if abi in mine
    )


def _places(layout: RecordLayout) -> tuple[object, ...]:
    return (
        layout.bit_size,
        *((placed.bit_offset, placed.bit_size) for placed in layout.members),
    )
