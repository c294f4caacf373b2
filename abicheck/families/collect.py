# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the definitions of a family in the texts of its headers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from abicheck.families import conditions, reservations
from abicheck.families.evaluate import Evaluator, UnevaluatedError
from abicheck.families.ioctls import read_ioctl
from abicheck.families.scan import Enumerator, Macro
from abicheck.families.syscalls import syscalls
from abicheck.model.claims import Definition, FamilyKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.families.scan import HeaderText
    from abicheck.model.claims import Family

_MARKER = re.compile(r"_*(?:NR|NUM)_\w+|\w+_(?:MAX|LAST|CNT|AFTER_LAST)|__\w+_(?:MAX|LAST)_\w+")
_PAGE = 4096
"""What an address without a size of its own begins."""
_ENCODED = re.compile(r"\(*_IO[RW]{0,2}\s*\(")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_COMPOUND = re.compile(r"__(?:MAX|LAST)_|_MAX_?ID$")


class Membership:
    """Decides by name what belongs to a family."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self._names = re.compile(family.names).fullmatch
        self._excludes = re.compile(family.excludes).fullmatch if family.excludes else None
        self._markers = re.compile(family.markers).fullmatch if family.markers else None
        self._members = re.compile(family.members).fullmatch if family.members else None

    def __call__(self, name: str) -> bool:
        """Whether the name is a member or a marker of the family."""
        if self._names(name) is None:
            return False
        return self._excludes is None or self._excludes(name) is None

    def is_marker(self, name: str) -> bool:
        """Whether the name bounds or counts the family."""
        if self._members is not None and self._members(name):
            return False
        if self._markers is not None and self._markers(name):
            return True
        return _MARKER.fullmatch(name) is not None or _COMPOUND.search(name) is not None


def definitions(
    family: Family, texts: Sequence[HeaderText], used: Sequence[HeaderText] = ()
) -> tuple[Definition, ...]:
    """All definitions of a family, by file and line; ``used`` only helps to evaluate."""
    if family.kind is FamilyKind.SYSCALL:
        return syscalls(family, texts, used)
    belongs = Membership(family)
    evaluator = Evaluator((*texts, *used))
    found: list[Definition] = []
    for text in texts:
        one = _Collector(belongs, evaluator, text)
        found.extend(one.defined())
        found.extend(one.reserved(found))
    if family.kind is FamilyKind.RANGES:
        found = [_sized(family, definition) for definition in found]
    told = (_misplaced(family, definition) for definition in found)
    return tuple(sorted(told, key=lambda d: (d.path, d.line, d.name)))


def _sized(family: Family, definition: Definition) -> Definition:
    size = next((e.size for e in family.sizes if re.fullmatch(e.names, definition.name)), _PAGE)
    return replace(definition, size=size)


def _misplaced(family: Family, definition: Definition) -> Definition:
    number = definition.number
    for block in family.foreign if number is not None else ():
        if any(first <= (number or 0) <= last for first, last in block.spans):
            return replace(definition, misplaced=block.reason)
    return definition


class _Collector:
    def __init__(self, belongs: Membership, evaluator: Evaluator, text: HeaderText) -> None:
        self._belongs = belongs
        self._family = belongs.family
        self._evaluator = evaluator
        self._text = text

    def defined(self) -> Iterator[Definition]:
        for macro in self._text.macros:
            if macro.params is not None or macro.body in ("", macro.name):
                continue
            if self._belongs(macro.name) and self._may_be_macro(macro):
                yield from self._macro(macro)
        if self._family.kind is FamilyKind.IOCTL:
            return
        for enumerator in self._text.enumerators:
            if self._family.enums and enumerator.home not in self._family.enums:
                continue
            if self._belongs(enumerator.name):
                yield self._enumerator(enumerator)

    def _may_be_macro(self, macro: Macro) -> bool:
        """A family that is an enum has other names for its members as macros, nothing else.

        And an encoded ioctl command is none of the numbers beside it.
        """
        if self._family.kind is not FamilyKind.IOCTL and _ENCODED.match(macro.body):
            return False
        if not self._family.enums:
            return True
        meant = self._evaluator.find(macro.body.strip("() "))
        return isinstance(meant, Enumerator) and meant.home in self._family.enums

    def _macro(self, macro: Macro) -> Iterator[Definition]:
        if self._family.kind is FamilyKind.IOCTL:
            found = read_ioctl(macro, self._evaluator, self._text.path, self._family)
            if found is not None:
                yield found
            return
        yield self._definition(
            macro.name, macro.body, macro.line, macro.condition, conditions.never(macro.condition)
        )

    def _enumerator(self, enumerator: Enumerator) -> Definition:
        never = conditions.never(enumerator.condition)
        if enumerator.expression is not None:
            return self._definition(
                enumerator.name,
                enumerator.expression,
                enumerator.line,
                enumerator.condition,
                never,
            )
        number: int | None = None
        problem: str | None = None
        try:
            number = self._evaluator.enumerator(enumerator)
        except UnevaluatedError as reason:
            problem = f"it follows an enumerator without a number: {reason}"
        return Definition(
            name=enumerator.name,
            number=number,
            path=self._text.path,
            line=enumerator.line,
            text="",
            condition=enumerator.condition,
            reservation=never or reservations.is_placeholder(enumerator.name),
            implicit=True,
            marker=self._belongs.is_marker(enumerator.name),
            problem=problem,
        )

    def _definition(
        self, name: str, text: str, line: int, condition: tuple[str, ...], reserved: bool
    ) -> Definition:
        number: int | None = None
        problem: str | None = None
        bare = text.strip().strip("()").strip()
        try:
            number = self._evaluator.expression(text)
        except UnevaluatedError as reason:
            problem = str(reason)
        if number is not None and number < 0:
            number &= (1 << self._family.width) - 1
        alias = _IDENTIFIER.fullmatch(bare) is not None and bare != name
        return Definition(
            name=name,
            number=number,
            path=self._text.path,
            line=line,
            text=text,
            condition=condition,
            reservation=reserved or reservations.is_placeholder(name),
            alias_of=bare if alias else None,
            marker=self._belongs.is_marker(name),
            problem=problem,
        )

    def reserved(self, defined: Sequence[Definition]) -> Iterator[Definition]:
        for kept in self._text.kept:
            if not self._belongs(kept.name) or self._belongs.is_marker(kept.name):
                continue
            expression = kept.expression
            if self._family.kind is FamilyKind.IOCTL:
                macro = Macro(kept.name, None, expression or "", kept.line, ())
                yield from (replace(d, reservation=True) for d in self._macro(macro))
                continue
            if expression is None:
                number = _only_gap(defined, self._text.path, kept.line)
                expression = None if number is None else str(number)
            if expression is not None:
                yield self._definition(kept.name, expression, kept.line, (), True)


def _only_gap(defined: Sequence[Definition], path: str, line: int) -> int | None:
    """The number between the definitions around a line, where exactly one is left out."""
    here = [d for d in defined if d.path == path and d.number is not None]
    before = [d.number for d in here if d.line < line and d.number is not None]
    after = [d.number for d in here if d.line > line and d.number is not None]
    if before and after and after[0] - before[-1] == 2:
        return before[-1] + 1
    return None
