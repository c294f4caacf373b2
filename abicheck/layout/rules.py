# SPDX-License-Identifier: GPL-2.0-or-later
"""What of an ABI decides layouts; this module turns a table row into the engine's numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.layout.shape import NO_CAP, Shape
from abicheck.model import Cause, ScalarKind

if TYPE_CHECKING:
    from collections.abc import Hashable

    from abicheck.layout.shape import ShapeTable
    from abicheck.model import Abi, ScalarFact

LARGEST_BITS = 1 << 61
"""No record is larger than this many bits, whatever the width of a pointer."""


class Rules(Struct, frozen=True, kw_only=True):
    """An ABI's layout facts in bits."""

    scalars: dict[ScalarKind, Shape]
    pointer: Shape
    biggest: int
    """The largest alignment the ABI gives on its own."""
    vector_cap: int
    type_matters: bool
    """A bit-field's declared type bounds its place and aligns its record."""
    unnamed_aligns: bool
    empty_boundary: int
    record_boundary: int
    short_enums: bool
    unit_widths: frozenset[int]
    """Widths at which a bit-field is as good as an integer of that size."""
    largest: int
    """Records at or above this size cannot exist."""

    placing: Hashable
    """Equal for ABIs that place members of equal shapes equally, bit-fields aside."""
    placing_bits: Hashable
    """The same, bit-fields included."""


def rules_of(abi: Abi, shapes: ShapeTable) -> Rules:
    """The layout facts of an ABI, its scalars as shapes of this table."""
    scalars = {kind: shapes.intern(_scalar(fact)) for kind, fact in abi.scalars}
    widths = {8, 16, 32, 64} | ({128} if ScalarKind.INT128 in scalars else set())
    return Rules(
        scalars=scalars,
        pointer=shapes.intern(_scalar(abi.pointer)),
        biggest=abi.biggest_align * 8,
        vector_cap=abi.vector_align * 8,
        type_matters=abi.bit_field_type_matters,
        unnamed_aligns=abi.unnamed_bit_field_aligns,
        empty_boundary=abi.empty_field_boundary,
        record_boundary=abi.record_boundary * 8,
        short_enums=abi.short_enums,
        unit_widths=frozenset(widths),
        largest=min(LARGEST_BITS, 1 << (abi.bits + 2)),
        placing=abi.record_boundary,
        placing_bits=(
            *(abi.record_boundary, abi.biggest_align, frozenset(widths)),
            *(abi.bit_field_type_matters, abi.unnamed_bit_field_aligns, abi.empty_field_boundary),
        ),
    )


def layout_class(abi: Abi) -> Hashable:
    """A value that is equal for ABIs which lay out equal declarations equally.

    Byte order and the signedness of ``char`` have no part in it.
    """
    return (
        *(abi.scalars, abi.pointer, abi.biggest_align, abi.vector_align),
        *(abi.bit_field_type_matters, abi.unnamed_bit_field_aligns, abi.empty_field_boundary),
        *(abi.record_boundary, abi.short_enums),
    )


def _scalar(fact: ScalarFact) -> Shape:
    return Shape(
        size=fact.size * 8,
        align=fact.align * 8,
        cap=fact.field_align * 8 if fact.field_align < fact.align else NO_CAP,
        cause=Cause.CAPPED if fact.field_align < fact.size else Cause.NATURAL,
    )
