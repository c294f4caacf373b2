# SPDX-License-Identifier: GPL-2.0-or-later
"""This module gives the constants of header texts their numbers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from abicheck.families.scan import Enumerator, Macro
from abicheck.model import ScalarKind as K
from abicheck.parse.constants import (
    Number,
    Scope,
    Unbounded,
    UnknownValueError,
    Widths,
    evaluate,
    parse_expression,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from abicheck.families.scan import HeaderText

_LITERAL = re.compile(r"(0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)")
_TYPE_NAME = re.compile(r"\b(__(?:u|s|le|be)(?:8|16|32|64)|(?:u|s)(?:8|16|32|64)|[A-Za-z_]\w*_t)\b")
_ANNOTATION = re.compile(r"\b__(?:force|user|bitwise|extension__)\b")
_DEPTH = 64
_LONGEST = 4000
_MOST_TEXT = 400_000
"""Characters of the expressions behind one constant; real ones have some hundreds."""
_POSITIONS = 1 << 16
"""Enumerators between one with an explicit value and one that counts from it."""

# linux/const.h, vdso/bits.h: macros that paste a suffix or shift one.
_SUFFIXES = {
    "_AC": K.INT,
    "_AT": K.INT,
    "_UL": K.ULONG,
    "_ULL": K.ULLONG,
    "UL": K.ULONG,
    "ULL": K.ULLONG,
    "U64_C": K.ULLONG,
    "UINT64_C": K.ULLONG,
}
_SHIFTS = {
    "_BITUL": K.ULONG,
    "_BITULL": K.ULLONG,
    "BIT": K.ULONG,
    "BIT_ULL": K.ULLONG,
    "_BIT": K.ULONG,
}
_PASTED = {"U": K.UINT, "L": K.LONG, "UL": K.ULONG, "LL": K.LLONG, "ULL": K.ULLONG}
_KINDS = (K.INT, K.UINT, K.LONG, K.ULONG, K.LLONG, K.ULLONG)


class UnevaluatedError(UnknownValueError):
    """An expression has no number that a header's text alone can give; says why."""


class _SizeNeededError(UnevaluatedError):
    """An expression depends on the size of a type."""


class Evaluator:
    """Looks names up in header texts and evaluates what they are defined as."""

    def __init__(self, texts: Iterable[HeaderText], widths: Widths | None = None) -> None:
        """Without ``widths`` integers have no bounds, which is what most texts mean."""
        self._texts = tuple(texts)
        self._values: dict[str, Number | UnevaluatedError] = {}
        self._positions: dict[int, int] = {}
        self._depth = 0
        self._read = 0
        self.widths = widths or Unbounded.create()

    def find(self, name: str) -> Macro | Enumerator | None:
        """The first definition of a name in the texts, in their order."""
        for text in self._texts:
            found = text.by_name.get(name)
            if found is not None:
                return found
        return None

    def name(self, name: str) -> int:
        """The number of a macro or enumerator; raises UnevaluatedError."""
        return self.value(name).value

    def value(self, name: str) -> Number:
        """The same with its type."""
        known = self._values.get(name)
        if isinstance(known, Number):
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

    def _named(self, name: str) -> Number:
        found = self.find(name)
        if found is None:
            raise UnevaluatedError(f"{name} is not defined in this header")
        if isinstance(found, Enumerator):
            return self._typed(self.enumerator(found))
        if found.params is not None:
            raise UnevaluatedError(f"{name} takes arguments")
        if found.body == name:
            enumerator = next(
                (e for text in self._texts for e in text.enumerators if e.name == name), None
            )
            if enumerator is not None:
                return self._typed(self.enumerator(enumerator))
        return self._evaluated(found.body, {})

    def _typed(self, number: int) -> Number:
        """A number in the first type that holds it."""
        kinds = (kind for kind in _KINDS if self.widths.holds(number, kind))
        return Number(number, next(kinds, K.ULLONG))

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
        """The number of an expression, where names stand for numbers; UnevaluatedError if none."""
        bound = {name: self._typed(number) for name, number in (names or {}).items()}
        return self._evaluated(text, bound).value

    def _evaluated(self, text: str, names: Mapping[str, Number]) -> Number:
        bare = text.strip().strip("()").strip()
        if _LITERAL.fullmatch(bare):
            return self._typed(_integer(bare))
        if not bare:
            raise UnevaluatedError("the macro is empty")
        if len(text) > _LONGEST or self._depth > _DEPTH:
            raise UnevaluatedError("the expression is too long or too deep")
        self._read = len(text) + (self._read if self._depth else 0)
        if self._read > _MOST_TEXT:
            raise UnevaluatedError("the macros behind it never end")
        self._depth += 1
        try:
            return evaluate(_tree(text), _Frame(self, names))
        except UnevaluatedError:
            raise
        except UnknownValueError as problem:
            raise UnevaluatedError(f"{problem} has no number") from problem
        except RecursionError as problem:
            raise UnevaluatedError("the expression is too long or too deep") from problem
        finally:
            self._depth -= 1

    def kind(self, _typename: Any) -> K:
        """The type that a cast names; numbers without bounds have only one."""
        return K.LLONG

    def called(self, name: str, arguments: Sequence[Number]) -> Number:
        """The value of a macro for these arguments."""
        macro = self.find(name)
        if not isinstance(macro, Macro) or macro.params is None:
            raise UnevaluatedError(f"{name} is not defined in this header")
        if "#" in macro.body:
            raise UnevaluatedError(f"{name} pastes or quotes its arguments")
        bound = dict(zip(macro.params, arguments, strict=False))
        return self._evaluated(macro.body.replace("\\\n", " "), bound)


class _Frame(Scope):
    """An expression's scope: the arguments of the macro it stands in, then the texts."""

    def __init__(self, evaluator: Evaluator, names: Mapping[str, Number]) -> None:
        super().__init__(evaluator.widths)
        self._evaluator = evaluator
        self._names = names

    def constant(self, name: str) -> Number:
        """What an argument or a definition stands for."""
        number = self._names.get(name)
        return self._evaluator.value(name) if number is None else number

    def scalar(self, typename: Any) -> K:
        """The type that a cast names."""
        return self._evaluator.kind(typename)

    def measure(self, _operand: Any) -> tuple[int, int]:
        """Texts have no layouts."""
        raise _SizeNeededError("sizeof needs a layout")

    def call(self, name: str, arguments: Sequence[Any]) -> Number:
        """The value of a macro, of those that paste or shift without looking at their text."""
        if name in _SUFFIXES and arguments:
            pasted = getattr(arguments[-1], "name", "").upper() if len(arguments) > 1 else ""
            number = evaluate(arguments[0], self)
            return self.widths.wrap(number.value, _PASTED.get(pasted, _SUFFIXES[name]))
        if name in _SHIFTS and len(arguments) == 1:
            one, kind = evaluate(arguments[0], self).value, _SHIFTS[name]
            if not 0 <= one < self.widths.bits[kind]:
                raise UnevaluatedError(f"a shift by {one} is out of range")
            return self.widths.wrap(1 << one, kind)
        return self._evaluator.called(name, [evaluate(each, self) for each in arguments])

    def truth(self, condition: Any) -> bool:
        """Whether it holds; asm-generic/socket.h's question about sizes does on 64 bits."""
        try:
            return super().truth(condition)
        except _SizeNeededError:
            return True


@lru_cache(maxsize=4096)
def _tree(text: str) -> Any:
    """pycparser's tree of an expression as a header's raw text writes it."""
    text = _ANNOTATION.sub("", text)
    try:
        return parse_expression(text, sorted(set(_TYPE_NAME.findall(text))))
    except (UnknownValueError, RecursionError) as problem:
        raise UnevaluatedError("it is not a C expression") from problem


def _integer(digits: str) -> int:
    if digits[:2] in ("0x", "0X", "0b", "0B"):
        return int(digits, 0)
    return int(digits, 8) if digits[0] == "0" else int(digits)
