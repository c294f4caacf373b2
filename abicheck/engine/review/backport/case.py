# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds a backport beside its original, and what questions about it need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from abicheck.engine.claims import Reader
from abicheck.engine.review.rivals import touched_families
from abicheck.engine.rules import finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abicheck.checks.facts import Hit
    from abicheck.engine.review.change import Place
    from abicheck.model import Finding, HeaderChange, Rule, Span
    from abicheck.model.claims import Definition, Family
    from abicheck.review.steps import FileChange, Step
    from abicheck.vcs.tree import Tree


class Added(Struct, frozen=True):
    """A name that the backport brings into a family."""

    family: Family
    definition: Definition


class Case(Struct, frozen=True, kw_only=True):
    """A backport beside its original."""

    place: Place
    step: Step
    """The backport, on the branch it is for."""
    conflicts: Mapping[str, str]
    """The files that it does not fit, and what in them."""
    headers: tuple[HeaderChange, ...]
    """What it does to records."""
    origin: Step | None
    """The commit upstream; None where none was found."""
    origin_headers: tuple[HeaderChange, ...]
    branch: Tree
    """The branch it is for: before it, where it is only planned."""
    tip: Tree
    """Upstream as it is today."""
    tip_name: str
    onto: str
    rules: Mapping[str, Rule]
    """By name, those about backports."""
    reader: Reader = field(default_factory=lambda: Reader(()))

    def claims(self, family: Family, tree: Tree) -> tuple[Definition, ...]:
        """What a family has in a tree, markers and what cannot be evaluated left out."""
        found = self.reader.at(family, tree)
        return tuple(d for d in found if d.number is not None and not d.marker)

    def here(self, family: Family) -> tuple[Definition, ...]:
        """What a family has on the branch with the backport, also where only a part applies."""
        if not self.step.partial:
            return self.claims(family, self.step.new)
        known = {(d.name, d.number) for d in self.claims(family, self.step.old)}
        new = (d for d in self.claims(family, self.step.new) if (d.name, d.number) not in known)
        return (*self.claims(family, self.branch), *new)

    def finding(self, rule: str, hit: Hit) -> Finding:
        """A finding in a rule's words."""
        return finding(self.rules[rule], hit)

    def families(self) -> tuple[Family, ...]:
        """The families that the backport, or its original, may add to."""
        paths = (f.path for step in (self.step, self.origin) if step for f in step.files)
        return tuple(touched_families(frozenset(paths)))

    def added(self) -> tuple[Added, ...]:
        """The names that the backport brings into families, reservations left out."""
        return tuple(self._added(self.step))

    def added_upstream(self) -> tuple[Added, ...]:
        """The same for the commit upstream."""
        return tuple(self._added(self.origin)) if self.origin else ()

    def _added(self, step: Step) -> Iterator[Added]:
        for family in self.families():
            before = {d.name for d in self.claims(family, step.old) if not d.reservation}
            if step is self.step and step.partial:
                before |= {d.name for d in self.claims(family, self.branch) if not d.reservation}
            for definition in self.claims(family, step.new):
                if definition.name not in before and not definition.reservation:
                    yield Added(family, definition)


def names(definitions: Iterable[Definition]) -> Mapping[str, Definition]:
    """By name, what is used and not merely reserved."""
    return {d.name: d for d in definitions if not d.reservation}


def place_of(definition: Definition) -> Span:
    """Where a definition stands."""
    from abicheck.model import Span

    return Span(definition.path, definition.line, 1)


def listed(words: Iterable[str], most: int = 4) -> str:
    """``a, b and c``; ``a, b, c, d and 3 more`` where there are many."""
    found = list(dict.fromkeys(words))
    if len(found) > most:
        return f"{', '.join(found[:most])} and {len(found) - most} more"
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def below(files: Iterable[FileChange], *folders: str) -> tuple[str, ...]:
    """The paths of those files that lie below one of the folders."""
    return tuple(file.path for file in files if file.path.startswith(folders))


def runs(numbers: Iterable[int]) -> tuple[str, ...]:
    """``206 to 213`` for numbers that follow each other, ``215`` for one alone."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return tuple(f"{a} to {b}" if b > a else str(a) for a, b in found)
