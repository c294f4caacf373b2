# SPDX-License-Identifier: GPL-2.0-or-later
"""This module gives the value of an ``aligned`` expression under an ABI, in bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.model import Pointer, RecordRef, Scalar, ScalarKind, TypedefRef

if TYPE_CHECKING:
    from abicheck.model import Abi, CType, Declarations
    from abicheck.parse.unit import Measure

_NUMBER = re.compile(r"\(*(0[xX][0-9a-fA-F]+|\d+)[uUlL]*\)*")
_MEASURED = re.compile(r"(sizeof|__alignof(?:__)?|_Alignof)\s*\(([^()]*)\)")
_MAX = 1 << 28
"""GCC refuses alignments from 2 to the 29th on."""


class AlignedExpressions:
    """Evaluates the expressions that libclang prints, names resolved in the unit."""

    def __init__(self, abi: Abi, declarations: Declarations, measure: Measure) -> None:
        """Evaluates under ``abi``, with the types that ``declarations`` hold by then."""
        self._abi = abi
        self._declarations = declarations
        self._measure = measure

    def value(self, text: str) -> int | None:
        """Bytes, the ABI's biggest alignment for empty text, None where it is not computable."""
        if not text:
            return self._abi.biggest_align
        if self._named(text) is not None:  # _Alignas(type)
            return self._measured("_Alignof", text)
        measured = _MEASURED.sub(lambda match: str(self._measured(match[1], match[2])), text)
        plain = _NUMBER.fullmatch(measured)
        value = int(plain[1], 0) if plain else self._compute(measured)
        return value if value is not None and 0 < value <= _MAX else None

    def _compute(self, text: str) -> int | None:
        """The value of an expression of numbers; pycparser is loaded for these rare ones only."""
        from abicheck.parse.constants import (
            Scope,
            UnknownValueError,
            Widths,
            evaluate,
            parse_expression,
        )

        try:
            return evaluate(parse_expression(text), Scope(Widths.of(self._abi))).value
        except UnknownValueError:
            return None

    def _measured(self, operator: str, operand: str) -> int | None:
        """The bytes of ``sizeof(T)`` or of an alignof."""
        ctype = self._named(operand.strip())
        if isinstance(ctype, Scalar):
            fact = dict(self._abi.scalars).get(ctype.kind)
            if fact is None:
                return None
            # GCC: __alignof__ is the type's own alignment, _Alignof what a member of it gets.
            return {"sizeof": fact.size, "_Alignof": fact.field_align}.get(operator, fact.align)
        if ctype is None:
            return None
        found = self._measure(self._abi, self._declarations)(ctype)
        return None if found is None else found[0 if operator == "sizeof" else 1] // 8

    def _named(self, text: str) -> CType | None:
        if text.endswith("*"):
            return Pointer(text[:-1].strip())
        if text in self._declarations.records:
            return RecordRef(text)
        typedef = self._declarations.typedefs.get(text)
        if typedef is not None:
            plain = typedef.type
            scalar = isinstance(plain, Scalar) and typedef.aligned is None
            return plain if scalar else TypedefRef(text)
        try:
            return Scalar(ScalarKind(text))
        except ValueError:
            return None
