# SPDX-License-Identifier: GPL-2.0-or-later
"""This module chooses what is shown of a record that changed: its innermost part that did.

ABIs are put together where a reader would see the same lines, although the records may differ in
what did not change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from abicheck.layout import geometry
from abicheck.report import pairing
from abicheck.report.names import describe
from abicheck.report.rows import rows, striking
from abicheck.report.table import changed_facts
from abicheck.report.views import Column, Panel, View

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from abicheck.model import MemberLayout, RecordAcross, RecordLayout
    from abicheck.report.rows import Row


def view(was: RecordAcross, now: RecordAcross, baseline: str, current: str) -> View:
    """Old beside new, once for each way in which lines of it changed.

    There are no panels where only what the record's type gives all of it differs, its alignment.
    """
    found = [pair for pair in pairing.pairs(was, now) if not pair.same]
    path = _common([_way(pair.old, pair.new) for pair in found])
    inner = [replace(pair, old=_at(pair.old, path), new=_at(pair.new, path)) for pair in found]
    both = [abi for pair in pairing.pairs(was, now) for abi in pair.abis]
    moved = "" if was.path == now.path else f", in {baseline} {was.path}:{was.line}"
    return View(
        name=".".join((now.name, *path)),
        place=f"{now.path}:{now.line}{moved}",
        panels=tuple(
            _panel(pair, both, (baseline, current)) for pair in _alike(inner) if _rows(pair)
        ),
    )


def _panel(pair: pairing.Pair, among: Sequence[str], labels: tuple[str, str]) -> Panel:
    return Panel(
        caption=f"from {labels[0]} to {labels[1]} on {_on(pair.abis, among)}",
        abis=pair.abis,
        columns=(
            Column(label="old", meaning="", layout=pair.old),
            Column(label="new", meaning="", layout=pair.new),
        ),
        ordered_by=1,
    )


def _on(abis: Sequence[str], among: Sequence[str]) -> str:
    wanted = set(abis)
    return describe([abi for abi in among if abi in wanted], among)


def _way(old: RecordLayout, new: RecordLayout) -> tuple[str, ...]:
    """The names of members from the record to the innermost one that holds all that differs."""
    found: list[str] = []
    while (found_in := _only_change(old, new)) is not None:
        name, old, new = found_in
        found.append(name)
    return tuple(found)


def _only_change(
    old: RecordLayout, new: RecordLayout
) -> tuple[str, RecordLayout, RecordLayout] | None:
    """The one named record in which two differ, below any that have no name."""
    if (old.bit_size, old.bit_align) != (new.bit_size, new.bit_align):
        return None
    if len(old.members) != len(new.members):
        return None
    pairs = zip(old.members, new.members, strict=True)
    differing = [(was, now) for was, now in pairs if _shape(was) != _shape(now)]
    if len(differing) != 1:
        return None
    ((was, now),) = differing
    before, after = was.element, now.element
    same_place = (was.member.name, was.bit_offset) == (now.member.name, now.bit_offset)
    if before is None or after is None or not same_place:
        return None
    if was.member.name is None:
        return _only_change(before, after)
    return was.member.name, before, after


def _shape(placed: MemberLayout) -> Hashable:
    inside = None if placed.element is None else geometry(placed.element)
    return placed.member.name, placed.bit_offset, placed.bit_size, placed.count, inside


def _common(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    shortest = min(paths, key=len, default=())
    for length in range(len(shortest), 0, -1):
        if all(path[:length] == shortest[:length] for path in paths):
            return shortest[:length]
    return ()


def _at(layout: RecordLayout, path: Sequence[str]) -> RecordLayout:
    """The record that a path of member names leads to; the path is known to exist."""
    for name in path:
        layout = _named(layout)[name]
    return layout


def _named(layout: RecordLayout) -> dict[str, RecordLayout]:
    found: dict[str, RecordLayout] = {}
    for placed in layout.members:
        if placed.element is not None:
            name = placed.member.name
            found.update(_named(placed.element) if name is None else {name: placed.element})
    return found


def _alike(pairs: Sequence[pairing.Pair]) -> list[pairing.Pair]:
    """The pairs that look alike as one each."""
    together: dict[Hashable, pairing.Pair] = {}
    for pair in pairs:
        key = _seen(pair)
        known = together.get(key)
        together[key] = replace(known, abis=(*known.abis, *pair.abis)) if known else pair
    return list(together.values())


def _seen(pair: pairing.Pair) -> Hashable:
    """What a reader sees of a pair: the rows that differ, and the sums below them."""
    both = (pair.old, pair.new)
    sums = ((label, tuple(values)) for label, values in changed_facts(both).items())
    return tuple((row.key, row.code, row.cells) for row in _rows(pair)), tuple(sums)


def _rows(pair: pairing.Pair) -> list[Row]:
    """The lines that differ."""
    return [row for row in striking(rows((pair.old, pair.new), 1)) if not isinstance(row, int)]
