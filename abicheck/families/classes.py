# SPDX-License-Identifier: GPL-2.0-or-later
"""This module says which names mean the same member of a family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.families.reservations import core_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.model.claims import Alias, Family, Sheet


class NameClasses:
    """Names joined because a header or a family file says that they are one member."""

    def __init__(self, family: Family, sheets: Iterable[Sheet]) -> None:
        self._parent: dict[str, str] = {}
        self._declared = {name: alias for alias in family.aliases for name in alias.names}
        for alias in family.aliases:
            for name in alias.names[1:]:
                self._join(alias.names[0], name)
        twins: dict[tuple[int, str], str] = {}
        for sheet in sheets:
            for definition in sheet.definitions:
                if definition.number is None or definition.marker:
                    continue
                if definition.alias_of is not None:
                    self._join(definition.alias_of, definition.name)
                twin = twins.setdefault(
                    (definition.number, core_of(definition.name)), definition.name
                )
                if twin != definition.name:
                    self._join(twin, definition.name)

    def of(self, name: str) -> str:
        """The name that stands for all names of the same member."""
        parent = self._parent.get(name, name)
        while parent != name:
            name, parent = parent, self._parent.get(parent, parent)
        return name

    def declared(self, one: str, other: str) -> Alias | None:
        """What a family file says of two names of one number, if anything."""
        alias = self._declared.get(one)
        return alias if alias is not None and other in alias.names else None

    def _join(self, one: str, other: str) -> None:
        first, second = self.of(one), self.of(other)
        if first != second:
            self._parent[max(first, second)] = min(first, second)
