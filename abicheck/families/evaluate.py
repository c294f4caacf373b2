# SPDX-License-Identifier: GPL-2.0-or-later
"""This module gives the constants of header texts their numbers, with pycparser's grammar."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from abicheck.families.scan import Enumerator, Macro

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from abicheck.families.scan import HeaderText

_LITERAL = re.compile(r"(0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)[uUlL]*")
_TYPE_NAME = re.compile(r"\b(__(?:u|s|le|be)(?:8|16|32|64)|(?:u|s)(?:8|16|32|64)|[A-Za-z_]\w*_t)\b")
_ANNOTATION = re.compile(r"\b__(?:force|user|bitwise|extension__)\b")
_DEPTH = 64
_LONGEST = 4000
_WIDEST_SHIFT = 512
_WIDEST = 1024
"""Bits of a number on the way to one of 64."""
_MOST_STEPS = 20_000
"""Operations behind one constant; real ones take some tens."""
_ESCAPES = {"n": 10, "t": 9, "0": 0, "\\": 92, "'": 39, "r": 13, "a": 7, "b": 8, "f": 12, "v": 11}
_POSITIONS = 1 << 16
"""Enumerators between one with an explicit value and one that counts from it."""

# linux/const.h, vdso/bits.h: macros that paste a suffix or shift one.
_SUFFIXES = frozenset({"_AC", "_AT", "_UL", "_ULL", "UL", "ULL", "U64_C", "UINT64_C"})
_SHIFTS = frozenset({"_BITUL", "_BITULL", "BIT", "BIT_ULL", "_BIT"})


class UnevaluatedError(Exception):
    """An expression has no number that a header's text alone can give; says why."""


class _SizeNeededError(UnevaluatedError):
    """An expression depends on the size of a type."""


class Evaluator:
    """Looks names up in header texts and evaluates what they are defined as."""

    def __init__(self, texts: Iterable[HeaderText]) -> None:
        self._texts = tuple(texts)
        self._values: dict[str, int | UnevaluatedError] = {}
        self._positions: dict[int, int] = {}
        self._depth = 0
        self._steps = 0

    def find(self, name: str) -> Macro | Enumerator | None:
        """The first definition of a name in the texts, in their order."""
        for text in self._texts:
            found = text.by_name.get(name)
            if found is not None:
                return found
        return None

    def name(self, name: str) -> int:
        """The number of a macro or enumerator; raises UnevaluatedError."""
        known = self._values.get(name)
        if isinstance(known, int):
            return known
        if known is not None:
            raise known
        self._values[name] = UnevaluatedError(f"{name} is defined by itself")
        try:
            number = self._named(name)
        except UnevaluatedError as problem:
            self._values[name] = problem
            raise
        self._values[name] = number
        return number

    def _named(self, name: str) -> int:
        found = self.find(name)
        if found is None:
            raise UnevaluatedError(f"{name} is not defined in this header")
        if isinstance(found, Enumerator):
            return self.enumerator(found)
        if found.params is not None:
            raise UnevaluatedError(f"{name} takes arguments")
        if found.body == name:
            enumerator = next(
                (e for text in self._texts for e in text.enumerators if e.name == name), None
            )
            if enumerator is not None:
                return self.enumerator(enumerator)
        return self.expression(found.body)

    def enumerator(self, enumerator: Enumerator) -> int:
        """The number of an enumerator, counted from the last explicit one before it."""
        steps: list[Enumerator] = []
        at: Enumerator | None = enumerator
        while at is not None and id(at) not in self._positions and at.expression is None:
            steps.append(at)
            at = at.before
            if len(steps) > _POSITIONS:
                raise UnevaluatedError("the enum is too long")
        if at is None:
            number = -1
        elif id(at) in self._positions:
            number = self._positions[id(at)]
        else:
            number = self.expression(at.expression or "")
            self._positions[id(at)] = number
        for step in reversed(steps):
            number += 1
            self._positions[id(step)] = number
        return number

    def expression(self, text: str, names: Mapping[str, int] | None = None) -> int:
        """The number of an expression, in unbounded integers; raises UnevaluatedError."""
        bare = text.strip().strip("()").strip()
        literal = _LITERAL.fullmatch(bare)
        if literal is not None:
            return _integer(literal.group(1))
        if not text.strip():
            raise UnevaluatedError("the macro is empty")
        if len(text) > _LONGEST or self._depth > _DEPTH:
            raise UnevaluatedError("the expression is too long or too deep")
        if self._depth == 0:
            self._steps = 0
        self._depth += 1
        try:
            return self._walk(_tree(text), names or {})
        except RecursionError as problem:
            raise UnevaluatedError("the expression is too long or too deep") from problem
        finally:
            self._depth -= 1

    def _walk(self, node: Any, names: Mapping[str, int]) -> int:
        handler: Callable[[Any, Mapping[str, int]], int] | None = getattr(
            self, f"_on_{type(node).__name__.lower()}", None
        )
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise UnevaluatedError("the macros behind it never end")
        if handler is None:
            raise UnevaluatedError(f"{type(node).__name__} is no constant arithmetic")
        return handler(node, names)

    def _on_constant(self, node: Any, _names: Mapping[str, int]) -> int:
        if node.type == "char" or node.value.startswith("'"):
            return _character(node.value)
        literal = _LITERAL.fullmatch(node.value)
        if literal is None:
            raise UnevaluatedError(f"{node.value} is no integer")
        return _integer(literal.group(1))

    def _on_id(self, node: Any, names: Mapping[str, int]) -> int:
        number = names.get(node.name)
        return self.name(node.name) if number is None else number

    def _on_cast(self, node: Any, names: Mapping[str, int]) -> int:
        return self._walk(node.expr, names)

    def _on_unaryop(self, node: Any, names: Mapping[str, int]) -> int:
        if node.op == "sizeof":
            raise _SizeNeededError("sizeof needs a layout")
        value = self._walk(node.expr, names)
        match node.op:
            case "-":
                return -value
            case "+":
                return value
            case "~":
                return ~value
            case "!":
                return int(not value)
        raise UnevaluatedError(f"{node.op} is no constant arithmetic")

    def _on_binaryop(self, node: Any, names: Mapping[str, int]) -> int:
        return _binary(node.op, self._walk(node.left, names), self._walk(node.right, names))

    def _on_ternaryop(self, node: Any, names: Mapping[str, int]) -> int:
        try:
            condition = self._walk(node.cond, names)
        except _SizeNeededError:
            # asm-generic/socket.h compares sizeof(time_t) with that of long: equal on 64 bits.
            condition = 1
        return self._walk(node.iftrue if condition else node.iffalse, names)

    def _on_funccall(self, node: Any, names: Mapping[str, int]) -> int:
        function = getattr(node.name, "name", "")
        arguments = node.args.exprs if node.args is not None else []
        if function in _SUFFIXES and arguments:
            return self._walk(arguments[0], names)
        if function in _SHIFTS and len(arguments) == 1:
            return _binary("<<", 1, self._walk(arguments[0], names))
        macro = self.find(function)
        if not isinstance(macro, Macro) or macro.params is None:
            raise UnevaluatedError(f"{function} is not defined in this header")
        if "#" in macro.body:
            raise UnevaluatedError(f"{function} pastes or quotes its arguments")
        values = [self._walk(argument, names) for argument in arguments]
        bound = dict(zip(macro.params, values, strict=False))
        return self.expression(macro.body.replace("\\\n", " "), bound)


@lru_cache(maxsize=4096)
def _tree(text: str) -> Any:
    """pycparser's tree of an expression as a header's raw text writes it."""
    from abicheck.parse.constants import UnknownValueError, parse_expression

    text = _ANNOTATION.sub("", text)
    try:
        return parse_expression(text, sorted(set(_TYPE_NAME.findall(text))))
    except (UnknownValueError, RecursionError) as problem:
        raise UnevaluatedError("it is not a C expression") from problem


def _integer(digits: str) -> int:
    if digits[:2] in ("0x", "0X", "0b", "0B"):
        return int(digits, 0)
    return int(digits, 8) if digits[0] == "0" else int(digits)


def _character(literal: str) -> int:
    body = literal[literal.index("'") + 1 : -1]
    if len(body) == 1:
        return ord(body)
    if body[0] == "\\" and body[1:2] == "x":
        return int(f"0{body[1:]}", 0)
    if body[0] == "\\" and body[1:].isdigit():
        return int(body[1:], 8)
    if body[0] == "\\" and body[1:] in _ESCAPES:
        return _ESCAPES[body[1:]]
    raise UnevaluatedError(f"{literal} is no single character")


def _binary(op: str, left: int, right: int) -> int:
    if op in ("<<", ">>"):
        if not 0 <= right <= _WIDEST_SHIFT:
            raise UnevaluatedError(f"a shift by {right} is out of range")
        return left << right if op == "<<" else left >> right
    if op in ("/", "%"):
        if right == 0:
            raise UnevaluatedError("it divides by zero")
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        return quotient if op == "/" else left - quotient * right
    function = _OPERATORS.get(op)
    if function is None:
        raise UnevaluatedError(f"{op} is no constant arithmetic")
    result = int(function(left, right))
    if result.bit_length() > _WIDEST:
        raise UnevaluatedError("the number is too large")
    return result


_OPERATORS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "|": lambda a, b: a | b,
    "&": lambda a, b: a & b,
    "^": lambda a, b: a ^ b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "&&": lambda a, b: bool(a) and bool(b),
    "||": lambda a, b: bool(a) or bool(b),
}
