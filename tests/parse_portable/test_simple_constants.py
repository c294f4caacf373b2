# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the short way to parse an expression to pycparser's own."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pycparser.c_parser import CParser

from abicheck.parse import constants


def _told(node: Any) -> tuple[object, ...]:
    """What evaluation reads of a tree."""
    kind = type(node).__name__
    match kind:
        case "BinaryOp":
            return kind, node.op, _told(node.left), _told(node.right)
        case "Constant":
            return kind, node.value
        case _:
            return kind, node.name


@given(st.from_regex(constants._SIMPLE, fullmatch=True))
def test_the_trees_are_equal(text: str) -> None:
    """What is parsed without pycparser has the tree that pycparser gives."""
    short = constants._simple(text)
    if short is not None:
        assert _told(short) == _told(CParser().parse(f"int _ = ({text}\n);").ext[0].init)


def test_most_macros_are_short() -> None:
    """Numbers, names, shifts and sums of two go the short way; all else does not."""
    for text in ("4", "0x10UL", "KVM_CAP", "(1 << 4)", "1ULL << 63", "(FIRST + 1)", "A|B"):
        assert constants._simple(text) is not None
    for text in ("(1 << 4", "1 << 4)", "~0", "(1) << 4", "a", "sizeof(X)", "A + B + C", "08"):
        assert constants._simple(text) is None
