# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that no text of strangers reaches a terminal as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck.report.printable import printable

_UNSEEN = {"Cc", "Cs", "Zl", "Zp"}


@given(st.text(st.characters(exclude_categories=())))
def test_nothing_a_terminal_obeys_is_left(text: str) -> None:
    """No control character, surrogate or line separator survives."""
    assert not {unicodedata.category(char) for char in printable(text)} & _UNSEEN


@given(st.text(st.characters(exclude_categories=())))
def test_twice_is_once(text: str) -> None:
    """Making text safe again changes nothing."""
    assert printable(printable(text)) == printable(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_ordinary_text_stays(text: str) -> None:
    """Letters, digits and signs of any language stay as they are."""
    assert printable(text) == text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("two\nlines", "two\\x0alines"),
        ("\x9b2J", "\\x9b2J"),
        ("\u202edesrever", "\\u202edesrever"),
        ("\u2066isolated\u2069", "\\u2066isolated\\u2069"),
        ("caf\u00e9.h", "caf\u00e9.h"),
        ("\udcff", "\\udcff"),
    ],
)
def test_what_is_taken_out_is_named(raw: str, shown: str) -> None:
    """A character that is taken out leaves its number, so that nobody mistakes one for another."""
    assert printable(raw) == shown


def test_every_control_character_is_taken_out() -> None:
    """Of all characters there are, those without a look of their own do not get through."""
    everything = "".join(map(chr, range(0x110000)))
    unseen = [char for char in everything if unicodedata.category(char) in _UNSEEN]
    assert len(unseen) > 2000
    assert not [char for char in unseen if char in printable(char)]
