# SPDX-License-Identifier: GPL-2.0-or-later
"""This module evaluates constant expressions in C's integer types, on pycparser's syntax trees."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from abicheck.model import ScalarKind as K
from abicheck.parse.arithmetic import parse_arithmetic

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from abicheck.model import Abi

_SIGNED = (K.INT, K.LONG, K.LLONG, K.INT128)
_UNSIGNED = (K.UINT, K.ULONG, K.ULLONG, K.UINT128)
_RANK = {kind: rank for row in (_SIGNED, _UNSIGNED) for rank, kind in enumerate(row)}
_SIGNED_SMALL = (K.SCHAR, K.SHORT)
_SUFFIX = re.compile(r"(?:u|l|ll|ul|ull|lu|llu)?", re.IGNORECASE)
_DIGITS = re.compile(r"(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)(\w*)")
_DIGITS_READ = 130
"""Digits of the longest literal read; the widest type has 128 bits."""
_DECIMAL = re.compile(r"(?=[0-9.]*[.eE])[0-9]{0,40}\.?[0-9]{0,40}(?:[eE][+-]?[0-9]{1,2})?[fFlL]?")
_PAYLOAD = re.compile(r"\s*[A-Z_]+\s*\([^()]+,\s*(?:struct|union)\s+\w+\s*\)\s*")
"""A call with a record behind a comma, as ``_IOW`` is called: that is no expression."""
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]+)|([0-7]{1,3})|(.))|([^\\])", re.DOTALL)
_ESCAPED = {"n": 10, "t": 9, "r": 13, "0": 0, "a": 7, "b": 8, "f": 12, "v": 11, "e": 27}


class UnknownValueError(Exception):
    """The expression has no value we can tell; the message says why in a few words."""


class UndeclaredError(UnknownValueError):
    """The expression names something that is not declared."""


class Number(Struct, frozen=True):
    """An integer and its C type."""

    value: int
    kind: K


class Widths(Struct, frozen=True):
    """How wide an ABI's integers are, and whether its ``char`` is signed."""

    bits: dict[K, int]
    char_signed: bool
    size: K = K.ULONG
    """The type of ``sizeof``, as GCC has it."""

    @classmethod
    def of(cls, abi: Abi) -> Widths:
        """The widths of an ABI's scalars."""
        bits = {kind: fact.size * 8 for kind, fact in abi.scalars}
        long = abi.data_model == "LP64" or abi.name == "s390"
        return cls(bits, abi.char_signed, K.ULONG if long else K.UINT)

    def wrap(self, value: int, kind: K) -> Number:
        """The value as an object of that type holds it: modulo two to its width."""
        if kind == K.BOOL:
            return Number(int(value != 0), kind)
        bits = self.bits.get(kind)
        if bits is None or kind in (K.FLOAT, K.DOUBLE, K.LDOUBLE, K.FLOAT128):
            raise UnknownValueError(f"a value of type {kind}")
        value &= (1 << bits) - 1
        if self.signed(kind) and value >> (bits - 1):
            value -= 1 << bits
        return Number(value, kind)

    def signed(self, kind: K) -> bool:
        """Whether the type holds negative values."""
        return self.char_signed if kind == K.CHAR else kind in _SIGNED or kind in _SIGNED_SMALL

    def holds(self, value: int, kind: K) -> bool:
        """Whether the type exists and can hold the value."""
        return kind in self.bits and self.wrap(value, kind).value == value


_UNBOUNDED = 1024
"""Bits of a number on the way to one of 64."""
_WIDEST_SHIFT = 512


class Unbounded(Widths, frozen=True):
    """Integers that hold every number, as a text means them that no ABI was asked about."""

    @classmethod
    def create(cls) -> Unbounded:
        """The same for every type."""
        return cls(dict.fromkeys(K, _WIDEST_SHIFT + 1), char_signed=False)

    def wrap(self, value: int, kind: K) -> Number:
        """The value itself."""
        if value.bit_length() > _UNBOUNDED:
            raise UnknownValueError("the number is too large")
        return Number(value, kind)

    def signed(self, _kind: K) -> bool:
        """They all hold negative values."""
        return True

    def holds(self, _value: int, _kind: K) -> bool:
        """They all do."""
        return True


class Scope:
    """What an expression's names and types mean; this one knows none.

    Each method raises UnknownValueError for what it cannot tell.
    """

    def __init__(self, widths: Widths) -> None:
        self.widths = widths
        """The integer types."""

    def constant(self, name: str) -> Number:
        """The value of an enumerator."""
        raise UnknownValueError(f"the name {name}")

    def scalar(self, _typename: Any) -> K:
        """The arithmetic type that a cast names; ``unsigned long`` for a pointer."""
        raise UnknownValueError("a cast")

    def measure(self, _operand: Any) -> tuple[int, int]:
        """The size and alignment in bytes of a type or of an expression's type."""
        raise UnknownValueError("sizeof")

    def offset(self, _typename: Any, _member: Any) -> int:
        """The offset in bytes of a member of a record."""
        raise UnknownValueError("offsetof")

    def call(self, name: str, _arguments: Sequence[Any]) -> Number:
        """The value of a macro or function for these expressions."""
        raise UnknownValueError(f"a call of {name or 'a function'}")

    def truth(self, condition: Any) -> bool:
        """Whether the condition of ``?:`` holds."""
        return bool(evaluate(condition, self).value)


def parse_expression(text: str, types: Collection[str] = ()) -> Any:
    """The syntax tree of an expression; ``types`` are the typedef names it may use.

    UnknownValueError where the text is no expression.
    """
    tree = parse_arithmetic(text, types)
    if tree is not None:
        return tree
    if _PAYLOAD.fullmatch(text):
        raise UnknownValueError(f"'{text.strip()[:60]}' is no expression")
    from pycparser.c_parser import CParser, ParseError

    known = "".join(f"typedef int {name};" for name in types)
    try:
        declared = CParser().parse(f"{known}int _ = ({text}\n);").ext
    except (ParseError, AssertionError, AttributeError) as error:
        raise UnknownValueError(f"'{text.strip()[:60]}' is no expression") from error
    if len(declared) != known.count(";") + 1:
        raise UnknownValueError(f"'{text.strip()[:60]}' is no expression")
    return declared[-1].init


def evaluate(node: Any, scope: Scope) -> Number:
    """The value of an integer constant expression; UnknownValueError where it has none."""
    method = _EVALUATE.get(type(node).__name__)
    if method is None:
        raise UnknownValueError(f"{type(node).__name__} in a constant expression")
    number: Number = method(node, scope)
    return number


def literal(text: str, widths: Widths) -> Number:
    """The value of an integer literal in the type C gives it (C11 6.4.4.1)."""
    match = _DIGITS.fullmatch(text)
    if match is None or len(match[1]) > _DIGITS_READ or not _SUFFIX.fullmatch(match[2]):
        raise UnknownValueError(f"the number {text[:_DIGITS_READ]}")
    digits, suffix = match[1].lower(), match[2].lower()
    octal = digits.startswith("0") and digits.isdigit()
    value = int(digits, 8 if octal else 0)
    rank = suffix.count("l")
    kinds = [
        kind
        for row in zip(_SIGNED, _UNSIGNED, strict=True)
        for kind in row
        if _RANK[kind] >= rank
        and (kind in _UNSIGNED or "u" not in suffix)
        and (kind in _SIGNED or "u" in suffix or not digits.isdigit() or octal)
    ]
    for kind in kinds:
        if widths.holds(value, kind):
            return Number(value, kind)
    return widths.wrap(value, K.ULLONG)


def character(text: str, widths: Widths) -> Number:
    """The value of a character constant: ``char`` widened, or several packed into an ``int``."""
    prefix, _, body = text.partition("'")
    value, count = 0, 0
    for match in _ESCAPE.finditer(body.removesuffix("'")):
        one = _code(match)
        if prefix:
            return Number(one, K.INT)
        for byte in one.to_bytes(1, "big") if one < 256 else match[0].encode():
            value = value << 8 | byte
            count += 1
    if count == 1:
        return Number(widths.wrap(value, K.CHAR).value, K.INT)
    return widths.wrap(value, K.INT)


def _code(match: re.Match[str]) -> int:
    if match[1]:
        return int(match[1], 16)
    if match[2]:
        return int(match[2], 8)
    return _ESCAPED.get(match[3], ord(match[3])) if match[3] else ord(match[4])


def _constant(node: Any, scope: Scope) -> Number:
    if node.value.endswith("'"):
        return character(node.value, scope.widths)
    return literal(node.value, scope.widths)


def _id(node: Any, scope: Scope) -> Number:
    return scope.constant(node.name)


def _promote(number: Number) -> Number:
    return Number(number.value, _promoted(number.kind))


def _promoted(kind: K) -> K:
    return kind if kind in _RANK else K.INT


def _common(left: K, right: K, widths: Widths) -> K:
    """The type both operands are converted to (C11 6.3.1.8); both are promoted already."""
    low, high = sorted((left, right), key=lambda kind: (_RANK[kind], kind in _UNSIGNED))
    if high in _UNSIGNED or low in _SIGNED:
        return high
    if widths.bits[high] > widths.bits[low]:
        return high
    return _UNSIGNED[_RANK[high]]


def _unary(node: Any, scope: Scope) -> Number:
    op = node.op
    if op in ("sizeof", "_Alignof", "alignof"):
        size, align = scope.measure(node.expr)
        return scope.widths.wrap(size if op == "sizeof" else align, scope.widths.size)
    if op == "&":
        return _address(node.expr, scope)
    number = _promote(evaluate(node.expr, scope))
    if op == "!":
        return Number(int(not number.value), K.INT)
    if op == "+":
        return number
    if op in ("-", "~"):
        value = -number.value if op == "-" else ~number.value
        return scope.widths.wrap(value, number.kind)
    raise UnknownValueError(f"operator {op}")


def _address(node: Any, scope: Scope) -> Number:
    """The classic ``&((struct s *)0)->m``."""
    path, target = node, node
    while type(target).__name__ in ("StructRef", "ArrayRef"):
        path, target = target, target.name
    pointer: Any = getattr(getattr(target, "to_type", None), "type", None)
    if type(pointer).__name__ != "PtrDecl" or evaluate(target.expr, scope).value:
        raise UnknownValueError("an address")
    if path is not node:
        raise UnknownValueError("an offset through several members")
    return scope.widths.wrap(scope.offset(pointer.type, path.field), scope.widths.size)


def _binary(node: Any, scope: Scope) -> Number:
    op = node.op
    left = _promote(evaluate(node.left, scope))
    if op in ("&&", "||"):
        if bool(left.value) == (op == "||"):
            return Number(int(op == "||"), K.INT)
        return Number(int(bool(evaluate(node.right, scope).value)), K.INT)
    right = _promote(evaluate(node.right, scope))
    widths = scope.widths
    if op in ("<<", ">>"):
        return _shift(op, left, right, widths)
    kind = _common(left.kind, right.kind, widths)
    one, two = widths.wrap(left.value, kind).value, widths.wrap(right.value, kind).value
    if op in _COMPARE:
        return Number(int(_COMPARE[op](one, two)), K.INT)
    if op in ("/", "%"):
        return widths.wrap(_divide(op, one, two), kind)
    return widths.wrap(_ARITHMETIC[op](one, two), kind)


def _shift(op: str, left: Number, right: Number, widths: Widths) -> Number:
    if not 0 <= right.value < widths.bits[left.kind]:
        raise UnknownValueError(f"a shift by {right.value}")
    value = left.value << right.value if op == "<<" else left.value >> right.value
    return widths.wrap(value, left.kind)


def _divide(op: str, one: int, two: int) -> int:
    """Division that truncates towards zero, as C's does."""
    if not two:
        raise UnknownValueError("division by zero")
    quotient = abs(one) // abs(two)
    if (one < 0) != (two < 0):
        quotient = -quotient
    return quotient if op == "/" else one - quotient * two


def _ternary(node: Any, scope: Scope) -> Number:
    chosen, other = node.iftrue, node.iffalse
    if not scope.truth(node.cond):
        chosen, other = other, chosen
    number = evaluate(chosen, scope)
    try:
        kind = _common(_promoted(number.kind), _promoted(_kind(other, scope)), scope.widths)
    except UnknownValueError:
        return _promote(number)
    return scope.widths.wrap(number.value, kind)


def _kind(node: Any, scope: Scope) -> K:
    """The type of an expression that may have no value, such as a branch not taken."""
    what = type(node).__name__
    if what == "UnaryOp" and node.op in ("-", "~", "+"):
        return _promoted(_kind(node.expr, scope))
    if what == "UnaryOp":
        return K.INT if node.op == "!" else scope.widths.size
    if what == "BinaryOp":
        if node.op in _COMPARE or node.op in ("&&", "||"):
            return K.INT
        left = _promoted(_kind(node.left, scope))
        if node.op in ("<<", ">>"):
            return left
        return _common(left, _promoted(_kind(node.right, scope)), scope.widths)
    if what == "TernaryOp":
        first = _promoted(_kind(node.iftrue, scope))
        return _common(first, _promoted(_kind(node.iffalse, scope)), scope.widths)
    return scope.scalar(node.to_type) if what == "Cast" else evaluate(node, scope).kind


def _cast(node: Any, scope: Scope) -> Number:
    kind = scope.scalar(node.to_type)
    inner = node.expr
    if type(inner).__name__ == "Constant" and _DECIMAL.fullmatch(inner.value):
        return scope.widths.wrap(int(Decimal(inner.value.rstrip("fFlL"))), kind)
    return scope.widths.wrap(evaluate(node.expr, scope).value, kind)


def _call(node: Any, scope: Scope) -> Number:
    name = getattr(node.name, "name", "")
    arguments = node.args.exprs if node.args else []
    if name in ("offsetof", "__builtin_offsetof") and len(arguments) == 2:
        return scope.widths.wrap(scope.offset(arguments[0], arguments[1]), scope.widths.size)
    if name == "__builtin_constant_p" and len(arguments) == 1:
        try:
            evaluate(arguments[0], scope)
        except UnknownValueError:
            return Number(0, K.INT)
        return Number(1, K.INT)
    return scope.call(name, arguments)


_COMPARE = {
    "==": int.__eq__,
    "!=": int.__ne__,
    "<": int.__lt__,
    ">": int.__gt__,
    "<=": int.__le__,
    ">=": int.__ge__,
}
_ARITHMETIC = {
    "+": int.__add__,
    "-": int.__sub__,
    "*": int.__mul__,
    "&": int.__and__,
    "|": int.__or__,
    "^": int.__xor__,
}
_EVALUATE = {
    "Constant": _constant,
    "ID": _id,
    "UnaryOp": _unary,
    "BinaryOp": _binary,
    "TernaryOp": _ternary,
    "Cast": _cast,
    "FuncCall": _call,
}
