# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads a header as its text shows it, and tells what a step touches in it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.families.evaluate import Evaluator, UnevaluatedError
from abicheck.families.scan import MAX_TEXT, Macro, read_text
from abicheck.review.sketches import named, sketches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from abicheck.families.scan import Enumerator, HeaderText
    from abicheck.review.sketches import Named

_LONGEST = 40
"""Lines of a record that are worth repeating as a whole."""


class ShownHeader(Struct, frozen=True, eq=False, dict=True):
    """A header's text, read as far as somebody asks."""

    path: str
    content: bytes

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The text by lines."""
        return tuple(self.content[:MAX_TEXT].decode("utf-8", "replace").splitlines())

    @cached_property
    def text(self) -> HeaderText:
        """Its macros, enumerators and comments."""
        return read_text(self.path, self.content)

    @cached_property
    def records(self) -> dict[str, tuple[Named, ...]]:
        """The records it shows, by key."""
        found: dict[str, tuple[Named, ...]] = {}
        if len(self.content) <= MAX_TEXT:
            for one in named(sketches("\n".join(self.lines))):
                found[one.key] = (*found.get(one.key, ()), one)
        return found

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of the text, be they in comments."""
        return frozenset(re.findall(r"\w+", "\n".join(self.lines), re.ASCII))

    def written(self, one: Named) -> str:
        """A record as the text writes it, without directives; where it stands, if it is long."""
        first, last = one.sketch.line, one.sketch.end
        if last - first > _LONGEST:
            return f"Show it as {self.path}:{first} has it."
        lines = [line for line in self.lines[first - 1 : last] if _is_shown(line)]
        indent = min(len(line) - len(line.lstrip()) for line in lines)
        return "\n".join(line[indent:].rstrip() for line in lines)


def _is_shown(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


class HeaderStep(Struct, frozen=True, eq=False, dict=True):
    """A header before and after a step; None where it is not there."""

    path: str
    old: ShownHeader | None
    new: ShownHeader | None

    @cached_property
    def records(self) -> frozenset[str]:
        """The keys of records that the step adds, changes or removes."""
        old, new = (_shapes(side) for side in (self.old, self.new))
        return frozenset(key for key in {*old, *new} if old.get(key) != new.get(key))

    @cached_property
    def constants(self) -> frozenset[str]:
        """The names of macros and enumerators that the step adds, changes or removes."""
        old, new = (_bodies(side) for side in (self.old, self.new))
        return frozenset(name for name in {*old, *new} if old.get(name) != new.get(name))

    def added(self) -> tuple[Macro | Enumerator, ...]:
        """The macros and enumerators that only the new text defines, in order of place."""
        old = self.old.text.by_name if self.old else {}
        new = self.new.text.by_name if self.new else {}
        found = [one for name, one in new.items() if name not in old]
        return tuple(sorted(found, key=lambda one: one.line))


def numbers(headers: Iterable[ShownHeader]) -> Callable[[str], int | None]:
    """A function that gives the value of an expression with these headers' names, else None."""
    evaluator = Evaluator(header.text for header in headers)

    def number(expression: str) -> int | None:
        try:
            return evaluator.expression(expression)
        except UnevaluatedError:
            return None

    return number


def _shapes(header: ShownHeader | None) -> dict[str, tuple[object, ...]]:
    records = header.records if header else {}
    return {key: tuple(one.sketch.shape for one in found) for key, found in records.items()}


def _bodies(header: ShownHeader | None) -> dict[str, tuple[str | None, ...]]:
    """What each name is defined as: an enumerator without a value by what it follows."""
    defined = header.text.by_name if header else {}
    return {
        name: (one.body,)
        if isinstance(one, Macro)
        else (one.expression, one.before.name if one.before and not one.expression else None)
        for name, one in defined.items()
    }
