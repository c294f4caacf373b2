# SPDX-License-Identifier: GPL-2.0-or-later
"""This module lays out the records of some headers under some ABIs, in one process."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from abicheck.layout import LayoutCache, Layouter, group
from abicheck.model import (
    Absent,
    Array,
    EnumRef,
    InlineRecord,
    NotChecked,
    RecordLayout,
    RecordRef,
    Typedef,
    TypedefRef,
    Undecided,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from abicheck.engine.batches import Closures
    from abicheck.engine.fields import Plot
    from abicheck.engine.selection import Wanted
    from abicheck.model import Abi, CType, Declarations, Enum, LayoutGroup, Record
    from abicheck.parse.extract import Memo
    from abicheck.parse.unit import Measure, Problem, Unit, World

Parse: TypeAlias = "Callable[[World, Sequence[str], Measure, Memo], Unit]"
Key: TypeAlias = "tuple[str, str]"
"""(path in the tree, record name)."""


class Harvest(Struct):
    """What one process found, or several together."""

    groups: dict[Key, tuple[LayoutGroup, ...]] = field(default_factory=dict)
    undeclared: dict[Key, tuple[str, ...]] = field(default_factory=dict)
    """ABIs under which the header parses and does not declare the record."""
    not_checked: list[NotChecked] = field(default_factory=list)
    absent: list[Absent] = field(default_factory=list)
    types: dict[str, dict[str, CType]] = field(default_factory=dict)
    """By name and ABI: the type behind each typedef that a record uses."""


class _Season(Struct):
    """What is gathered before layouts are grouped."""

    layouts: dict[Key, dict[str, RecordLayout]] = field(default_factory=dict)
    parsed: dict[str, list[str]] = field(default_factory=dict)
    """By path: the ABIs under which the header was parsed without a problem."""


class Harvester:
    """Parses headers, together where that is safe, and lays out what they define."""

    def __init__(self, parse: Parse, memo: Memo) -> None:
        """Uses ``parse``; ``memo`` is what its calls share."""
        self._parse = parse
        self._memo = memo
        self._cache = LayoutCache()
        self._guess: list[list[str]] = []
        self._named: dict[int, tuple[Record, tuple[TypedefRef, ...]]] = {}
        """By identity, records that are kept here, and the typedefs they name."""
        self._splits: dict[object, tuple[Closures, list[list[str]]]] = {}

    def gather(self, plot: Plot) -> Harvest:
        """All layouts of a plot, grouped by ABIs that agree."""
        harvest, season = Harvest(), _Season()
        for abi, headers in plot.headers.items():
            world = plot.worlds[abi]
            for paths, unit in self._units(world, headers):
                if unit.problems:
                    _reject(world, paths[0], unit.problems, harvest)
                    continue
                for path in paths:
                    season.parsed.setdefault(path, []).append(abi)
                inner = tuple(path for path in unit.records if path in plot.inner)
                self._lay_out(world.abi, unit, (*paths, *inner), plot.wanted, season, harvest)
        for key, layouts in season.layouts.items():
            harvest.groups[key] = group(layouts)
            missing = [abi for abi in season.parsed.get(key[0], ()) if abi not in layouts]
            harvest.undeclared[key] = tuple(missing)
        return harvest

    def _units(
        self, world: World, headers: Mapping[str, str]
    ) -> Iterator[tuple[tuple[str, ...], Unit]]:
        """(paths, unit) pairs that cover the headers: a unit with problems holds one header."""
        if len(headers) == 1:
            for name, path in headers.items():
                yield (path,), self._alone(world, name)
            return
        closures, batches = self._split(world, tuple(headers))
        waiting = list(reversed(batches))
        while waiting:
            batch = waiting.pop()
            if len(batch) == 1:
                yield (headers[batch[0]],), self._alone(world, batch[0])
                continue
            unit = self._parse(world, batch, self._measure, self._memo)
            broken = _broken(unit, batch, closures)
            dependent = _dependent(unit, batch, closures).difference(broken)
            good = [name for name in batch if name not in broken and name not in dependent]
            if len(good) > 1:
                unit.problems = ()
                yield tuple(headers[name] for name in good), unit
                # These did without what the others declare: most do without each other as well.
                left = [name for name in batch if name in dependent]
                waiting += [left] if left else []
            else:
                # What only the spoiled headers declare must not pass for part of a last good one.
                broken = batch
            waiting += ([name] for name in reversed(broken))

    def _alone(self, world: World, name: str) -> Unit:
        """A unit of one header, after those it needs and does not include."""
        return self._parse(world, (*world.prelude(name), name), self._measure, self._memo)

    def _split(self, world: World, includes: tuple[str, ...]) -> tuple[Closures, list[list[str]]]:
        """The headers in batches that can share a unit, worked out once per world."""
        from abicheck.engine.batches import Closures

        key = (world.identity, includes)
        if key not in self._splits:
            closures = Closures(world, includes)
            self._guess = batches = closures.batches(includes, self._guess)
            self._splits = {key: (closures, batches)}
        return self._splits[key]

    def _measure(
        self, abi: Abi, declarations: Declarations
    ) -> Callable[[CType], tuple[int, int] | None]:
        return Layouter(abi, declarations).size_of

    def _lay_out(
        self,
        abi: Abi,
        unit: Unit,
        paths: tuple[str, ...],
        wanted: Wanted,
        season: _Season,
        harvest: Harvest,
    ) -> None:
        layouter = Layouter(abi, unit.declarations, self._cache)
        for path, record in _chosen(unit, paths, wanted):
            name = record.name or ""
            self._note_types(record, unit, abi, harvest)
            layout = layouter.lay_out(record)
            if isinstance(layout, Undecided):
                harvest.not_checked.append(
                    NotChecked(
                        path=path,
                        abis=(abi.name,),
                        reason=layout.reason,
                        span=record.span,
                        subject=name,
                    )
                )
                continue
            found = ((name, layout),) if wanted.everything else wanted.chosen(name, layout)
            for shown, inner in found:
                season.layouts.setdefault((path, shown), {})[abi.name] = inner

    def _note_types(self, record: Record, unit: Unit, abi: Abi, harvest: Harvest) -> None:
        """Adds what the typedefs that a record's members name stand for."""
        known = self._named.get(id(record))
        if known is None:
            known = self._named[id(record)] = record, tuple(dict.fromkeys(_typedefs(record)))
        for ctype in known[1]:
            types = harvest.types.setdefault(ctype.name, {})
            if abi.name not in types:
                types[abi.name] = _behind(ctype, unit)


def _chosen(unit: Unit, paths: tuple[str, ...], wanted: Wanted) -> Iterator[tuple[str, Record]]:
    """The records asked for that the paths define.

    In a unit of one header, one that is asked for by name may come from what it includes.
    """
    everything = wanted.everything
    for path in paths if everything or len(paths) > 1 else unit.records:
        for record in unit.records.get(path, ()):
            if everything or wanted.matches(record.name or ""):
                yield path, record


def _typedefs(record: Record) -> Iterator[TypedefRef]:
    """The typedefs that a record's members name, those of records within it included."""
    for member in record.members:
        ctype = member.type
        if isinstance(ctype, InlineRecord):
            yield from _typedefs(ctype.record)
        while isinstance(ctype, Array):
            ctype = ctype.element
        if isinstance(ctype, TypedefRef):
            yield ctype


def _behind(ctype: TypedefRef, unit: Unit) -> CType:
    seen: set[str] = set()
    found: CType = ctype
    while isinstance(found, TypedefRef) and found.name not in seen:
        seen.add(found.name)
        typedef = unit.declarations.typedefs.get(found.name)
        if typedef is None:
            break
        found = typedef.type
    return found


def _broken(unit: Unit, together: Sequence[str], closures: Closures) -> list[str]:
    """The headers of a common unit that reach a file with an error.

    An error that belongs to no file may have hidden anything: then it is all of them.
    """
    bad: dict[str, None] = {}
    for problem in unit.problems:
        reached = closures.reaching(together, problem.span.path) if problem.span else []
        if not reached:
            return list(together)
        bad.update(dict.fromkeys(reached))
    return list(bad)


def _dependent(unit: Unit, together: Sequence[str], closures: Closures) -> set[str]:
    """The headers of a common unit that take a type or a constant from a file not theirs."""
    borrowed = [(path, _borrowed(unit, records)) for path, records in unit.records.items()]
    users = closures.users(together, _declared(unit))
    return set(closures.lacking(together, (*borrowed, *users)))


def _declared(unit: Unit) -> dict[bytes, str]:
    """By name, the path of the file that declares a type or a constant."""
    tables = unit.declarations
    found = dict(unit.enumerators)
    for table in (tables.typedefs, tables.records, tables.enums):
        found.update((name, declared.span.path) for name, declared in table.items())
    return {name.encode(): path for name, path in found.items()}


def _borrowed(unit: Unit, records: Iterable[Record]) -> set[str]:
    """The files that declare the types that the records of a file need."""
    found: set[str] = set()
    waiting = [member.type for record in records for member in record.members]
    seen: set[CType] = set()
    while waiting:
        ctype = waiting.pop()
        declared: Typedef | Record | Enum | None = None
        match ctype:
            case Array():
                waiting.append(ctype.element)
            case InlineRecord():
                waiting += (member.type for member in ctype.record.members)
            case TypedefRef():
                declared = unit.declarations.typedefs.get(ctype.name)
            case RecordRef():
                declared = unit.declarations.records.get(ctype.key)
            case EnumRef():
                declared = unit.declarations.enums.get(ctype.key)
            case _:
                pass
        if declared is not None:
            found.add(declared.span.path)
            if isinstance(declared, Typedef) and ctype not in seen:
                seen.add(ctype)
                waiting.append(declared.type)
    return found


def _reject(world: World, path: str, problems: tuple[Problem, ...], harvest: Harvest) -> None:
    """Notes why a header gives nothing under an ABI."""
    first = problems[0]
    missing = first.message.startswith("'asm/") and first.message.endswith("file not found")
    if missing and not world.has_asm:
        _, lacking, _ = first.message.split("'", 2)
        reason = f"the tree holds no {lacking} of this architecture"
        harvest.absent.append(Absent(path=path, abis=(world.abi.name,), reason=reason))
        return
    harvest.not_checked.append(
        NotChecked(
            path=path,
            abis=(world.abi.name,),
            reason=first.message,
            span=first.span,
            stack=first.stack,
        )
    )
