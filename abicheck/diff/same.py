# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells whether two layouts are of one declaration, bit for bit and word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.layout import geometry

if TYPE_CHECKING:
    from collections.abc import Hashable

    from abicheck.model import RecordLayout


def is_same(old: RecordLayout, new: RecordLayout) -> bool:
    """Whether every bit lies in the same place, and every member has the same type by its words."""
    return old is new or (geometry(old) == geometry(new) and _words(old) == _words(new))


def _words(layout: RecordLayout) -> Hashable:
    record = layout.record
    return (
        *(record.name, record.packed, record.aligned),
        tuple(
            (
                *(placed.member.bit_width, placed.member.aligned),
                placed.member.type_text if placed.element is None else _words(placed.element),
            )
            for placed in layout.members
        ),
    )
