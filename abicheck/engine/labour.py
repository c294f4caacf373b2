# SPDX-License-Identifier: GPL-2.0-or-later
"""This module divides the work among processes and puts together what they bring home."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from msgspec.structs import replace

from abicheck import isolate
from abicheck.abis import all_abis
from abicheck.engine.harvest import Harvest, Harvester
from abicheck.layout import group
from abicheck.model import Absent, NotChecked, RecordAcross
from abicheck.parse.extract import Memo
from abicheck.parse.inclusion import closure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from abicheck.engine.fields import Plot
    from abicheck.engine.frontends import FrontEnd
    from abicheck.model import LayoutGroup, RecordLayout

_BATCH = 700
"""Headers in one portion of a whole tree: fewer repeat common includes, more balance badly."""
_WORTH = 4
"""ABIs of a header or two for which another process pays: starting one costs as much."""
_PORTION = isolate.Limits(seconds=240.0)
_SINGLE = isolate.Limits(seconds=30.0)
_Part = TypeVar("_Part", NotChecked, Absent)
Result = TypeVar("Result")
Task: TypeAlias = "tuple[int, Plot]"
"""Which of several plots, and a portion of it."""


def reap(plot: Plot, front: FrontEnd, jobs: int) -> Harvest:
    """Everything the plot yields; what crashes or takes too long is not checked."""
    return reap_all((plot,), front, jobs)[0]


def reap_all(
    plots: Sequence[Plot],
    front: FrontEnd,
    jobs: int,
    meanwhile: Callable[[], None] | None = None,
) -> tuple[Harvest, ...]:
    """What each of several plots yields, such as the same headers of several versions.

    The same processes read all of them: starting one costs as much as parsing three headers.
    ``meanwhile`` is what this process does while they begin.
    """
    jobs = jobs or len(os.sched_getaffinity(0))
    totals = tuple(Harvest() for _ in plots)
    hands = -(-jobs // max(1, sum(map(_is_long, plots))))
    work = [(at, portion) for at, plot in enumerate(plots) for portion in _portions(plot, hands)]

    @lru_cache(maxsize=1)
    def harvester(_: int) -> Harvester:
        return Harvester(front.parse, Memo())  # a memo knows one version

    def gather(task: Task) -> Harvest:
        return harvester(task[0]).gather(task[1])

    for at, part in divided(plots, work, gather, jobs, totals, meanwhile):
        add(totals[at], part)
    return totals


def divided(
    plots: Iterable[Plot],
    work: Sequence[Task],
    function: Callable[[Task], Result],
    jobs: int,
    totals: Sequence[Harvest],
    meanwhile: Callable[[], None] | None = None,
) -> Iterator[tuple[int, Result]]:
    """What ``function`` makes of each portion of the plots, in processes of their own.

    A portion that fails is tried again header by header; a header that fails is noted in
    the plot's total as not checked.
    """
    limits = _SINGLE
    for plot in plots:
        _read_ahead(plot)
        limits = _PORTION if len(plot.paths()) > 1 else limits
    failed: list[Task] = []
    begun = isolate.run(function, work, jobs=jobs, limits=limits, meanwhile=meanwhile)
    for index, outcome in begun:
        at, portion = work[index]
        if isinstance(outcome, isolate.Done):
            yield at, outcome.value
        else:
            failed += [(at, single) for single in _singly(portion, outcome, totals[at])]
    for index, outcome in isolate.run(function, failed, jobs=jobs, limits=_SINGLE):
        at, portion = failed[index]
        if isinstance(outcome, isolate.Done):
            yield at, outcome.value
        else:
            _singly(portion, outcome, totals[at])


def records(harvest: Harvest) -> tuple[RecordAcross, ...]:
    """The records of a harvest, by path and line."""
    spoiled: dict[tuple[str, str], list[NotChecked]] = {}
    for item in _merged(harvest.not_checked):
        if item.subject is not None:
            spoiled.setdefault((item.path, item.subject), []).append(item)
    found = []
    for key, groups in harvest.groups.items():
        path, name = key
        found.append(
            RecordAcross(
                name=name,
                path=path,
                line=groups[0].layout.record.span.line,
                groups=groups,
                not_checked=tuple(spoiled.pop(key, ())),
                absent=harvest.undeclared.get(key, ()),
            )
        )
    return tuple(sorted(found, key=lambda record: (record.path, record.line, record.name)))


def whole_headers(harvest: Harvest) -> tuple[NotChecked, ...]:
    """What was not checked at all: headers, and records that no ABI could lay out."""
    known = harvest.groups.keys()
    return tuple(
        item
        for item in _merged(harvest.not_checked)
        if item.subject is None or (item.path, item.subject) not in known
    )


def absences(harvest: Harvest, plot: Plot) -> tuple[Absent, ...]:
    """Headers that some ABIs do not have."""
    return _merged([*plot.absent, *harvest.absent])


def _read_ahead(plot: Plot) -> None:
    """Reads all texts before forking, so that each is read once and by one process."""
    seen: set[object] = set()
    for abi, headers in plot.headers.items():
        world = plot.worlds[abi]
        if world.identity not in seen:
            seen.add(world.identity)
            world.preload(headers)
            for include in headers:
                closure(world, (include,))


def _portions(plot: Plot, jobs: int) -> Iterable[Plot]:
    """Few headers: their ABIs dealt out; many: the headers, each under all ABIs."""
    if len(plot.paths()) > jobs:
        yield from portions_of_headers(plot, jobs)
        return
    abis = tuple(abi for abi, headers in plot.headers.items() if headers)
    for some in _dealt(abis, min(jobs, max(1, -(-len(abis) // _WORTH)))):
        yield plot.narrowed(frozenset(plot.paths()), frozenset(some))


def _is_long(plot: Plot) -> bool:
    """Whether a plot is worth a process of its own."""
    return sum(map(bool, plot.headers.values())) > _WORTH


def portions_of_headers(plot: Plot, jobs: int) -> Iterator[Plot]:
    """The headers dealt out, each portion under all ABIs."""
    paths, names = plot.paths(), frozenset(plot.headers)
    rounds = max(jobs, -(-len(paths) // _BATCH))
    for some in _dealt(paths, rounds):
        yield plot.narrowed(frozenset(some), names)


def _dealt(items: Sequence[str], hands: int) -> list[Sequence[str]]:
    """The items in so many runs of about the same length, none empty."""
    size = max(1, -(-len(items) // hands))
    return [items[at : at + size] for at in range(0, len(items), size)]


def _singly(plot: Plot, outcome: isolate.Failed, total: Harvest) -> list[Plot]:
    """A failed portion, header by header; a single header is noted as not checked instead."""
    paths = plot.paths()
    if len(paths) > 1:
        return [plot.narrowed(frozenset({path}), frozenset(plot.headers)) for path in paths]
    for path in paths:
        abis = tuple(abi for abi, found in plot.headers.items() if path in found.values())
        total.not_checked.append(NotChecked(path=path, abis=abis, reason=outcome.reason))
    return []


def add(total: Harvest, part: Harvest) -> None:
    """Puts what one process found to what others did."""
    for key, groups in part.groups.items():
        known = total.groups.get(key)
        total.groups[key] = groups if known is None else _regrouped((*known, *groups))
    for key, names in part.undeclared.items():
        total.undeclared[key] = (*total.undeclared.get(key, ()), *names)
    for name, types in part.types.items():
        total.types[name] = {**types, **total.types.get(name, {})}
    total.not_checked += part.not_checked
    total.absent += part.absent


def _regrouped(groups: Iterable[LayoutGroup]) -> tuple[LayoutGroup, ...]:
    layouts: dict[str, RecordLayout] = {}
    for one in groups:
        layouts.update(dict.fromkeys(one.abis, one.layout))
    return group({abi.name: layouts[abi.name] for abi in all_abis() if abi.name in layouts})


def _merged(items: Iterable[_Part]) -> tuple[_Part, ...]:
    """Items that say the same of several ABIs as one, the ABIs in table order."""
    found: dict[_Part, list[str]] = {}
    for item in items:
        found.setdefault(replace(item, abis=()), []).extend(item.abis)
    rank = {abi.name: index for index, abi in enumerate(all_abis())}
    merged = [
        replace(item, abis=tuple(sorted(set(names), key=rank.__getitem__)))
        for item, names in found.items()
    ]
    return tuple(sorted(merged, key=lambda item: (item.path, rank[item.abis[0]])))
