# SPDX-License-Identifier: GPL-2.0-or-later
"""This module says which moves and sizes unions and padding account for: told there, and once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.overlay.arms import growths
from abicheck.overlay.between import between
from abicheck.overlay.fillings import filling, taken_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abicheck.model import RecordLayout
    from abicheck.overlay.fillings import Forms


class Explained(Struct, frozen=True, kw_only=True):
    """What the rules about unions and padding tell of a record; nobody else need to."""

    moves: frozenset[tuple[str, str]]
    """(ABI, dotted path) of each member whose new place they account for."""
    sizes: frozenset[str]
    """The ABIs under which they account for the record's new size."""

    def tells_move(self, abis: Iterable[str], path: str) -> bool:
        """Whether they tell of the new place of a member, or of what lies in it, on all ABIs."""
        told = {abi for abi, known in self.moves if known == path or known.startswith(f"{path}.")}
        return told.issuperset(abis)


def explained(forms: Forms) -> Explained:
    """What members that fill padding, and arms that outgrow their union, do to the rest."""
    moves: set[tuple[str, str]] = set()
    sizes: set[str] = set()
    for found in (filling(forms), taken_out(forms)):
        for abis, change in found.moved if found else ():
            sizes.update(abis)
            moves |= {(abi, before.path) for abi in abis for before, _ in change.displaced}
            moves |= {(abi, name) for abi in abis for name in open_ends(change.old)}
    for abis, old, new in forms:
        for growth in growths(old, new):
            if growth.is_outside:
                sizes.update(abis)
                moves |= {(abi, path) for abi in abis for path in _behind(growth.old.end, old, new)}
    return Explained(moves=frozenset(moves), sizes=frozenset(sizes))


def open_ends(layout: RecordLayout) -> Iterator[str]:
    """The members of a record's own body that have no bits, such as ``data[]``."""
    return (p.member.name for p in layout.members if not p.bit_size and p.member.name)


def _behind(start: int, old: RecordLayout, new: RecordLayout) -> Iterator[str]:
    """The members behind a bit of the baseline that move all by the same distance."""
    step = 0
    for before, after in between(old, new).displaced:
        distance = after.bit_offset - before.bit_offset
        if distance and before.bit_offset >= start and distance == (step or distance):
            step = distance
            yield before.path
