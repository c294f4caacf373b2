# SPDX-License-Identifier: GPL-2.0-or-later
"""Records to layouts; this module resolves types under one ABI and remembers every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abicheck.layout.place import place
from abicheck.layout.rules import Rules, layout_class, rules_of
from abicheck.layout.shape import Shape, ShapeTable
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
    from collections.abc import Callable, Hashable

    from abicheck.model import Abi, CType, Declarations, Enum

DEEPEST = 50
"""Records nested deeper than this are left undecided; real headers stay below 10."""

_ENUM_KINDS = (ScalarKind.UCHAR, ScalarKind.USHORT, ScalarKind.UINT, ScalarKind.ULLONG)


class _UndecidableError(Exception):
    """A type has no layout; the message says why."""


class _TooDeepError(_UndecidableError):
    """The nesting as seen from the outermost record is too deep: says nothing of inner ones."""


class LayoutCache:
    """What Layouters share, so that a record is placed once for all ABIs that agree on it.

    A record is placed again only where it is another object, where a type it uses resolves to
    other numbers, or where the ABIs' own placing rules differ. Not for use from several threads
    at once.
    """

    def __init__(self) -> None:
        self.shapes = ShapeTable()
        self.placed: dict[tuple[object, ...], Shape] = {}
        self._rules: dict[Hashable, Rules] = {}

    def rules(self, abi: Abi) -> Rules:
        """The layout facts of an ABI; its shapes are of this cache."""
        key = layout_class(abi)
        found = self._rules.get(key)
        if found is None:
            found = self._rules[key] = rules_of(abi, self.shapes)
        return found


class Layouter:
    """Lays out the records of one set of declarations under one ABI.

    The declarations must not change any more. With a ``LayoutCache``, layouts are shared with
    the other Layouters that were given it.
    """

    def __init__(
        self, abi: Abi, declarations: Declarations, cache: LayoutCache | None = None
    ) -> None:
        self._declarations = declarations
        cache = cache or LayoutCache()
        self._rules = cache.rules(abi)
        self._shapes = cache.shapes
        self._placed = cache.placed
        self._typedefs: dict[str, Shape] = {}
        self._enums: dict[str, Shape] = {}
        self._records: dict[int, Shape | Undecided] = {}
        self._open: list[int] = []

    def lay_out(self, record: Record) -> RecordLayout | Undecided:
        """The record's layout, or why it has none."""
        try:
            shape = self._record(record)
        except _UndecidableError as problem:
            return Undecided(record=record, reason=str(problem))
        except RecursionError:
            return Undecided(record=record, reason="its types lead too deep")
        assert shape.element is not None
        return shape.element

    def size_of(self, ctype: CType) -> tuple[int, int] | None:
        """Size and alignment of a type in bits, or None where they cannot be known."""
        try:
            shape = self._shape(ctype)
        except (_UndecidableError, RecursionError):
            return None
        return shape.size, shape.align

    def _record(self, record: Record) -> Shape:
        known = self._records.get(id(record))
        if known is None:
            known = self._new_record(record)
        if isinstance(known, Undecided):
            raise _UndecidableError(known.reason)
        return known

    def _new_record(self, record: Record) -> Shape | Undecided:
        if id(record) in self._open:
            raise _UndecidableError(f"{_called(record)} contains itself")
        if len(self._open) >= DEEPEST:
            raise _TooDeepError(f"records are nested more than {DEEPEST} deep")
        self._open.append(id(record))
        result: Shape | Undecided
        try:
            result = self._place(record)
        except _TooDeepError:
            raise
        except _UndecidableError as problem:
            result = Undecided(record=record, reason=str(problem))
        finally:
            self._open.pop()
        self._records[id(record)] = result
        return result

    def _place(self, record: Record) -> Shape:
        if record.undecided is not None:
            raise _UndecidableError(record.undecided)
        shapes = []
        rules = self._rules
        placing = rules.placing
        for member in record.members:
            if member.bit_width is not None:
                placing = rules.placing_bits
            try:
                shapes.append(self._shape(member.type))
            except _TooDeepError:
                raise
            except _UndecidableError as problem:
                name = f"member '{member.name}': " if member.name else ""
                raise _UndecidableError(f"{name}{problem}") from None
        key = (placing, id(record), *shapes)
        known = self._placed.get(key)
        if known is None:
            known = self._placed[key] = self._place_anew(record, shapes)
        self._bound(known.size, _called(record))
        return known

    def _place_anew(self, record: Record, shapes: list[Shape]) -> Shape:
        depth = 1 + max((shape.depth for shape in shapes), default=0)
        if depth > DEEPEST:
            raise _TooDeepError(f"records are nested more than {DEEPEST} deep")
        placed = place(record, shapes, self._rules)
        layout = placed.layout
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

    def _shape(self, ctype: CType) -> Shape:
        return _RESOLVE[type(ctype)](self, ctype)

    def _known_typedef(self, ref: TypedefRef) -> Shape:
        return self._typedefs.get(ref.name) or self._typedef(ref)

    def _scalar(self, scalar: Scalar) -> Shape:
        found = self._rules.scalars.get(scalar.kind)
        if found is None:
            raise _UndecidableError(f"the ABI has no type '{scalar.kind}'")
        return found

    def _pointer(self, _pointer: Pointer) -> Shape:
        return self._rules.pointer

    def _named_record(self, ref: RecordRef) -> Shape:
        record = self._declarations.records.get(ref.key)
        if record is None:
            raise _UndecidableError(f"{ref.key} is incomplete")
        return self._record(record)

    def _inline_record(self, inline: InlineRecord) -> Shape:
        return self._record(inline.record)

    def _inline_enum(self, inline: InlineEnum) -> Shape:
        return self._enum(inline.enum)

    def _opaque(self, opaque: Opaque) -> Shape:
        raise _UndecidableError(f"type '{opaque.spelling}': {opaque.reason}")

    def _typedef(self, ref: TypedefRef) -> Shape:
        chain = []
        target: CType = ref
        while isinstance(target, TypedefRef):
            typedef = self._declarations.typedefs.get(target.name)
            if typedef is None:
                raise _UndecidableError(f"type '{target.name}' is not declared")
            chain.append(typedef)
            if len(chain) > len(self._declarations.typedefs):
                raise _UndecidableError(f"typedef '{ref.name}' contains itself")
            target = typedef.type
        shape = self._shape(target)
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
        element: CType = array
        while isinstance(element, Array):
            count *= element.count or 0
            element = element.element
        of = self._shape(element)
        if of.align > 8 and of.size % of.align:
            raise _UndecidableError("the elements of an array are aligned beyond their size")
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
        # GCC for i386 keeps 8 bytes of integers in a 64-bit integer, unless it has MMX.
        lowered = size == integer.size and integer.cap < align
        if not lowered or vector.element.kind is ScalarKind.FLOAT:
            cause = Cause.CAPPED if align < size else Cause.NATURAL
            return self._shapes.intern(Shape(size=size, align=align, cause=cause))
        return self._shapes.intern(
            Shape(
                size=size,
                align=align,
                cap=integer.cap,
                cause=Cause.CAPPED,
                dependent="an 8-byte vector is aligned as the compiler's -mmmx says",
            )
        )

    def _named_enum(self, ref: EnumRef) -> Shape:
        known = self._enums.get(ref.key)
        if known is None:
            enum = self._declarations.enums.get(ref.key)
            if enum is None:
                raise _UndecidableError(f"{ref.key} is incomplete")
            known = self._enums[ref.key] = self._enum(enum)
        return known

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
        raise _UndecidableError("an enumerator's value needs more than 64 bits")

    def _bound(self, bits: int, what: str) -> None:
        if bits >= self._rules.largest:
            raise _UndecidableError(f"{what} is larger than any object of this ABI")


# By type, because a chain of isinstance() calls is what placing a member would cost most.
_RESOLVE: dict[type, Callable[[Layouter, Any], Shape]] = {
    TypedefRef: Layouter._known_typedef,
    Scalar: Layouter._scalar,
    Array: Layouter._array,
    RecordRef: Layouter._named_record,
    InlineRecord: Layouter._inline_record,
    Pointer: Layouter._pointer,
    EnumRef: Layouter._named_enum,
    InlineEnum: Layouter._inline_enum,
    Vector: Layouter._vector,
    Opaque: Layouter._opaque,
}


def _called(record: Record) -> str:
    return record.name or f"the {record.kind} at {record.span.path}:{record.span.line}"
