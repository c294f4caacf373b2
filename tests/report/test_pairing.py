# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests which records of two states are taken for the same."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from abicheck.report import pairing
from tests.report import records
from tests.report.headers import report

A, B, C = "arch/x86/a.h", "arch/arm/b.h", "include/c.h"


@pytest.mark.parametrize(
    ("old", "new", "matched"),
    [
        ([A], [A], [(A, A)]),
        ([A], [B], [(A, B)]),
        ([A, B], [B], [(B, B), (A, None)]),
        ([A], [A, B], [(A, A), (None, B)]),
        ([A, B], [C], [(None, C), (A, None), (B, None)]),
        ([C], [A, B], [(None, A), (None, B), (C, None)]),
        ([A, C], [B, C], [(A, B), (C, C)]),
        ([], [A], [(None, A)]),
        ([A], [], [(A, None)]),
    ],
)
def test_records_are_matched_by_name_then_path(
    old: list[str], new: list[str], matched: list[tuple[str | None, str | None]]
) -> None:
    """A path that stays wins; a record has moved only if there is one it can have come from."""
    sides = [
        report(*(replace(records.epoll(), path=path) for path in paths)) for paths in (old, new)
    ]
    found = [(was and was.path, now and now.path) for was, now in pairing.records(*sides)]
    assert found == matched


def test_abis_that_share_both_layouts_are_a_pair() -> None:
    """ABIs that agreed before and agree now are judged once."""
    before, after = records.event(repaired=False), records.event(repaired=True)
    pairs = pairing.pairs(before, after)
    assert sorted(abi for pair in pairs for abi in pair.abis) == sorted(pairing.layouts(after))
    assert [pair.same for pair in pairs] == [False] * len(before.groups)
    assert all(pair.same for pair in pairing.pairs(after, after))
