# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests how the table of ABIs is shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from abicheck.abis import all_abis, get
from abicheck.report import abis, text

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion


def test_the_table(recorded: SnapshotAssertion) -> None:
    """All ABIs on one page."""
    assert text.render(abis.table(all_abis())) == recorded


def test_one_in_full(recorded: SnapshotAssertion) -> None:
    """An ABI with every number that decides layouts, and where the odd ones come from."""
    assert text.render(abis.one(get("i386"), 80)) == recorded


def test_nothing_known_is_left_out() -> None:
    """Whatever makes two ABIs lay out differently is in what is told of them."""
    texts = {text.render(abis.one(abi, 80)).partition("\n")[2] for abi in all_abis()}
    assert len(texts) == len(all_abis())


def test_every_note_is_told() -> None:
    """The sources of odd numbers are in the text and in the document."""
    document = json.loads(abis.as_json(all_abis()))
    for abi, told in zip(all_abis(), document["abis"], strict=True):
        words = " ".join(text.render(abis.one(abi, 80)).split())
        assert told["notes"] == list(abi.notes)
        assert all(" ".join(note.split()) in words for note in abi.notes)
