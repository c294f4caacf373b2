# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells where members fill what was padding on some ABIs, and what moves on others."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from abicheck.overlay.between import between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abicheck.model import RecordLayout
    from abicheck.overlay.between import Between, Newcomer
    from abicheck.overlay.cells import Cell

    Forms: TypeAlias = "Sequence[tuple[tuple[str, ...], RecordLayout, RecordLayout]]"
    """(ABIs that agree, baseline's layout, today's layout) of one record."""


class Filling(Struct, frozen=True, kw_only=True):
    """Members that take padding on some ABIs, where nothing else changes for that."""

    newcomers: tuple[Newcomer, ...]
    """Who they are, with their bits under the first of the ABIs that had padding for them."""
    same: tuple[str, ...]
    """The ABIs under which everybody else keeps place and size."""
    moved: tuple[tuple[tuple[str, ...], Between], ...]
    """The ABIs that had none, or less, of that padding: what comes behind it moves there."""

    @property
    def names_padding_only(self) -> bool:
        """Whether all of them say that they mean nothing."""
        return all(each.cell.means_nothing for each in self.newcomers)


def filling(forms: Forms) -> Filling | None:
    """What fills padding in a record on some ABIs; None where nobody does.

    There is none either where the ABIs that had the padding see another change besides: what
    moves on the others has then more than one cause.
    """
    changes = [(abis, between(old, new)) for abis, old, new in forms]
    keeping = [(abis, found) for abis, found in changes if found.keeps]
    padded = [found.padded for _, found in keeping if found.padded]
    if not padded:
        return None
    newcomers = padded[0]
    moved = [(abis, found) for abis, found in changes if not found.keeps]
    if not all(_follows(found, newcomers) for _, found in moved):
        return None
    return Filling(
        newcomers=newcomers,
        same=tuple(abi for abis, _ in keeping for abi in abis),
        moved=tuple(moved),
    )


def _follows(found: Between, newcomers: Sequence[Newcomer]) -> bool:
    """Whether all that changes lies behind one of the new members."""
    paths = {each.cell.path for each in newcomers}
    came = [each.cell.end for each in found.newcomers if each.cell.path in paths]
    if found.gone or not came:
        return False
    return all(_has_moved(*pair) and min(came) <= pair[1].bit_offset for pair in found.displaced)


def _has_moved(before: Cell, after: Cell) -> bool:
    return before.bit_size == after.bit_size and before.bit_offset != after.bit_offset


def taken_out(forms: Forms) -> Filling | None:
    """The same the other way round: reserved members that are gone and leave padding behind."""
    back = filling([(abis, new, old) for abis, old, new in forms])
    return back if back is not None and back.names_padding_only else None
