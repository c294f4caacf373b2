# SPDX-License-Identifier: GPL-2.0-or-later
"""This module turns pycparser's syntax tree into declarations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

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
    Typedef,
    TypedefRef,
    Vector,
)
from abicheck.model import ScalarKind as K
from abicheck.parse.constants import Number, UndeclaredError, UnknownValueError, evaluate
from abicheck.parse.portable.gnu import PLACEHOLDER
from abicheck.parse.portable.scope import TypeScope
from abicheck.parse.portable.spell import spell
from abicheck.parse.portable.types import of_mode, scalar

if TYPE_CHECKING:
    from abicheck.model import CType, Span
    from abicheck.parse.portable.gnu import Attribute, Body

_UNDECIDED = ("ms_struct", "scalar_storage_order", "randomize_layout")
"""Attributes that change a layout in ways the layout engine does not model."""
_MADE = re.compile(PLACEHOLDER % r"(\d+)")
_TAGGED = ("Struct", "Union", "Enum")


class Declarer(TypeScope):
    """Reads a syntax tree into the unit it was made with."""

    def read(self, tree: Any) -> None:
        """Everything the tree declares, in order."""
        for node in tree.ext:
            kind = type(node).__name__
            if kind == "StaticAssert" and node.coord.line in self.plain.written:
                self.questions[int(node.message.value.strip('"'))] = node.cond
            elif kind == "Typedef" and type(node.type).__name__ == "TypeDecl":
                base = node.type.type
                if type(base).__name__ in _TAGGED and base.name is None:
                    self.names.setdefault(base.coord.line, node.name)
        for line, name in self.plain.unknown.items():
            self.problem(f"unknown type name '{name}'", line)
        for node in tree.ext:
            self._external(node)
        self.unit.records = {path: tuple(found) for path, found in self.defined.items()}

    def _external(self, node: Any) -> None:
        kind = type(node).__name__
        if kind == "Typedef":
            if node.coord.line not in self.plain.written:
                self._typedef(node)
        elif kind == "Decl":
            self.ctype(node.type)
        elif kind == "StaticAssert" and node.coord.line not in self.plain.written:
            self._assert(node)

    def _assert(self, node: Any) -> None:
        try:
            holds = evaluate(node.cond, self).value
        except UnknownValueError:
            return
        if not holds:
            self.problem("static assertion failed", node.coord.line)

    # --- types ------------------------------------------------------------------------------

    def ctype(self, node: Any) -> CType:
        """The type a declarator or type name gives; records and enums in it are declared."""
        kind = type(node).__name__
        if kind in ("TypeDecl", "Typename", "Decl"):
            return self.ctype(node.type)
        if kind == "PtrDecl":
            self._base(node)
            return Pointer(self._text(node.type))
        if kind == "ArrayDecl":
            return self._array(node)
        if kind in ("Struct", "Union"):
            return self._record(node)
        if kind == "Enum":
            return self._enum(node)
        if kind == "IdentifierType":
            return self._named(node)
        if kind == "FuncDecl":
            self._base(node)
            return Opaque("a function", "no object type")
        return Opaque(kind, "a type the layout engine does not know")

    def _base(self, node: Any) -> None:
        """Declares a record or an enum whose body stands behind a pointer or a function."""
        while hasattr(node, "type"):
            node = node.type
        if type(node).__name__ in ("Struct", "Union") and node.decls is not None:
            self._record(node)
        elif type(node).__name__ == "Enum" and node.values is not None:
            self._enum(node)

    def _array(self, node: Any) -> CType:
        element = self.ctype(node.type)
        if node.dim is None:
            return Array(element, None)
        try:
            count = evaluate(node.dim, self).value
        except UnknownValueError as reason:
            self._undeclared(reason, node)
            return Opaque(f"{spell(node.type, self)}[]", f"array size: {reason}")
        if count < 0:
            self.problem("array size is negative", node.coord.line)
            return Opaque(f"{spell(node.type, self)}[]", "array size is negative")
        return Array(element, count)

    def _undeclared(self, reason: UnknownValueError, node: Any) -> None:
        if isinstance(reason, UndeclaredError):
            self.problem(str(reason), node.coord.line)

    def _named(self, node: Any) -> CType:
        words = node.names
        name = words[0]
        if len(words) == 1 and name in self.declarations.typedefs:
            return TypedefRef(name)
        kind = scalar(words)
        if kind is not None:
            return Scalar(kind)
        made = _MADE.fullmatch(name)
        if made:
            return self._typeof(int(made[1]))
        return Opaque(" ".join(words), "a type without a size we know")

    def _typeof(self, question: int) -> CType:
        asked = self.questions.get(question)
        operand = getattr(asked, "expr", None)
        if type(operand).__name__ == "Typename":
            return self.ctype(operand)
        return Opaque("typeof", "typeof of an expression")

    # --- records ----------------------------------------------------------------------------

    def _record(self, node: Any) -> CType:
        kind = type(node).__name__.lower()
        key = f"{kind} {node.name}"
        if node.decls is None:
            return RecordRef(key)
        line = node.coord.line
        record = self.built.get(line)
        if record is None:
            record = self._body(node, kind, key if node.name else self.names.get(line))
            self.built[line] = record
            self._keep(record, line)
        return RecordRef(key) if node.name else InlineRecord(record)

    def _keep(self, record: Record, line: int) -> None:
        if record.name is None:
            return
        if record.name in self.declarations.records:
            self.problem(f"redefinition of '{record.name}'", line)
            return
        self.declarations.records[record.name] = record
        self.defined.setdefault(record.span.path, []).append(record)

    def _body(self, node: Any, kind: str, name: str | None) -> Record:
        body = self.plain.bodies[node.coord.line]
        members: list[Member] = []
        for inner in node.decls:
            member = self._member(inner)
            if member is not None:
                members.append(member)
        aligned, undecided = self.aligned(body.attributes)
        names = [attribute.name for attribute in body.attributes]
        odd = next((f"attribute {name}" for name in names if name in _UNDECIDED), None)
        return Record(
            kind=kind,
            name=name,
            members=tuple(members),
            packed="packed" in names,
            aligned=aligned,
            pack=body.pack,
            undecided=undecided or odd or body.undecided,
            span=self.span(body.token),
        )

    def _member(self, node: Any) -> Member | None:
        """A member; None for a declaration of a type alone."""
        if type(node.type).__name__ in _TAGGED and node.bitsize is None:
            return self._unnamed(node.type)
        attributes = self._attributes(node.type)
        ctype = self._attributed(self.ctype(node.type), attributes)
        self._complete(ctype, node)
        aligned, undecided = self.aligned(attributes, node.align or ())
        width = None
        if node.bitsize is not None:
            width, unknown = self._width(node)
            undecided = undecided or unknown
        names = [attribute.name for attribute in attributes]
        odd = next((f"attribute {name}" for name in names if name in _UNDECIDED), None)
        text = self._text(node.type)
        if isinstance(ctype, Scalar) and any(one.name == "mode" for one in attributes):
            text = ctype.kind.value
        return Member(
            name=node.name,
            type=Opaque(text, undecided or odd or "") if undecided or odd else ctype,
            type_text=text,
            bit_width=width,
            aligned=aligned,
            packed="packed" in names,
            span=self._named_at(node),
        )

    def _width(self, node: Any) -> tuple[int, str | None]:
        """The width of a bit-field, and why it is not known where it is not."""
        try:
            width = evaluate(node.bitsize, self).value
        except UnknownValueError as reason:
            self._undeclared(reason, node.bitsize)
            return 0, f"bit-field width: {reason}"
        if width < 0:
            self.problem(f"bit-field '{node.name}' has negative width", node.bitsize.coord.line)
            return 0, "bit-field width: negative"
        return width, None

    def _text(self, node: Any) -> str:
        """The type's spelling, each ``typeof`` as it was written."""
        return _MADE.sub(self._typeof_text, spell(node, self))

    def _typeof_text(self, made: re.Match[str]) -> str:
        asked = self.questions.get(int(made[1]))
        operand = getattr(asked, "expr", None)
        named = type(operand).__name__ == "Typename"
        return f"typeof({spell(operand, self) if named else '...'})"

    def _unnamed(self, node: Any) -> Member | None:
        ctype = self.ctype(node)
        if not isinstance(ctype, InlineRecord):
            return None
        record = ctype.record
        return Member(name=None, type=ctype, type_text=record.kind, span=record.span)

    def _named_at(self, node: Any) -> Span:
        """Where the name stands, or the type of an unnamed bit-field."""
        declared = _innermost(node.type)
        coord: Any = declared.coord or declared.type.coord
        return self.span_of(coord.line)

    def _complete(self, ctype: CType, node: Any) -> None:
        inner = self.resolved(ctype)
        while isinstance(inner, Array):
            inner = self.resolved(inner.element)
        if not isinstance(inner, (RecordRef, EnumRef)):
            return
        if inner.key not in self.declarations.records and inner.key not in self.declarations.enums:
            line = _innermost(node.type).coord.line
            self.problem(f"field '{node.name}' has incomplete type '{inner.key}'", line)

    # --- typedefs, enums, attributes ------------------------------------------------------------

    def _typedef(self, node: Any) -> None:
        attributes = self._attributes(node.type)
        ctype = self._attributed(self.ctype(node.type), attributes)
        aligned, undecided = self.aligned(attributes)
        known = self.declarations.typedefs.get(node.name)
        if known is not None:
            if self.differ(known.type, ctype):
                line = _innermost(node.type).coord.line
                self.problem(f"typedef redefinition with different types: '{node.name}'", line)
            return
        self.declarations.typedefs[node.name] = Typedef(
            name=node.name,
            type=Opaque(node.name, undecided) if undecided else ctype,
            aligned=aligned,
            span=self._named_at(node),
        )

    def _enum(self, node: Any) -> CType:
        key = f"enum {node.name}"
        if node.values is None:
            return EnumRef(key)
        line = node.coord.line
        enum = self.built_enums.get(line)
        if enum is None:
            body = self.plain.bodies[line]
            enum = self._enumerate(node, key if node.name else self.names.get(line), body)
            self.built_enums[line] = enum
            if enum.name in self.declarations.enums:
                self.problem(f"redefinition of '{enum.name}'", line)
            elif enum.name:
                self.declarations.enums[enum.name] = enum
        return EnumRef(key) if node.name else InlineEnum(enum)

    def _enumerate(self, node: Any, name: str | None, body: Body) -> Enum:
        value = -1
        found: list[tuple[str, int]] = []
        for one in node.values.enumerators:
            if type(one).__name__ != "Enumerator":
                continue
            value += 1
            if one.value is not None:
                try:
                    value = evaluate(one.value, self).value
                except UnknownValueError as reason:
                    self.problem(f"enumerator '{one.name}': {reason}", one.coord.line)
            if one.name in self.constants:
                self.problem(f"redefinition of enumerator '{one.name}'", one.coord.line)
            self.constants[one.name] = self.enumerator(value)
            found.append((one.name, value))
        self._widen(found)
        packed = any(attribute.name == "packed" for attribute in body.attributes)
        return Enum(name=name, enumerators=tuple(found), packed=packed, span=self.span(body.token))

    def _widen(self, found: list[tuple[str, int]]) -> None:
        """Gives all enumerators the enum's type where ``int`` does not hold every value."""
        kinds = {self.constants[name].kind for name, _ in found}
        if kinds <= {K.INT}:
            return
        low = min(value for _, value in found)
        high = max(value for _, value in found)
        for kind in (K.UINT, K.LONG, K.ULONG, K.LLONG, K.ULLONG):
            if self.widths.holds(low, kind) and self.widths.holds(high, kind):
                for name, value in found:
                    self.constants[name] = Number(value, kind)
                return

    def _attributes(self, node: Any) -> tuple[Attribute, ...]:
        coord = _innermost(node).coord
        return self.plain.declarators.get(coord.line, ()) if coord else ()

    def _attributed(self, ctype: CType, attributes: tuple[Attribute, ...]) -> CType:
        """The type with its ``mode`` and ``vector_size`` attributes applied."""
        for attribute in attributes:
            if attribute.name == "mode":
                ctype = self._moded(ctype, attribute)
            elif attribute.name == "vector_size":
                ctype = self._vector(ctype, attribute)
        return ctype

    def _moded(self, ctype: CType, attribute: Attribute) -> CType:
        base = self.resolved(ctype)
        kind = None
        if isinstance(base, Scalar):
            kind = of_mode(attribute.text, base.kind, self.widths)
        if kind is None:
            return Opaque(attribute.text, f"mode({attribute.text})")
        return Scalar(kind)

    def _vector(self, ctype: CType, attribute: Attribute) -> CType:
        if isinstance(ctype, Array):
            return Array(self._vector(ctype.element, attribute), ctype.count)
        base = self.resolved(ctype)
        size = self.number(attribute)
        if isinstance(base, Pointer):
            return base
        if not isinstance(base, Scalar) or size is None:
            return Opaque(attribute.text, "a vector of unknown elements")
        return Vector(base, size)


def _innermost(node: Any) -> Any:
    """The node that carries the declared name."""
    while type(node).__name__ in ("PtrDecl", "ArrayDecl", "FuncDecl"):
        node = node.type
    return node
