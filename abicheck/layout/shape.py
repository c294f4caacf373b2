# SPDX-License-Identifier: GPL-2.0-or-later
"""Types resolved to numbers; this module holds what placing a member needs of its type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from abicheck.model import Cause, RecordLayout

NO_CAP = 1 << 40
"""Above every alignment: the ABI does not lower this type inside records."""


class Shape(Struct, frozen=True, kw_only=True, eq=False):
    """A type's numbers under one ABI, in bits; equal shapes are one object."""

    size: int
    align: int
    cap: int = NO_CAP
    """What the ABI lowers the alignment of a member of this type to, unless ``user``."""
    user: bool = False
    """An ``aligned`` attribute had a hand in ``align``: the ABI's cap does not apply."""
    cause: Cause
    element: RecordLayout | None = None
    """The record that the type is, or that its array elements are."""
    count: int | None = None
    """Array elements in all dimensions; None for no array."""
    depth: int = 0
    """How many records lie inside one another in the type."""
    dependent: str | None = None
    """Why GCC and clang may lay the type out differently, or None."""

    @property
    def field_align(self) -> int:
        """The alignment, in bits, of a plain member of this type."""
        return self.align if self.user else min(self.align, self.cap)


class ShapeTable:
    """Hands out one object for equal shapes, so that shapes compare and hash by identity.

    Shapes hold on to the layouts whose identity is part of their key, so a key never outlives
    the object it names.
    """

    __slots__ = ("_shapes",)

    def __init__(self) -> None:
        self._shapes: dict[tuple[object, ...], Shape] = {}

    def intern(self, shape: Shape) -> Shape:
        """The first shape handed in that equals this one."""
        key = (
            *(shape.size, shape.align, shape.cap, shape.user, shape.cause),
            *(id(shape.element), shape.count, shape.depth, shape.dependent),
        )
        return self._shapes.setdefault(key, shape)
