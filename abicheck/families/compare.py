# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the collisions between the claims of many trees on one family's numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import combinations, product
from typing import TYPE_CHECKING

from msgspec import Struct, field

from abicheck.families.clash import Ancestry, Clash, joined
from abicheck.families.classes import NameClasses
from abicheck.families.conditions import exclusive
from abicheck.families.flags import covered_elsewhere, covered_flags
from abicheck.families.ranges import overlaps
from abicheck.families.syscalls import COMMON
from abicheck.model import Severity
from abicheck.model.claims import CollisionKind, FamilyKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from abicheck.model.claims import Definition, Family, Sheet

_PAIRS = 64
"""Pairs of trees whose common ancestor is looked at before a rename is believed."""


class _Number(Struct):
    """The claims on one number: class of names to sheet to definitions."""

    claims: dict[str, dict[int, list[Definition]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    kept: dict[str, dict[int, list[Definition]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def all(self) -> tuple[tuple[int, Definition], ...]:
        """Every claim and reservation, by sheet."""
        return _stakes(*self.claims.values(), *self.kept.values())


class Comparison:
    """One family across sheets."""

    def __init__(
        self,
        family: Family,
        sheets: Sequence[Sheet],
        upstream: frozenset[int],
        ancestry: Ancestry,
    ) -> None:
        self._family = family
        self._sheets = sheets
        self._upstream = upstream
        self._ancestry = ancestry
        self._classes = NameClasses(family, sheets)
        self._spaces = [re.compile(pattern).fullmatch for pattern in family.spaces]
        self._numbers: dict[tuple[int, int], _Number] = defaultdict(_Number)
        self._named: dict[str, dict[int, list[Definition]]] = defaultdict(dict)
        self._shares = [frozenset(share.names) for share in family.shares]
        self._is_common = family.kind is FamilyKind.SYSCALL and family.floor >= COMMON
        self._fill()

    def _fill(self) -> None:
        for index, sheet in enumerate(self._sheets):
            for definition in sheet.definitions:
                if definition.number is None or definition.marker:
                    continue
                self._named[definition.name].setdefault(index, []).append(definition)
                if self._family.kind is FamilyKind.BITS and definition.number == 0:
                    continue
                row = self._numbers[self._space(definition.name), definition.number]
                side = row.kept if definition.reservation else row.claims
                side[self._classes.of(definition.name)][index].append(definition)

    def _space(self, name: str) -> int:
        for index, matches in enumerate(self._spaces):
            if matches(name):
                return index
        return -1

    def clashes(self) -> Iterator[Clash]:
        """All collisions of the family, by number and then by name."""
        if self._family.kind is FamilyKind.RANGES:
            yield from overlaps(self._sheets, self._classes, self._both_stay)
            return
        for (_, number), row in sorted(self._numbers.items()):
            yield from self._duplicates(number, row)
            yield from joined(self._across(number, row), self._reservations(number, row))
            yield from self._renames(number, row)
        if self._family.kind is FamilyKind.BITS:
            yield from covered_flags(self._family, self._sheets, self._classes)
            yield from covered_elsewhere(self._family, self._sheets, self._classes, self._upstream)
        for name, holders in sorted(self._named.items()):
            yield from self._redefined(name, holders)
            yield from self._renumbered(name, holders)
            yield from self._recoded(name, holders)
            yield from self._misplaced(name, holders)

    def _both_stay(self, one: tuple[int, Definition], other: tuple[int, Definition]) -> bool:
        """Whether a merge of their trees has both: neither tree moved what the other kept."""
        sides = one[0], other[0]
        if sides[0] == sides[1]:
            return True
        common = self._ancestry.common(*(self._sheets[index].trees[0] for index in sides))
        for (_, kept), side in ((one, sides[1]), (other, sides[0])):
            there = {each.number for each in self._named[kept.name].get(side, ())}
            if common and common.get(kept.name) == kept.number and kept.number not in there:
                return False
        return not self._upstream.issuperset(sides)

    def _same_kind(self, usual: CollisionKind) -> CollisionKind:
        return CollisionKind.OVERLAP if self._family.kind is FamilyKind.BITS else usual

    def _may_share(self, names: Iterable[str]) -> bool:
        wanted = set(names)
        return any(wanted <= share for share in self._shares)

    def _duplicates(self, number: int, row: _Number) -> Iterator[Clash]:
        """Different names inside one tree, those of all trees with the same ones together."""
        together: dict[tuple[str, ...], list[tuple[int, Definition]]] = defaultdict(list)
        for index in range(len(self._sheets)) if len(row.claims) > 1 else ():
            here = {name: sides[index] for name, sides in row.claims.items() if index in sides}
            clashing = {
                name
                for one, other in combinations(here, 2)
                if self._collide_here(here[one], here[other])
                for name in (one, other)
            }
            if clashing:
                rows = [(index, d) for name in sorted(clashing) for d in here[name]]
                together[tuple(sorted(clashing))].extend(rows)
        for stakes in together.values():
            severity, reason = Severity.ERROR, ""
            if self._family.kind is FamilyKind.IOCTL:
                severity, reason = self._sharing(stakes)
            yield Clash(
                self._same_kind(CollisionKind.DUPLICATE),
                severity,
                number,
                _names(stakes),
                reason,
                tuple(stakes),
            )

    def _sharing(self, stakes: Sequence[tuple[int, Definition]]) -> tuple[Severity, str]:
        """How bad it is that commands of one tree have one number.

        Other direction or payload make other codes. A family that lists its shares wants no more.
        """
        if _same_code([definition for _, definition in stakes]):
            return Severity.WARNING, "the whole code may be the same: only descriptors differ"
        severity = Severity.WARNING if self._shares else Severity.NOTE
        return severity, "only direction or payload tells them apart"

    def _collide_here(self, one: Sequence[Definition], other: Sequence[Definition]) -> bool:
        if self._may_share((one[0].name, other[0].name)):
            return False
        return any(not exclusive(a.condition, b.condition) for a, b in product(one, other))

    def _across(self, number: int, row: _Number) -> Iterator[Clash]:
        """Different names in different trees, each without the other's."""
        found: set[str] = set()
        severity = Severity.NOTE
        reasons: list[str] = []
        for one, other in combinations(sorted(row.claims), 2):
            verdict = self._race(number, row.claims[one], row.claims[other])
            if verdict is None:
                continue
            found |= {one, other}
            severity = min(severity, verdict[0], key=list(Severity).index)
            reasons.append(verdict[1])
        if found:
            sides = [side[name] for side in (row.claims, row.kept) for name in found & side.keys()]
            stakes = _stakes(*sides)
            yield Clash(
                self._same_kind(CollisionKind.NUMBER),
                severity,
                number,
                _names(stakes),
                next((reason for reason in reasons if reason), "")
                if severity is not Severity.ERROR
                else "",
                stakes,
            )

    def _race(
        self,
        number: int,
        one: Mapping[int, Sequence[Definition]],
        other: Mapping[int, Sequence[Definition]],
    ) -> tuple[Severity, str] | None:
        if self._may_share((_first(one).name, _first(other).name)):
            return None
        ioctl = self._family.kind is FamilyKind.IOCTL
        if ioctl and self._upstream & one.keys() & other.keys():
            return None
        pairs = [
            (a, b)
            for a, b in sorted(product(one.keys() - other.keys(), other.keys() - one.keys()))
            if any(not exclusive(x.condition, y.condition) for x, y in product(one[a], other[b]))
        ]
        both = self._upstream & one.keys() and self._upstream & other.keys()
        racing = [] if both else pairs
        if not racing:
            return (
                (Severity.NOTE, "upstream itself gave the number another name") if pairs else None
            )
        reason = ""
        for a, b in racing[:_PAIRS]:
            reason = self._excuse(number, (a, one[a][0].name), (b, other[b][0].name))
            if reason:
                continue
            if ioctl and not _same_code((*one[a], *other[b])):
                return Severity.WARNING, "only direction or payload tells them apart"
            return Severity.ERROR, ""
        return Severity.NOTE, reason

    def _excuse(self, number: int, one: tuple[int, str], other: tuple[int, str]) -> str:
        """Why two names of one number in two trees are one line's change; empty if they race."""
        trees = self._sheets[one[0]].trees[0], self._sheets[other[0]].trees[0]
        common = self._ancestry.common(*trees)
        if common is None:
            return ""
        for kept, changed in ((one, other), (other, one)):
            gone = changed[0] not in self._named[kept[1]]
            if common.get(kept[1]) == number and gone:
                return f"{kept[1]} was renamed or given up for {changed[1]}"
        return ""

    def _renames(self, number: int, row: _Number) -> Iterator[Clash]:
        """Names that a family file declares to be one member, where trees differ in them."""
        for name, holders in row.claims.items():
            spellings = {d.name for rows in holders.values() for d in rows}
            if len(spellings) < 2:
                continue
            sets = [{d.name for d in rows} for rows in holders.values()]
            for one, other in combinations(sorted(spellings), 2):
                alias = self._classes.declared(one, other)
                apart = any(one in s and other not in s for s in sets) and any(
                    other in s and one not in s for s in sets
                )
                if alias is not None and apart:
                    kind = self._same_kind(CollisionKind.NUMBER)
                    stakes = _stakes(row.claims[name])
                    yield Clash(kind, Severity.NOTE, number, alias.names, alias.reason, stakes)

    def _reservations(self, number: int, row: _Number) -> Iterator[Clash]:
        """Numbers kept for one name and used by, or kept for, another."""
        for kept, holders in row.kept.items():
            others = {name: sides for name, sides in row.claims.items() if name != kept}
            others |= {name: sides for name, sides in row.kept.items() if name > kept}
            taken = {
                name: sides
                for name, sides in others.items()
                if not self._may_share((_first(holders).name, _first(sides).name))
            }
            if taken:
                ours = self._upstream & holders.keys()
                given = {n for n, sides in taken.items() if ours and self._upstream & sides.keys()}
                within = given == taken.keys()
                stakes = _stakes(holders, *taken.values())
                yield Clash(
                    CollisionKind.RESERVATION,
                    Severity.NOTE if within else Severity.ERROR,
                    number,
                    _names(stakes),
                    "upstream itself gave the reserved number away" if within else "",
                    stakes,
                )
            elif kept in row.claims and holders.keys() - row.claims[kept].keys():
                stakes = _stakes(holders, row.claims[kept])
                reason = "the reservation is fulfilled"
                yield Clash(
                    CollisionKind.FULFILLED, Severity.NOTE, number, _names(stakes), reason, stakes
                )

    def _redefined(self, name: str, holders: Mapping[int, Sequence[Definition]]) -> Iterator[Clash]:
        """One name that a single file gives two numbers, where nothing excludes one of them."""
        together: dict[tuple[int, ...], list[tuple[int, Definition]]] = defaultdict(list)
        for index, rows in holders.items():
            used = [row for row in rows if not row.reservation]
            meeting = {
                row
                for one, other in combinations(used, 2)
                if one.path == other.path
                and one.number != other.number
                and not exclusive(one.condition, other.condition)
                and one.condition == other.condition
                for row in (one, other)
            }
            numbers = tuple(sorted({row.number for row in meeting if row.number is not None}))
            if numbers:
                together[numbers].extend((index, row) for row in rows if row in meeting)
        for numbers, stakes in together.items():
            reason = "the file says both, and the last one counts"
            yield Clash(
                CollisionKind.NAME, Severity.ERROR, numbers[0], (name,), reason, tuple(stakes)
            )

    def _renumbered(
        self, name: str, holders: Mapping[int, Sequence[Definition]]
    ) -> Iterator[Clash]:
        """One name with different numbers, where no tree's numbers contain the other's."""
        numbers = {
            index: frozenset(d.number for d in rows if d.number is not None)
            for index, rows in holders.items()
        }
        distinct = set(numbers.values())
        apart = [(a, b) for a, b in combinations(distinct, 2) if not (a <= b or b <= a)]
        alone = self._is_common and any(len(n) > 1 for n in distinct)
        if not apart and not alone:
            return
        declared = next((r for r in self._family.renumbered if name in r.names), None)
        severity, reason = Severity.ERROR, ""
        if declared is not None:
            severity, reason = Severity.NOTE, declared.reason
        elif not alone and self._is_upstreams(numbers):
            severity, reason = Severity.NOTE, "upstream itself changed the number"
        stakes = _stakes(holders)
        main = min(self._upstream & numbers.keys(), default=min(numbers))
        yield Clash(CollisionKind.NAME, severity, min(numbers[main]), (name,), reason, stakes)

    def _recoded(self, name: str, holders: Mapping[int, Sequence[Definition]]) -> Iterator[Clash]:
        """One command with two directions: its nr is the same and its whole code is not."""
        codes = {
            index: frozenset(
                (d.number, d.ioctl.direction)
                for d in rows
                if d.ioctl is not None and d.number is not None
            )
            for index, rows in holders.items()
        }
        known = {index: held for index, held in codes.items() if held}
        distinct = set(known.values())
        if len({number for held in distinct for number, _ in held}) != 1 or all(
            a <= b or b <= a for a, b in combinations(distinct, 2)
        ):
            return
        ours = {code for index, held in known.items() if index in self._upstream for code in held}
        settled = all(held <= ours for held in known.values())
        severity = Severity.NOTE if settled else Severity.ERROR
        reason = "upstream itself changed the direction" if settled else _directions(distinct)
        ((number, _), *_) = sorted(next(iter(distinct)))
        yield Clash(CollisionKind.NAME, severity, number, (name,), reason, _stakes(holders))

    def _is_upstreams(self, numbers: Mapping[int, frozenset[int]]) -> bool:
        """Whether upstream had each of the numbers itself, so that the others only inherited."""
        ours = {n for index, held in numbers.items() if index in self._upstream for n in held}
        return all(held <= ours for held in numbers.values())

    def _misplaced(self, name: str, holders: Mapping[int, Sequence[Definition]]) -> Iterator[Clash]:
        """A number outside the range its claimant may take from."""
        severity = Severity.ERROR if self._family.kind is FamilyKind.SYSCALL else Severity.WARNING
        found: dict[tuple[int, str], list[tuple[int, Definition]]] = defaultdict(list)
        for index, definition in _stakes(holders):
            if definition.misplaced is not None and definition.number is not None:
                found[definition.number, definition.misplaced].append((index, definition))
        for (number, reason), stakes in found.items():
            yield Clash(CollisionKind.RANGE, severity, number, (name,), reason, tuple(stakes))


def _first(holders: Mapping[int, Sequence[Definition]]) -> Definition:
    return next(iter(holders.values()))[0]


def _stakes(*holders: Mapping[int, Sequence[Definition]]) -> tuple[tuple[int, Definition], ...]:
    rows = [(i, d) for holder in holders for i, found in holder.items() for d in found]
    return tuple(sorted(rows, key=lambda row: (row[0], row[1].line, row[1].name)))


def _names(stakes: Iterable[tuple[int, Definition]]) -> tuple[str, ...]:
    return tuple(sorted({definition.name for _, definition in stakes}))


def _directions(codes: Iterable[frozenset[tuple[int, str]]]) -> str:
    told = sorted({direction for held in codes for _, direction in held})
    return f"the codes differ, their directions are {' and '.join(told)}"


def _same_code(definitions: Sequence[Definition]) -> bool:
    """Whether two names among commands of one number may have the whole code in common."""
    codes: dict[tuple[str, str | None, int | None], str] = {}
    for definition in definitions:
        command = definition.ioctl
        if command is not None:
            code = (command.direction, command.payload, command.size)
            if codes.setdefault(code, definition.name) != definition.name:
                return True
    return False
