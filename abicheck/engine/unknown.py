# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells the user which word means no record, and which one may have been meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from abicheck.model import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from abicheck.engine.selection import Pattern, Wanted
    from abicheck.model import LayoutReport, Leaf, RecordLayout


def missing_names(wanted: Wanted, reports: Sequence[LayoutReport]) -> str | None:
    """What to tell of words that mean no record anywhere; None if all mean one.

    None too where a header was read under no ABI at all: the record may lie in there.
    """
    if any(_unread(report) for report in reports):
        return None
    found = {record.name for report in reports for record in report.records}
    for report in reports:
        found.update(item.subject for item in report.not_checked if item.subject)
    for pattern in wanted.patterns:
        if pattern.glob != "*" and not any(_shown(pattern, name) for name in found):
            return _told(pattern, found, reports)
    return None


def without_headers(reports: Sequence[LayoutReport]) -> str | None:
    """What to tell of a header that exists and that no ABI has all the parts of."""
    for report in reports:
        for item in report.absent:
            if set(report.abis) <= set(item.abis):
                return f"{item.path} can be read under no ABI: {item.reason}"
    return None


def _unread(report: LayoutReport) -> bool:
    """Whether the answer lacks a header under every ABI that has it."""
    failed: dict[str, set[str]] = {}
    for item in report.not_checked:
        if item.subject is None:
            failed.setdefault(item.path, set()).update(item.abis)
    for absent in report.absent:
        if absent.path in failed:
            failed[absent.path].update(absent.abis)
    return any(names >= set(report.abis) for names in failed.values())


def _shown(pattern: Pattern, name: str) -> bool:
    record, _, inner = name.partition(".")
    return pattern.matches(record) and inner.replace("[0]", "") == pattern.inner


def _told(pattern: Pattern, found: set[str], reports: Sequence[LayoutReport]) -> str:
    word = f"{pattern.glob}.{pattern.inner}" if pattern.inner else pattern.glob
    layouts = dict(_layouts(reports))
    outer, _, member = word.rpartition(".")
    own = [layout for name, layout in layouts.items() if pattern.matches(name)]
    if any(leaf.path == pattern.inner for layout in own for leaf in _named(layout)):
        return f"{member} is a member of {outer} and no record of its own; ask for {outer}"
    near = _inner(pattern, own) if pattern.inner else _nested(pattern, layouts)
    near = near or get_close_matches(pattern.glob, sorted(map(_tag, found)), n=1)
    hint = f"; did you mean '{near[0]}'?" if near and near[0] != word else ""
    return f"no record is called '{word}' there{hint}"


def _inner(pattern: Pattern, own: Sequence[RecordLayout]) -> list[str]:
    """The record in a record whose path is nearest to the one asked for."""
    nested = {leaf.path for layout in own for leaf in _records(layout)}
    return [f"{pattern.glob}.{path}" for path in get_close_matches(pattern.inner, nested, n=1)]


def _nested(pattern: Pattern, layouts: Mapping[str, RecordLayout]) -> list[str]:
    """The paths to records in others that have the name asked for as members."""
    return [
        f"{_tag(name)}.{leaf.path}"
        for name, layout in layouts.items()
        for leaf in _records(layout)
        if leaf.path.rpartition(".")[2] == pattern.glob
    ]


def _layouts(reports: Sequence[LayoutReport]) -> Iterator[tuple[str, RecordLayout]]:
    for report in reports:
        for record in report.records:
            for group in record.groups:
                yield record.name, group.layout


def _named(layout: RecordLayout) -> Iterator[Leaf]:
    return (leaf for leaf in walk(layout) if leaf.placed.member.name)


def _records(layout: RecordLayout) -> Iterator[Leaf]:
    return (leaf for leaf in _named(layout) if leaf.placed.element is not None)


def _tag(name: str) -> str:
    return name.rpartition(" ")[2]
