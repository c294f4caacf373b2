# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests what is counted about layouts against counting by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck.report.facts import amount, straddle, totals
from tests.report import records

_POWERS = st.integers(0, 12).map(lambda exponent: 1 << exponent)


@given(st.integers(0, 300), _POWERS, _POWERS)
def test_straddling_is_what_trying_every_place_shows(units: int, align: int, boundary: int) -> None:
    """The numbers are those of putting an object at every aligned place and looking."""
    size = units * align
    met = straddle(size, align, boundary)
    step = min(align, boundary)
    starts = range(0, boundary, step)
    crossing = [start for start in starts if size and start + size > boundary]
    touched = [-(-(start + size) // boundary) if size else 0 for start in starts]
    assert (met.crossing, met.places) == (len(crossing), len(starts))
    assert (met.fewest, met.most) == (min(touched), max(touched))


@pytest.mark.parametrize("record", [records.runstate, records.epoll, records.motley])
def test_totals_add_up(record: records.Maker) -> None:
    """In every layout of a struct, members, holes and tail padding come to its size."""
    for group in record().groups:
        sums = totals(group.layout)
        assert sums.members + sums.holes + sums.tail == group.layout.bit_size


def test_the_runstate_question() -> None:
    """A 48-byte object aligned to 8 meets a page's end in five of 512 places, one of 44 in ten."""
    numbers = [
        (group.layout.size, straddle(group.layout.size, group.layout.align, 4096).crossing)
        for group in records.runstate().groups
    ]
    assert numbers == [(48, 5), (44, 10), (44, 21)]


@pytest.mark.parametrize(("bits", "text"), [(96, "12"), (3, "3b"), (11, "1+3b"), (0, "0")])
def test_amounts_are_in_bytes_where_they_can_be(bits: int, text: str) -> None:
    """Whole bytes are plain numbers, single bits are marked."""
    assert amount(bits) == text
