# SPDX-License-Identifier: GPL-2.0-or-later
"""This module asks git which commit two trees come from, and what it held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abicheck.engine.claims import Reader
    from abicheck.engine.sources import Source
    from abicheck.model.claims import Definition, Family


class Lineage:
    """The histories behind the compared trees, as far as they have any."""

    def __init__(self, sources: Sequence[Source], reader: Reader) -> None:
        self._sources = {source.label: source for source in sources}
        self._reader = reader
        self._bases: dict[tuple[str, str], str | None] = {}
        self._had: dict[tuple[str, str], tuple[Definition, ...]] = {}

    def of(self, family: Family) -> FamilyAncestry:
        """What common ancestors say about one family."""
        return FamilyAncestry(self, family)

    def notes(self) -> tuple[str, ...]:
        """What could not be asked, and why."""
        repositories = [source.repository for source in self._sources.values()]
        if any(repository is not None and repository.shallow for repository in repositories):
            return ("the clone is shallow: nobody can say who was first",)
        return ()

    def base(self, one: Source, other: Source) -> str | None:
        """The commit two trees come from; None without common history."""
        if one.repository is None or one.repository is not other.repository:
            return None
        key = (one.commit or "", other.commit or "")
        if key not in self._bases:
            try:
                self._bases[key] = one.repository.merge_base(*key)
            except InputError:
                self._bases[key] = None
        return self._bases[key]

    def definitions(self, one: str, other: str, family: Family) -> tuple[Definition, ...] | None:
        """What a family had in the commit that two trees come from."""
        from abicheck.vcs.revision import RevisionTree

        first, second = self._sources[one], self._sources[other]
        base = self.base(first, second)
        if base is None or first.repository is None:
            return None
        key = (base, family.id)
        if key not in self._had:
            self._had[key] = self._reader.at(family, RevisionTree(first.repository, base))
        return self._had[key]


class FamilyAncestry:
    """What common ancestors of two trees say about one family."""

    def __init__(self, lineage: Lineage, family: Family) -> None:
        self._lineage = lineage
        self._family = family

    def common(self, one: str, other: str) -> Mapping[str, int] | None:
        """Names and numbers at the commit that two trees come from."""
        definitions = self._lineage.definitions(one, other, self._family)
        if definitions is None:
            return None
        return {
            definition.name: definition.number
            for definition in definitions
            if definition.number is not None and not definition.reservation
        }
