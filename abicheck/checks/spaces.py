# SPDX-License-Identifier: GPL-2.0-or-later
"""This module groups a header's constants by how they stand together: enums, runs of macros."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.checks.once import once

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abicheck.checks.facts import HeaderFacts
    from abicheck.families.scan import Enumerator, Macro

_MARKER = re.compile(
    r"_*(?:\w+_)?(?:MAX|LAST|COUNT|CNT|NUM|NR|END|AFTER_LAST)(?:_V\d+)?_*|(?:NR|NUM)_\w+|\w+_LAST_\w+"
)

_LONGEST = 200
"""Characters of a name; hostile ones have no end."""


class Constant(Struct, frozen=True):
    """A macro or an enumerator with a number."""

    name: str
    number: int
    body: str
    """What the number is written as; empty where the position gives it."""
    line: int
    condition: tuple[str, ...]

    @property
    def marker(self) -> bool:
        """Whether its name says that it counts or bounds the others."""
        return is_marker(self.name)


class Space(Struct, frozen=True):
    """Constants that stand together."""

    tag: str | None
    """The enum's tag."""
    enum: bool
    constants: tuple[Constant, ...]

    @property
    def members(self) -> tuple[Constant, ...]:
        """Those that do not count the others."""
        return tuple(constant for constant in self.constants if not constant.marker)


def is_marker(name: str) -> bool:
    """Whether a name says that it counts or bounds others."""
    return len(name) < _LONGEST and _MARKER.fullmatch(name) is not None


@once(2)
def spaces(header: HeaderFacts) -> tuple[Space, ...]:
    """The header's enums and its runs of macros without an empty line between them."""
    found = [_enum(header, group) for group in _enums(header)]
    found += [_run(header, group) for group in _runs(header)]
    return tuple(space for space in found if space.constants)


@once(2)
def homes(header: HeaderFacts) -> Mapping[str, Space]:
    """By constant: the space it stands in."""
    return {constant.name: space for space in spaces(header) for constant in space.constants}


def _enums(header: HeaderFacts) -> Iterator[list[Enumerator]]:
    group: list[Enumerator] = []
    for enumerator in header.text.enumerators:
        if enumerator.before is None and group:
            yield group
            group = []
        group.append(enumerator)
    if group:
        yield group


def _enum(header: HeaderFacts, group: list[Enumerator]) -> Space:
    rows = []
    for one in group:
        number = header.around.named(one.name)
        if number is not None:
            rows.append(Constant(one.name, number, one.expression or "", one.line, one.condition))
    return Space(group[0].tag, True, tuple(rows))


def _runs(header: HeaderFacts) -> Iterator[list[Macro]]:
    group: list[Macro] = []
    for macro in header.text.macros:
        if macro.params is not None or not macro.body or macro.body == macro.name:
            continue
        if group and _apart(header, group[-1].line, macro.line):
            yield group
            group = []
        group.append(macro)
    if group:
        yield group


def _apart(header: HeaderFacts, first: int, second: int) -> bool:
    """Whether an empty line, or a declaration, stands between two lines."""
    between = [line.strip() for line in header.lines[first : second - 1]]
    return any(not line or line.endswith(("{", "}", ";")) for line in between)


def _run(header: HeaderFacts, group: list[Macro]) -> Space:
    rows = []
    for macro in group:
        # An ioctl command is no number of such a row.
        number = header.around.named(macro.name) if "_IO" not in macro.body else None
        if number is not None:
            rows.append(Constant(macro.name, number, macro.body, macro.line, macro.condition))
    return Space(None, False, tuple(rows))
