# SPDX-License-Identifier: GPL-2.0-or-later
"""This module calls libclang's C functions without the object layer of ``clang.cindex``.

``clang.cindex`` wraps every cursor in checks and conversions; over a whole tree under forty ABIs
those cost more than the parsing. The library handle comes from ``parse.libclang``.
"""

from __future__ import annotations

import ctypes as c
from enum import IntEnum


class Cursor(c.Structure):
    """CXCursor of clang-c/Index.h."""

    _fields_ = (("kind", c.c_int), ("xdata", c.c_int), ("data", c.c_void_p * 3))


class Type(c.Structure):
    """CXType."""

    _fields_ = (("kind", c.c_int), ("data", c.c_void_p * 2))


class _String(c.Structure):
    _fields_ = (("data", c.c_void_p), ("flags", c.c_uint))


class Range(c.Structure):
    """CXSourceRange."""

    _fields_ = (("data", c.c_void_p * 2), ("begin", c.c_uint), ("end", c.c_uint))


class Location(c.Structure):
    """CXSourceLocation."""

    _fields_ = (("data", c.c_void_p * 2), ("offset", c.c_uint))


class UnsavedFile(c.Structure):
    """CXUnsavedFile: a text in memory."""

    _fields_ = (("name", c.c_char_p), ("contents", c.c_char_p), ("length", c.c_ulong))


class CursorKind(IntEnum):
    """The CXCursorKind values the extraction looks at."""

    STRUCT = 2
    UNION = 3
    ENUM = 5
    FIELD = 6
    ENUMERATOR = 7
    TYPEDEF = 20
    TYPE_REF = 43
    MEMBER_REF = 47
    """In offsetof."""
    DECL_REF_EXPR = 101
    MEMBER_REF_EXPR = 102
    STATIC_ASSERT = 602
    SIZEOF = 136
    """CXCursor_UnaryExpr: sizeof and alignof."""


class TypeKind(IntEnum):
    """The CXTypeKind values the extraction looks at (the scalars are in ``extract``)."""

    POINTER = 101
    RECORD = 105
    ENUM = 106
    TYPEDEF = 107
    FUNCTION_NO_PROTOTYPE = 110
    FUNCTION = 111
    CONSTANT_ARRAY = 112
    VECTOR = 113
    INCOMPLETE_ARRAY = 114
    ELABORATED = 119
    EXT_VECTOR = 176
    ATTRIBUTED = 163
    UNEXPOSED = 1


_VISITOR = c.CFUNCTYPE(c.c_int, Cursor, Cursor, c.c_void_p)
_INCLUSION = c.CFUNCTYPE(None, c.c_void_p, c.POINTER(Location), c.c_uint, c.c_void_p)

_PROTOTYPES: dict[str, tuple[object, tuple[object, ...]]] = {
    "clang_createIndex": (c.c_void_p, (c.c_int, c.c_int)),
    "clang_toggleCrashRecovery": (None, (c.c_uint,)),
    "clang_parseTranslationUnit2": (
        c.c_int,
        (
            *(c.c_void_p, c.c_char_p, c.POINTER(c.c_char_p), c.c_int),
            *(c.POINTER(UnsavedFile), c.c_uint, c.c_uint, c.POINTER(c.c_void_p)),
        ),
    ),
    "clang_disposeTranslationUnit": (None, (c.c_void_p,)),
    "clang_getTranslationUnitCursor": (Cursor, (c.c_void_p,)),
    "clang_visitChildren": (c.c_uint, (Cursor, _VISITOR, c.c_void_p)),
    "clang_getInclusions": (None, (c.c_void_p, _INCLUSION, c.c_void_p)),
    "clang_isCursorDefinition": (c.c_uint, (Cursor,)),
    "clang_getCursorSpelling": (_String, (Cursor,)),
    "clang_getCursorPrettyPrinted": (_String, (Cursor, c.c_void_p)),
    "clang_getCursorType": (Type, (Cursor,)),
    "clang_getCursorReferenced": (Cursor, (Cursor,)),
    "clang_getCursorSemanticParent": (Cursor, (Cursor,)),
    "clang_getCursorLocation": (Location, (Cursor,)),
    "clang_getCursorExtent": (Range, (Cursor,)),
    "clang_getRangeStart": (Location, (Range,)),
    "clang_getRangeEnd": (Location, (Range,)),
    "clang_getTypedefDeclUnderlyingType": (Type, (Cursor,)),
    "clang_getEnumDeclIntegerType": (Type, (Cursor,)),
    "clang_getEnumConstantDeclValue": (c.c_longlong, (Cursor,)),
    "clang_getEnumConstantDeclUnsignedValue": (c.c_ulonglong, (Cursor,)),
    "clang_getFieldDeclBitWidth": (c.c_int, (Cursor,)),
    "clang_Cursor_isBitField": (c.c_uint, (Cursor,)),
    "clang_Cursor_isAnonymous": (c.c_uint, (Cursor,)),
    "clang_Cursor_isAnonymousRecordDecl": (c.c_uint, (Cursor,)),
    "clang_getTypeSpelling": (_String, (Type,)),
    "clang_getTypedefName": (_String, (Type,)),
    "clang_getTypeDeclaration": (Cursor, (Type,)),
    "clang_getPointeeType": (Type, (Type,)),
    "clang_getCanonicalType": (Type, (Type,)),
    "clang_Type_getNamedType": (Type, (Type,)),
    "clang_Type_getModifiedType": (Type, (Type,)),
    "clang_Type_getSizeOf": (c.c_longlong, (Type,)),
    "clang_Type_getAlignOf": (c.c_longlong, (Type,)),
    "clang_Cursor_getOffsetOfField": (c.c_longlong, (Cursor,)),
    "clang_getArrayElementType": (Type, (Type,)),
    "clang_getArraySize": (c.c_longlong, (Type,)),
    "clang_getElementType": (Type, (Type,)),
    "clang_getNumElements": (c.c_longlong, (Type,)),
    "clang_getFileLocation": (
        None,
        (
            *(Location, c.POINTER(c.c_void_p), c.POINTER(c.c_uint)),
            *(c.POINTER(c.c_uint), c.POINTER(c.c_uint)),
        ),
    ),
    "clang_getFileName": (_String, (c.c_void_p,)),
    "clang_getNumDiagnostics": (c.c_uint, (c.c_void_p,)),
    "clang_getDiagnostic": (c.c_void_p, (c.c_void_p, c.c_uint)),
    "clang_disposeDiagnostic": (None, (c.c_void_p,)),
    "clang_getDiagnosticSeverity": (c.c_int, (c.c_void_p,)),
    "clang_getDiagnosticSpelling": (_String, (c.c_void_p,)),
    "clang_getDiagnosticLocation": (Location, (c.c_void_p,)),
    "clang_getCString": (c.c_char_p, (_String,)),
    "clang_disposeString": (None, (_String,)),
    "clang_getClangVersion": (_String, ()),
}


class Functions:
    """libclang's C functions with their prototypes, each found as an attribute when first used."""

    def __init__(self, path: str) -> None:
        """Loads the library; OSError where it cannot be loaded."""
        self._library = c.CDLL(path)
        # Made once: a call back, and four references, cost more to make than to use.
        self._found: list[Cursor] = []
        self._gather = _VISITOR(self._keep), _VISITOR(self._keep_below)
        self._at = c.c_void_p(), c.c_uint(), c.c_uint(), c.c_uint()
        self._references = tuple(map(c.byref, self._at))

    def _keep(self, child: Cursor, _parent: Cursor, _data: object) -> int:
        self._found.append(child)
        return 1

    def _keep_below(self, child: Cursor, _parent: Cursor, _data: object) -> int:
        self._found.append(child)
        return 2

    def __getattr__(self, name: str) -> c._NamedFuncPointer:
        """The C function of that name."""
        function = self._library[name]
        function.restype, function.argtypes = _PROTOTYPES[name]  # type: ignore[assignment]
        setattr(self, name, function)
        return function

    def text(self, string: _String) -> str:
        """The characters of a CXString, which is given back to the library."""
        data: bytes | None = self.clang_getCString(string)
        value = (data or b"").decode("utf-8", "replace")
        self.clang_disposeString(string)
        return value

    def children(self, cursor: Cursor) -> list[Cursor]:
        """The direct children of a cursor, in order."""
        found = self._found = []
        self.clang_visitChildren(cursor, self._gather[0], None)
        return found

    def descendants(self, cursor: Cursor) -> list[Cursor]:
        """Everything below a cursor, depth first."""
        found = self._found = []
        self.clang_visitChildren(cursor, self._gather[1], None)
        return found

    def place(self, location: Location) -> tuple[int, int, int]:
        """(file handle, line, column) of a location; the handle is 0 outside any file."""
        self.clang_getFileLocation(location, *self._references)
        file, line, column, _ = self._at
        return file.value or 0, line.value, column.value

    def inclusions(self, unit: int) -> dict[int, tuple[Location, ...]]:
        """For each file handle, the ``#include`` locations that led to it, innermost first."""
        found: dict[int, tuple[Location, ...]] = {}

        def visit(file: int, stack: object, depth: int, _data: object) -> None:
            found[file] = tuple(
                Location.from_buffer_copy(stack[index])  # type: ignore[index]
                for index in range(depth)
            )

        self.clang_getInclusions(unit, _INCLUSION(visit), None)
        return found
