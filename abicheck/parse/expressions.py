# SPDX-License-Identifier: GPL-2.0-or-later
"""This module gives the value of an ``aligned`` expression under an ABI, in bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.model import Pointer, RecordRef, Scalar, ScalarKind, TypedefRef

if TYPE_CHECKING:
    from abicheck.model import Abi, CType, Declarations
    from abicheck.parse.unit import Sizes

_NUMBER = re.compile(r"\(*(0[xX][0-9a-fA-F]+|\d+)[uUlL]*\)*")
_MEASURED = re.compile(r"(sizeof|__alignof(?:__)?|_Alignof)\s*\(([^()]*)\)")
_SAFE = re.compile(r"[\d\s()+*/<>|&~^%xXa-fA-FuUlL-]+")
_MAX = 1 << 28
"""GCC refuses alignments from 2 to the 29th on."""


class AlignedExpressions:
    """Evaluates the expressions that libclang prints, names resolved in the unit."""

    def __init__(self, abi: Abi, declarations: Declarations, sizes: Sizes) -> None:
        """Evaluates under ``abi``; ``sizes`` measures types declared so far."""
        self._abi = abi
        self._declarations = declarations
        self._sizes = sizes

    def value(self, text: str) -> int | None:
        """Bytes, the ABI's biggest alignment for empty text, None where it is not computable."""
        if not text:
            return self._abi.biggest_align
        plain = _NUMBER.fullmatch(text)
        if plain:
            value = int(plain[1], 0)
            return value if 0 < value <= _MAX else None
        return self._compute(text)

    def _compute(self, text: str) -> int | None:
        from abicheck.parse.constants import ConstantError, evaluate_text

        measured = _MEASURED.sub(lambda m: str(self._measured(m[1], m[2]) or "?"), text)
        if "?" in measured or not _SAFE.fullmatch(measured):
            return None
        try:
            value = evaluate_text(measured, self._abi)
        except ConstantError:
            return None
        return value if 0 < value <= _MAX else None

    def _measured(self, operator: str, operand: str) -> int | None:
        """The bytes of ``sizeof(T)`` or of an alignof."""
        ctype = self._named(operand.strip())
        if isinstance(ctype, Scalar):
            fact = dict(self._abi.scalars).get(ctype.kind)
            if fact is None:
                return None
            # GCC: __alignof__ is the type's own alignment, _Alignof what a member of it gets.
            return {"sizeof": fact.size, "_Alignof": fact.field_align}.get(operator, fact.align)
        found = self._sizes(ctype) if ctype is not None else None
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
