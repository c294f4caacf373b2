# SPDX-License-Identifier: GPL-2.0-or-later
"""This module answers what names and types mean while a unit's declarations are being read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from abicheck.model import (
    Array,
    EnumRef,
    InlineEnum,
    InlineRecord,
    Member,
    Pointer,
    RecordRef,
    Scalar,
    Span,
    TypedefRef,
)
from abicheck.model import ScalarKind as K
from abicheck.parse.constants import (
    Number,
    Scope,
    UndeclaredError,
    UnknownValueError,
    Widths,
    evaluate,
)
from abicheck.parse.portable.lexer import column, line
from abicheck.parse.unit import Problem, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.model import CType, Enum, Record
    from abicheck.parse.portable.gnu import Attribute, Plain
    from abicheck.parse.portable.lexer import Token
    from abicheck.parse.unit import Measure, Sizes, World


_LARGEST = 1 << 28
"""GCC refuses alignments from 2 to the 29th on."""


class TypeScope(Scope):
    """The declarations so far; evaluates what attributes, bounds and enumerators say."""

    def __init__(
        self,
        world: World,
        plain: Plain,
        stacks: dict[str, tuple[Span, ...]],
        measure: Measure | None,
    ) -> None:
        """Start with nothing declared."""
        super().__init__(Widths.of(world.abi))
        self.unit = Unit()
        self.declarations = self.unit.declarations
        self.plain = plain
        self.problems: list[Problem] = []
        self.questions: dict[int, Any] = {}
        self.names: dict[int, str] = {}
        """By the line of a body without a tag: the typedef name that names it."""
        self.built: dict[int, Record] = {}
        self.built_enums: dict[int, Enum] = {}
        self.defined: dict[str, list[Record]] = {}
        self.constants: dict[str, Number] = {}
        self._world = world
        self._abi = world.abi
        self._stacks = stacks
        self._measure = measure
        self._probes: list[Record] = []
        self._sizes: tuple[tuple[int, int, int], Sizes] | None = None

    def ctype(self, node: Any) -> CType:
        """The type of a syntax node; given by the subclass."""
        raise NotImplementedError

    # --- places -----------------------------------------------------------------------------

    def span(self, token: Token) -> Span:
        """Where a token stands, in paths of the tree."""
        path = self._world.origin(token.source)
        return Span(path, line(token.place), column(token.place))

    def span_of(self, number: int) -> Span:
        """Where the token on a line of the C11 text stands."""
        token = self.plain.tokens[number - 1]
        assert token is not None
        return self.span(token)

    def problem(self, message: str, number: int) -> None:
        """Notes an error at a line of the C11 text."""
        token = self.plain.tokens[number - 1] if number <= len(self.plain.tokens) else None
        if token is None:
            self.problems.append(Problem(message=message, span=None))
            return
        stack = self._stacks.get(token.source, ())
        self.problems.append(Problem(message=message, span=self.span(token), stack=stack))

    # --- constants.Scope --------------------------------------------------------------------

    def constant(self, name: str) -> Number:
        """The value of an enumerator declared so far."""
        number = self.constants.get(name)
        if number is None:
            raise UndeclaredError(f"use of undeclared identifier '{name}'")
        return number

    def enumerator(self, value: int) -> Number:
        """An enumerator's value in the first type that holds it."""
        for kind in (K.INT, K.UINT, K.LONG, K.ULONG, K.LLONG, K.ULLONG):
            if self.widths.holds(value, kind):
                return Number(value, kind)
        return Number(value, K.INT128)

    def scalar(self, typename: Any) -> K:
        """The arithmetic type a cast names."""
        found = self.resolved(self.ctype(typename))
        if isinstance(found, Scalar):
            return found.kind
        if isinstance(found, Pointer):
            return K.ULONG
        if isinstance(found, (EnumRef, InlineEnum)):
            return K.UINT
        raise UnknownValueError("a cast to no arithmetic type")

    def measure(self, operand: Any) -> tuple[int, int]:
        """The size and alignment in bytes of ``sizeof``'s operand."""
        kind = type(operand).__name__
        if kind == "Constant" and operand.type == "string":
            return len(operand.value.strip('"')) + 1, 1
        found = self.ctype(operand) if kind == "Typename" else self._type_of(operand)
        bits = self._size_of(found)
        if bits is None:
            raise UnknownValueError("the size of a type that is not known")
        return bits[0] // 8, bits[1] // 8

    def offset(self, typename: Any, member: Any) -> int:
        """The offset in bytes of a direct member, found through sizes alone.

        A copy of the record cut off before the member grows by one byte at a time; the growth
        at which its size jumps tells how far the cut was from its end.
        """
        record = self._record_of(self.ctype(typename))
        name = getattr(member, "name", None)
        names = [one.name for one in record.members]
        if name not in names or not isinstance(name, str):
            raise UnknownValueError("an offset of no direct member")
        if record.kind == "union":
            return 0
        at = names.index(name)
        cut = record.members[at]
        marker = replace(cut, type=Array(cut.type, 0), bit_width=None)
        kept = (*record.members[:at], marker)
        start = self._grown(record, kept, 0)
        for growth in range(1, 4097):
            if self._grown(record, kept, growth) > start:
                return start - growth + 1
        raise UnknownValueError("an offset")

    def _grown(self, record: Record, kept: tuple[Member, ...], growth: int) -> int:
        tail = Member(
            name="",
            type=Array(Scalar(K.UCHAR), growth),
            type_text="",
            packed=True,
            span=record.span,
        )
        whole = replace(record, name=None, members=(*kept, tail))
        # A layout engine may remember records by identity: none may be made at the same address.
        self._probes.append(whole)
        bits = self._size_of(InlineRecord(whole))
        if bits is None:
            raise UnknownValueError("an offset in a record of unknown size")
        return bits[0] // 8

    def _type_of(self, node: Any) -> CType:
        """The type of ``((struct s *)0)->m`` and of what it selects from."""
        kind = type(node).__name__
        if kind == "StructRef":
            selected = node.name
            if type(selected).__name__ == "Cast" and node.type == "->":
                holder = self.ctype(selected.to_type.type.type)
            else:
                holder = self._type_of(selected)
            for member in self._record_of(holder).members:
                if member.name == node.field.name and member.bit_width is None:
                    return member.type
        elif kind == "ArrayRef":
            array = self.resolved(self._type_of(node.name))
            if isinstance(array, Array):
                return array.element
        elif kind == "Cast":
            return self.ctype(node.to_type)
        raise UnknownValueError("the size of an expression")

    def _record_of(self, ctype: CType) -> Record:
        found = self.resolved(ctype)
        if isinstance(found, InlineRecord):
            return found.record
        if isinstance(found, RecordRef) and found.key in self.declarations.records:
            return self.declarations.records[found.key]
        raise UnknownValueError("a member of no record we know")

    def _size_of(self, ctype: CType) -> tuple[int, int] | None:
        if isinstance(ctype, Scalar):
            fact = dict(self._abi.scalars).get(ctype.kind)
            return None if fact is None else (fact.size * 8, fact.align * 8)
        if isinstance(ctype, Pointer):
            return self._abi.pointer.size * 8, self._abi.pointer.align * 8
        if self._measure is None:
            return None
        table = self.declarations
        stamp = (len(table.records), len(table.typedefs), len(table.enums))
        if self._sizes is None or self._sizes[0] != stamp:
            self._sizes = (stamp, self._measure(self._abi, table))
        return self._sizes[1](ctype)

    # --- types ------------------------------------------------------------------------------

    def resolved(self, ctype: CType) -> CType:
        """What a chain of typedefs stands for."""
        while isinstance(ctype, TypedefRef) and ctype.name in self.declarations.typedefs:
            ctype = self.declarations.typedefs[ctype.name].type
        return ctype

    def differ(self, one: CType, other: CType) -> bool:
        """Whether two types are certainly not the same."""
        left, right = self.resolved(one), self.resolved(other)
        if isinstance(left, Scalar) and isinstance(right, Scalar):
            return left.kind != right.kind
        if isinstance(left, RecordRef) and isinstance(right, RecordRef):
            return left.key != right.key
        return type(left) is not type(right)

    # --- attributes -------------------------------------------------------------------------

    def number(self, attribute: Attribute) -> int | None:
        """An attribute's argument, None where it cannot be evaluated."""
        if attribute.number is not None:
            return attribute.number
        if attribute.asked is None or attribute.asked not in self.questions:
            return None
        try:
            return evaluate(self.questions[attribute.asked], self).value
        except UnknownValueError:
            return None

    def aligned(
        self, attributes: Iterable[Attribute], alignas: Iterable[Any] = ()
    ) -> tuple[int | None, str | None]:
        """The largest ``aligned`` in bytes, and why it is not known where it is not."""
        values: list[int] = []
        for attribute in attributes:
            if attribute.name != "aligned":
                continue
            value = self.number(attribute) if attribute.text else self._abi.biggest_align
            if value is None or not 0 < value <= _LARGEST or value & (value - 1):
                return None, f"aligned({attribute.text}) is no alignment we know"
            values.append(value)
        for node in alignas:
            try:
                values.append(self._alignas(node.alignment))
            except UnknownValueError as reason:
                return None, f"_Alignas: {reason}"
        return max((value for value in values if value > 0), default=None), None

    def _alignas(self, node: Any) -> int:
        if type(node).__name__ == "Typename":
            return self.measure(node)[1]
        return evaluate(node, self).value
