# SPDX-License-Identifier: GPL-2.0-or-later
"""Records to layouts; this module resolves types under one ABI and remembers every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.layout.place import place
from abicheck.layout.rules import Rules, layout_class, rules_of
from abicheck.layout.shape import NO_CAP, Shape, ShapeTable
from abicheck.model import (
    Array,
    Cause,
    EnumRef,
    InlineEnum,
    InlineRecord,
    Opaque,
    Pointer,
    Record,
    RecordLayout,
    RecordRef,
    Scalar,
    ScalarKind,
    TypedefRef,
    Undecided,
    Vector,
)

if TYPE_CHECKING:
    from collections.abc import Hashable

    from abicheck.model import Abi, CType, Declarations, Enum

DEEPEST = 100
"""Records nested deeper than this are left undecided; real headers stay below 10."""

_ENUM_KINDS = (ScalarKind.UCHAR, ScalarKind.USHORT, ScalarKind.UINT, ScalarKind.ULLONG)


class _Undecidable(Exception):
    """A type has no layout; the message says why."""


class _TooDeep(_Undecidable):
    """The nesting as seen from the outermost record is too deep: says nothing of inner ones."""


class LayoutCache:
    """What Layouters share: records of ABIs with equal layout rules are placed once.

    A record is placed again only where it is another object, or where a type it uses resolves
    to other numbers. Not for use from several threads at once.
    """

    def __init__(self) -> None:
        self._classes: dict[Hashable, _Shared] = {}

    def shared(self, abi: Abi) -> _Shared:
        """The state of the layout class the ABI belongs to."""
        key = layout_class(abi)
        found = self._classes.get(key)
        if found is None:
            found = self._classes[key] = _Shared(rules_of(abi))
        return found


class _Shared:
    """The state of one layout class."""

    __slots__ = ("placed", "rules", "shapes")

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.shapes = ShapeTable()
        self.placed: dict[tuple[object, ...], Shape] = {}


class Layouter:
    """Lays out the records of one set of declarations under one ABI.

    The declarations must not change any more. With a ``LayoutCache``, layouts are shared with
    the other Layouters that were given it.
    """

    def __init__(
        self, abi: Abi, declarations: Declarations, cache: LayoutCache | None = None
    ) -> None:
        self._declarations = declarations
        shared = (cache or LayoutCache()).shared(abi)
        self._rules = shared.rules
        self._shapes = shared.shapes
        self._placed = shared.placed
        self._typedefs: dict[str, Shape] = {}
        self._enums: dict[str, Shape] = {}
        self._records: dict[int, Shape | Undecided] = {}
        self._open: list[int] = []

    def lay_out(self, record: Record) -> RecordLayout | Undecided:
        """The record's layout, or why it has none."""
        try:
            shape = self._record(record)
        except _Undecidable as problem:
            return Undecided(record=record, reason=str(problem))
        assert shape.element is not None
        return shape.element

    def size_of(self, type: CType) -> tuple[int, int] | None:
        """Size and alignment of a type in bits, or None where they cannot be known."""
        try:
            shape = self._shape(type)
        except _Undecidable:
            return None
        return shape.size, shape.align

    def _record(self, record: Record) -> Shape:
        known = self._records.get(id(record))
        if known is None:
            known = self._new_record(record)
        if isinstance(known, Undecided):
            raise _Undecidable(known.reason)
        return known

    def _new_record(self, record: Record) -> Shape | Undecided:
        if id(record) in self._open:
            raise _Undecidable(f"{_called(record)} contains itself")
        if len(self._open) >= DEEPEST:
            raise _TooDeep(f"records are nested more than {DEEPEST} deep")
        self._open.append(id(record))
        result: Shape | Undecided
        try:
            result = self._place(record)
        except _TooDeep:
            raise
        except _Undecidable as problem:
            result = Undecided(record=record, reason=str(problem))
        finally:
            self._open.pop()
        self._records[id(record)] = result
        return result

    def _place(self, record: Record) -> Shape:
        if record.undecided is not None:
            raise _Undecidable(record.undecided)
        shapes = []
        for member in record.members:
            try:
                shapes.append(self._shape(member.type))
            except _TooDeep:
                raise
            except _Undecidable as problem:
                name = f"member '{member.name}': " if member.name else ""
                raise _Undecidable(f"{name}{problem}") from None
        key = (id(record), *shapes)
        known = self._placed.get(key)
        if known is None:
            known = self._placed[key] = self._place_anew(record, shapes)
        return known

    def _place_anew(self, record: Record, shapes: list[Shape]) -> Shape:
        depth = 1 + max((shape.depth for shape in shapes), default=0)
        if depth > DEEPEST:
            raise _TooDeep(f"records are nested more than {DEEPEST} deep")
        placed = place(record, shapes, self._rules)
        layout = placed.layout
        self._bound(layout.bit_size, _called(record))
        return self._shapes.intern(
            Shape(
                size=layout.bit_size,
                align=layout.bit_align,
                user=placed.user,
                cause=placed.cause,
                element=layout,
                depth=depth,
                dependent=layout.compiler_dependent,
            )
        )

    def _shape(self, type: CType) -> Shape:
        match type:
            case TypedefRef(name):
                return self._typedefs.get(name) or self._typedef(name)
            case Scalar(kind):
                found = self._rules.scalars.get(kind)
                if found is None:
                    raise _Undecidable(f"the ABI has no type '{kind}'")
                return found
            case Array():
                return self._array(type)
            case RecordRef(key):
                record = self._declarations.records.get(key)
                if record is None:
                    raise _Undecidable(f"{key} is incomplete")
                return self._record(record)
            case InlineRecord(record):
                return self._record(record)
            case Pointer():
                return self._rules.pointer
            case EnumRef(key):
                return self._enums.get(key) or self._named_enum(key)
            case InlineEnum(enum):
                return self._enum(enum)
            case Vector():
                return self._vector(type)
            case Opaque(spelling, reason):
                raise _Undecidable(f"type '{spelling}': {reason}")

    def _typedef(self, name: str) -> Shape:
        chain = []
        type: CType = TypedefRef(name)
        while isinstance(type, TypedefRef):
            typedef = self._declarations.typedefs.get(type.name)
            if typedef is None:
                raise _Undecidable(f"type '{type.name}' is not declared")
            chain.append(typedef)
            if len(chain) > len(self._declarations.typedefs):
                raise _Undecidable(f"typedef '{name}' contains itself")
            type = typedef.type
        shape = self._shape(type)
        for typedef in reversed(chain):
            if typedef.aligned is not None:
                shape = self._aligned(shape, typedef.aligned * 8)
            self._typedefs[typedef.name] = shape
        return shape

    def _aligned(self, shape: Shape, align: int) -> Shape:
        return self._shapes.intern(
            Shape(
                size=shape.size,
                align=align,
                cap=shape.cap,
                user=True,
                cause=Cause.TYPE_ATTRIBUTE,
                element=shape.element,
                count=shape.count,
                depth=shape.depth,
                dependent=shape.dependent,
            )
        )

    def _array(self, array: Array) -> Shape:
        count = 1
        type: CType = array
        while isinstance(type, Array):
            count *= type.count or 0
            type = type.element
        of = self._shape(type)
        if of.align > 8 and of.size % of.align:
            raise _Undecidable("the elements of an array are aligned beyond their size")
        size = of.size * count
        self._bound(size, "an array")
        return self._shapes.intern(
            Shape(
                size=size,
                align=of.align,
                cap=of.cap,
                user=of.user,
                cause=of.cause,
                element=of.element,
                count=count if of.count is None else count * of.count,
                depth=of.depth,
                dependent=of.dependent,
            )
        )

    def _vector(self, vector: Vector) -> Shape:
        size = vector.size * 8
        align = min(size, self._rules.vector_cap)
        integer = self._rules.scalars[ScalarKind.ULLONG]
        # Without vector registers (i386) GCC keeps 8 bytes of integers in a 64-bit integer.
        alike = size == integer.size and vector.element.kind is not ScalarKind.FLOAT
        cap = integer.cap if alike else NO_CAP
        cause = Cause.CAPPED if min(align, cap) < size else Cause.NATURAL
        return self._shapes.intern(Shape(size=size, align=align, cap=cap, cause=cause))

    def _named_enum(self, key: str) -> Shape:
        enum = self._declarations.enums.get(key)
        if enum is None:
            raise _Undecidable(f"{key} is incomplete")
        shape = self._enums[key] = self._enum(enum)
        return shape

    def _enum(self, enum: Enum) -> Shape:
        values = [value for _, value in enum.enumerators] or [0]
        low, high = min(values), max(values)
        signed = low < 0
        bits = max((high if high >= 0 else ~high).bit_length(), (~low).bit_length() * signed)
        smallest = 8 if enum.packed or self._rules.short_enums else 32
        for kind in _ENUM_KINDS:
            shape = self._rules.scalars[kind]
            if smallest <= shape.size >= bits + signed:
                return shape
        raise _Undecidable("an enumerator's value needs more than 64 bits")

    def _bound(self, bits: int, what: str) -> None:
        if bits >= self._rules.largest:
            raise _Undecidable(f"{what} is larger than any object of this ABI")


def _called(record: Record) -> str:
    return record.name or f"the {record.kind} at {record.span.path}:{record.span.line}"
