# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells of new records that 32-bit programs and their 64-bit kernel lay out apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.abis import compat_pairs
from abicheck.model import walk
from abicheck.report.pairing import layouts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.model import HeaderChange, RecordAcross, RecordLayout


def parted(header: HeaderChange, abis: Sequence[str]) -> Iterator[str]:
    """``new struct nap differs between i386 and x86_64``; rules about one version judge it.

    Records whose members have other widths there, as pointers have, are left out.
    """
    for pair in header.records:
        if pair.old is None and pair.new is not None:
            found = [both for both in _uneven(pair.new) if set(both) <= set(abis)]
            if found:
                small, large = found[0]
                yield f"new {pair.name} differs between {small} and {large}"


def _uneven(record: RecordAcross) -> Iterator[tuple[str, str]]:
    known = layouts(record)
    for small, large in compat_pairs():
        one, other = known.get(small.name), known.get(large.name)
        if one and other and _widths(one) == _widths(other) and _places(one) != _places(other):
            yield small.name, large.name


def _widths(layout: RecordLayout) -> list[tuple[str, int]]:
    return [(leaf.path, leaf.placed.bit_size) for leaf in walk(layout) if not leaf.placed.element]


def _places(layout: RecordLayout) -> tuple[int, list[int]]:
    return layout.bit_size, [leaf.bit_offset for leaf in walk(layout)]
