# SPDX-License-Identifier: GPL-2.0-or-later
"""This module says which moves and sizes unions and padding account for: told there, and once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abicheck.overlay.arms import growths, overlaps, union_moves
from abicheck.overlay.between import between
from abicheck.overlay.fillings import filling, taken_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import RecordLayout
    from abicheck.overlay.fillings import Forms


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What the rules about unions and padding tell of a record; nobody else need to."""

    moves: frozenset[tuple[str, str]]
    """(ABI, dotted path) of each member whose new place they account for."""
    sizes: frozenset[str]
    """The ABIs under which they account for the record's new size."""


def explained(forms: Forms) -> Explained:
    """What fills padding, aligns a union, outgrows one, or came to lie on another member."""
    moves: set[tuple[str, str]] = set()
    sizes: set[str] = set()
    for found in (filling(forms), taken_out(forms)):
        for abis, change in found.moved if found else ():
            sizes.update(abis)
            moves |= {(abi, before.path) for abi in abis for before, _ in change.displaced}
    for abis, old, new in forms:
        paths, grows = _by_unions(old, new)
        moves |= {(abi, path) for abi in abis for path in paths}
        sizes.update(abis if grows else ())
    return Explained(moves=frozenset(moves), sizes=frozenset(sizes))


def _by_unions(old: RecordLayout, new: RecordLayout) -> tuple[set[str], bool]:
    """(the members that unions move, whether the record's size is one of the consequences)."""
    places = [
        (before, after.bit_offset - before.bit_offset)
        for before, after in between(old, new).displaced
    ]
    paths: set[str] = set()
    starts = list(_starts(old, new))
    for start in starts:
        behind = [(cell, step) for cell, step in places if cell.bit_offset >= start]
        paths |= {cell.path for cell, step in behind if step and step == behind[0][1]}
    for overlap in overlaps(old, new):
        paths |= {overlap.one.path, overlap.other.path}
    return paths, bool(starts)


def _starts(old: RecordLayout, new: RecordLayout) -> Iterator[int]:
    """The bits of the baseline from which on a union moves what there is."""
    for move in union_moves(old, new):
        yield move.old.bit_offset
    for growth in growths(old, new):
        if growth.is_outside:
            yield growth.old.end
