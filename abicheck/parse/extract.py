# SPDX-License-Identifier: GPL-2.0-or-later
"""This module turns libclang's cursors into declarations.

libclang prints a declaration, macros expanded, in two microseconds; reading it member by member
takes a hundred. So what has been read once is kept under its place and printed text, and reused
under every ABI that sees the same text there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from abicheck.model import (
    Array,
    Enum,
    EnumRef,
    InlineEnum,
    InlineRecord,
    Member,
    Opaque,
    Pointer,
    Record,
    RecordRef,
    Scalar,
    Span,
    Typedef,
    TypedefRef,
    Vector,
)
from abicheck.model import ScalarKind as K
from abicheck.parse import attributes
from abicheck.parse.cursors import CursorKind, TypeKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from abicheck.model import CType
    from abicheck.parse.attributes import Attributes
    from abicheck.parse.cursors import Cursor, Functions, Location, Type
    from abicheck.parse.pragmas import PackState
    from abicheck.parse.unit import Unit

_SCALARS = {
    3: K.BOOL,
    4: K.CHAR,
    5: K.UCHAR,
    8: K.USHORT,
    9: K.UINT,
    10: K.ULONG,
    11: K.ULLONG,
    12: K.UINT128,
    13: K.CHAR,
    14: K.SCHAR,
    16: K.SHORT,
    17: K.INT,
    18: K.LONG,
    19: K.LLONG,
    20: K.INT128,
    21: K.FLOAT,
    22: K.DOUBLE,
    23: K.LDOUBLE,
    30: K.FLOAT128,
}
"""CXTypeKind of the arithmetic types."""

_BUILTIN = {"__int128_t": K.INT128, "__uint128_t": K.UINT128}
"""Typedefs that no text declares."""

_UNSIGNED = (5, 8, 9, 10, 11, 12)
_VARIES = re.compile(
    r"sizeof|(?i:alignof)|_Alignas|typeof|aligned(?!\(\d+\))| : [^;]*[A-Za-z_]|= (?!-?\d+[,\n])"
)
"""A printed record whose numbers may differ between ABIs that print it alike."""
_WORD = re.compile(r"\b[A-Za-z_]\w*")
PART = "part of a type"
_DEEPEST = 100
"""Types within types (an array of arrays of ...); real ones stay below 10."""
_LONG = re.compile(r"\b\d\w*(?<![lL])[lL][uU]?\b|'")
"""A literal of type ``long``, or of ``char``: ABIs differ in what it is."""

_PLAIN = (Scalar, TypedefRef, RecordRef, EnumRef, Pointer)
"""Types that are all said by how they are printed."""

Place: TypeAlias = "tuple[str, int, int]"


class _Body(Struct, frozen=True):
    """What one record's body gave, ready to be used again."""

    record: Record
    nested: tuple[tuple[Record | Enum, str], ...]
    """Named records and enums declared inside, innermost first, with their file."""
    measured: tuple[str, ...]
    """What array bounds and widths of bit-fields measure: ``sizeof struct x``, ``alignof x_t``;
    PART for what cannot be told."""


class Memo(Struct):
    """Bodies already read, shared by the parses of one run; never shared between trees."""

    bodies: dict[tuple[Place, PackState, str], _Body] = field(default_factory=dict)
    enums: dict[tuple[Place, str], Enum] = field(default_factory=dict)
    typedefs: dict[tuple[Place, str], Typedef] = field(default_factory=dict)


class Extraction(Struct):
    """Reads the declarations of one translation unit into ``unit``."""

    lib: Functions
    unit: Unit
    memo: Memo
    origin: Callable[[int], str]
    """The path in the tree of a file handle."""
    packing: Callable[[Cursor, int, int], PackState]
    """The ``#pragma pack`` that the body of a record gets, which starts at (file handle, line)."""
    number: Callable[[str], int | None]
    """The value in bytes of an ``aligned`` expression, None where it cannot be evaluated."""
    operator: Callable[[Cursor], str]
    """``sizeof``, ``alignof`` or ``measure`` for either; "" if the basic type that it measures
    is one for which a stand-in may be wrong."""
    measured: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By record key: what went into its array bounds, see ``_Body.measured``."""
    valued: dict[str, Cursor] = field(default_factory=dict)
    """By enum key: the cursor of one whose values may depend on more than its own text."""
    cursors: dict[str, Cursor] = field(default_factory=dict)
    """By record key or typedef name: the cursor of its definition."""
    asserts: list[Cursor] = field(default_factory=list)
    """The static assertions at file scope."""
    _types: dict[str, CType] = field(default_factory=dict)
    _depth: int = 0
    """How many types enclose the one being read."""
    _defined: dict[str, list[Record]] = field(default_factory=dict)
    _bodies: dict[tuple[int, int, int], _Body] = field(default_factory=dict)
    _enums: dict[tuple[int, int, int], list[str]] = field(default_factory=dict)
    """By the place of an enum: what its values measure."""

    def read(self, top: Cursor) -> None:
        """Reads everything declared at file scope."""
        for cursor in self.lib.children(top):
            kind = cursor.kind
            if kind in (CursorKind.STRUCT, CursorKind.UNION):
                if self.lib.clang_isCursorDefinition(cursor):
                    self._declare(self._body(cursor), cursor)
            elif kind == CursorKind.TYPEDEF:
                self._typedef(cursor)
            elif kind == CursorKind.ENUM and self.lib.clang_isCursorDefinition(cursor):
                self._keep(self._enum(cursor), "")
            elif kind == CursorKind.STATIC_ASSERT:
                self.asserts.append(cursor)
        self.unit.records = {path: tuple(found) for path, found in self._defined.items()}

    def _declare(self, body: _Body, cursor: Cursor) -> None:
        for inner, path in body.nested:
            self._keep(inner, path)
        self._keep(body.record, body.record.span.path)
        if body.record.name:
            self.cursors[body.record.name] = cursor
            if body.measured:
                self.measured[body.record.name] = body.measured

    def _keep(self, declared: Record | Enum, path: str) -> None:
        name = declared.name
        if isinstance(declared, Enum):
            names = [constant for constant, _ in declared.enumerators]
            self.unit.enumerators.update(dict.fromkeys(names, declared.span.path))
            if name is not None:
                self.unit.declarations.enums.setdefault(name, declared)
            return
        if name is None:
            return
        table = self.unit.declarations.records
        if name not in table:
            table[name] = declared
            self._defined.setdefault(path, []).append(declared)

    def _place(self, cursor: Cursor) -> tuple[int, int, int]:
        return self.lib.place(self.lib.clang_getCursorLocation(cursor))

    def span(self, location: Location) -> Span:
        """Where a location lies, in paths of the tree."""
        handle, line, column = self.lib.place(location)
        return Span(self.origin(handle), line, column)

    def _printed(self, cursor: Cursor) -> str:
        return self.lib.text(self.lib.clang_getCursorPrettyPrinted(cursor, None))

    def _body(self, cursor: Cursor) -> _Body:
        place = self._place(cursor)
        known = self._bodies.get(place)
        if known is not None:
            return known
        handle, line, column = place
        printed = self._printed(cursor)
        pack = self.packing(cursor, handle, line)
        key = ((self.origin(handle), line, column), pack, printed)
        body = self.memo.bodies.get(key)
        if body is None:
            body = self._read_body(cursor, Span(*key[0]), pack, printed)
            if not _VARIES.search(printed):
                self.memo.bodies[key] = body
        self._bodies[place] = body
        return body

    def _read_body(self, cursor: Cursor, span: Span, pack: PackState, printed: str) -> _Body:
        lib = self.lib
        members: list[Member] = []
        nested: list[tuple[Record | Enum, str]] = []
        measured: list[str] = []
        attributed = attributes.present(printed)
        for child in lib.children(cursor):
            if child.kind == CursorKind.FIELD:
                members.append(self._member(child, attributed, measured))
            elif child.kind in (CursorKind.STRUCT, CursorKind.UNION):
                if not lib.clang_isCursorDefinition(child):
                    continue
                inner = self._body(child)
                nested += inner.nested
                measured += inner.measured
                if lib.clang_Cursor_isAnonymousRecordDecl(child):
                    members.append(self._unnamed(inner.record))
                elif inner.record.name:
                    nested.append((inner.record, inner.record.span.path))
            elif child.kind == CursorKind.ENUM and lib.clang_isCursorDefinition(child):
                nested.append((self._enum(child), span.path))
        found = attributes.read(printed)
        aligned, undecided = self._aligned(found)
        record = Record(
            kind="struct" if cursor.kind == CursorKind.STRUCT else "union",
            name=self._name(cursor),
            members=tuple(members),
            packed=found.packed,
            aligned=aligned,
            pack=pack.pack,
            undecided=undecided or found.undecided or pack.unknown,
            span=span,
        )
        return _Body(record, tuple(nested), tuple(dict.fromkeys(measured)))

    def _name(self, cursor: Cursor) -> str | None:
        if self.lib.clang_Cursor_isAnonymous(cursor):
            return None
        name = self.lib.text(self.lib.clang_getTypeSpelling(self.lib.clang_getCursorType(cursor)))
        return None if "(unnamed" in name or "(anonymous" in name else name

    def _unnamed(self, record: Record) -> Member:
        return Member(name=None, type=InlineRecord(record), type_text=record.kind, span=record.span)

    def _member(
        self,
        cursor: Cursor,
        attributed: bool,
        measured: list[str],
    ) -> Member:
        lib = self.lib
        written = lib.clang_getCursorType(cursor)
        text = lib.text(lib.clang_getTypeSpelling(written))
        ctype = self._type(written, text)
        bare = ctype.element if isinstance(ctype, Array) else ctype
        while isinstance(bare, Array):
            bare = bare.element
        wide = lib.clang_Cursor_isBitField(cursor)
        if isinstance(ctype, Array) or wide:
            measured += self._sizes_used(cursor)
        found = attributes.read(self._printed(cursor)) if attributed else attributes.NONE
        aligned, undecided = self._aligned(found)
        if undecided or found.undecided:
            ctype = Opaque(text, undecided or found.undecided or "")
        if isinstance(bare, InlineRecord):
            text = text.replace(text.partition("[")[0], bare.record.kind, 1)
        name = lib.text(lib.clang_getCursorSpelling(cursor))
        return Member(
            name=None if not name or "(unnamed" in name else name,
            type=ctype,
            type_text=text,
            bit_width=lib.clang_getFieldDeclBitWidth(cursor) if wide else None,
            aligned=aligned,
            packed=found.packed,
            span=self.span(lib.clang_getCursorLocation(cursor)),
        )

    def _aligned(self, found: Attributes) -> tuple[int | None, str | None]:
        """(largest alignment in bytes, why it is not known)."""
        values = [self.number(text) for text in found.aligned]
        if None in values:
            return None, f"aligned({found.aligned[values.index(None)]}) cannot be evaluated"
        return max((value for value in values if value is not None), default=None), None

    def _sizes_used(self, cursor: Cursor) -> list[str]:
        """What a bound measures on its way, enumerators followed: see ``_Body.measured``."""
        lib, found, operator = self.lib, list[str](), ""
        for below in lib.descendants(cursor):
            if below.kind == CursorKind.SIZEOF:
                operator = self.operator(below)
                found += () if operator else (PART,)
            elif operator and below.kind == CursorKind.TYPE_REF:
                named = lib.clang_getCursorType(lib.clang_getCursorReferenced(below))
                found.append(f"{operator} {lib.text(lib.clang_getTypeSpelling(named))}")
            elif below.kind in (CursorKind.MEMBER_REF, CursorKind.MEMBER_REF_EXPR):
                found.append(PART)
            elif below.kind == CursorKind.DECL_REF_EXPR:
                constant = lib.clang_getCursorReferenced(below)
                if constant.kind == CursorKind.ENUMERATOR:
                    found += self.sizes_in_enum(lib.clang_getCursorSemanticParent(constant))
        return found

    def sizes_in_enum(self, cursor: Cursor) -> list[str]:
        """What an enum's values measure, see ``_Body.measured``."""
        place = self._place(cursor)
        if place not in self._enums:
            self._enums[place] = []  # an enumerator may be defined by another of its enum
            self._enums[place] = self._sizes_used(cursor)
        return self._enums[place]

    def _enum(self, cursor: Cursor) -> Enum:
        lib = self.lib
        handle, line, column = self._place(cursor)
        place = (self.origin(handle), line, column)
        printed = self._printed(cursor)
        known = self.memo.enums.get((place, printed))
        if known is not None:
            return known
        signed = lib.clang_getEnumDeclIntegerType(cursor).kind not in _UNSIGNED
        value = (
            lib.clang_getEnumConstantDeclValue
            if signed
            else lib.clang_getEnumConstantDeclUnsignedValue
        )
        enumerators = tuple(
            (lib.text(lib.clang_getCursorSpelling(child)), value(child))
            for child in lib.children(cursor)
            if child.kind == CursorKind.ENUMERATOR
        )
        enum = Enum(
            name=self._name(cursor),
            enumerators=enumerators,
            packed=attributes.read(printed).packed,
            span=Span(*place),
        )
        if _stands_alone(printed, enumerators):
            self.memo.enums[(place, printed)] = enum
        elif enum.name:
            self.valued[enum.name] = cursor
        return enum

    def _typedef(self, cursor: Cursor) -> None:
        lib = self.lib
        name = lib.text(lib.clang_getCursorSpelling(cursor))
        if name in self.unit.declarations.typedefs:
            return
        self.cursors.setdefault(name, cursor)
        handle, line, column = self._place(cursor)
        place, printed = (self.origin(handle), line, column), self._printed(cursor)
        typedef = self.memo.typedefs.get((place, printed))
        if typedef is None:
            typedef = self._read_typedef(cursor, name, Span(*place), printed)
            told = not attributes.present(printed) and not _VARIES.search(printed)
            if told and isinstance(typedef.type, _PLAIN):
                self.memo.typedefs[place, printed] = typedef
        self.unit.declarations.typedefs[name] = typedef

    def _read_typedef(self, cursor: Cursor, name: str, span: Span, printed: str) -> Typedef:
        lib = self.lib
        written = lib.clang_getTypedefDeclUnderlyingType(cursor)
        ctype = self._type(written, lib.text(lib.clang_getTypeSpelling(written)))
        aligned, undecided = self._aligned(attributes.read(printed))
        return Typedef(
            name=name,
            type=Opaque(name, undecided) if undecided else ctype,
            aligned=aligned,
            span=span,
        )

    def _type(self, written: Type, text: str) -> CType:
        known = self._types.get(text)
        if known is None:
            if self._depth >= _DEEPEST:
                return Opaque(text[:80], "types are nested too deeply")
            self._depth += 1
            known = self._convert(written, text)
            self._depth -= 1
            # A body that only a typedef names is spelled like the typedef: those are two types.
            if not isinstance(known, (InlineRecord, InlineEnum)):
                self._types[text] = known
        return known

    def _inner(self, written: Type) -> CType:
        return self._type(written, self.lib.text(self.lib.clang_getTypeSpelling(written)))

    def _convert(self, written: Type, text: str) -> CType:
        lib, kind = self.lib, written.kind
        scalar = _SCALARS.get(kind)
        if scalar is not None:
            return Scalar(scalar)
        if kind == TypeKind.TYPEDEF:
            name = lib.text(lib.clang_getTypedefName(written))
            return Scalar(_BUILTIN[name]) if name in _BUILTIN else TypedefRef(name)
        if kind == TypeKind.POINTER:
            return Pointer(lib.text(lib.clang_getTypeSpelling(lib.clang_getPointeeType(written))))
        if kind in (TypeKind.CONSTANT_ARRAY, TypeKind.INCOMPLETE_ARRAY):
            element = self._inner(lib.clang_getArrayElementType(written))
            flexible = kind == TypeKind.INCOMPLETE_ARRAY
            return Array(element, None if flexible else lib.clang_getArraySize(written))
        if kind in (TypeKind.RECORD, TypeKind.ENUM):
            return self._tagged(lib.clang_getTypeDeclaration(written))
        if kind in (TypeKind.VECTOR, TypeKind.EXT_VECTOR):
            return self._vector(written, text)
        beneath = self._beneath(written)
        if beneath is not None:
            return self._inner(beneath)
        return Opaque(text, "a type the layout engine does not know")

    def _beneath(self, written: Type) -> Type | None:
        """The type that a wrapper such as ``typeof`` or an attribute stands around."""
        lib = self.lib
        if written.kind == TypeKind.ELABORATED:
            return _as_type(lib.clang_Type_getNamedType(written))
        if written.kind == TypeKind.ATTRIBUTED:
            return _as_type(lib.clang_Type_getModifiedType(written))
        canonical = _as_type(lib.clang_getCanonicalType(written))
        unwrapped = written.kind == TypeKind.UNEXPOSED and canonical.kind != written.kind
        return canonical if unwrapped else None

    def _tagged(self, cursor: Cursor) -> CType:
        """A record or an enum: by its key, or with its body where it has no tag."""
        name = self._name(cursor)
        tagged = name is not None and name.partition(" ")[0] in ("struct", "union", "enum")
        if cursor.kind == CursorKind.ENUM:
            return EnumRef(name) if name and tagged else InlineEnum(self._enum(cursor))
        if name and tagged:
            return RecordRef(name)
        if not self.lib.clang_isCursorDefinition(cursor):
            return Opaque(name or "a record", "incomplete type")
        return InlineRecord(self._body(cursor).record)

    def _vector(self, written: Type, text: str) -> CType:
        lib = self.lib
        element = self._inner(lib.clang_getElementType(written))
        size = lib.clang_Type_getSizeOf(written)
        scalar = element
        while isinstance(scalar, TypedefRef):
            scalar = self.unit.declarations.typedefs[scalar.name].type
        if not isinstance(scalar, Scalar) or size <= 0:
            return Opaque(text, "a vector of unknown elements")
        return Vector(scalar, size)


def _as_type(found: Any) -> Type:
    """A C function's result under its own type; ctypes declares them all alike."""
    ctype: Type = found
    return ctype


def _stands_alone(printed: str, enumerators: tuple[tuple[str, int], ...]) -> bool:
    """Whether an enum's values follow from its own text on every ABI."""
    if "sizeof" in printed or "alignof" in printed:
        return False
    own = {name for name, _ in enumerators}
    body = printed[printed.find("{") + 1 : printed.rfind("}")]
    values = " ".join(part.partition("=")[2] for part in body.split("\n"))
    return not _LONG.search(values) and all(word in own for word in _WORD.findall(values))


def distrust(record: Record, why: str) -> Record:
    """The same record, marked as one whose layout cannot be known."""
    return replace(record, undecided=why)
