# SPDX-License-Identifier: GPL-2.0-or-later
"""This module answers whether a backport lays out what upstream changed as upstream does."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from abicheck.checks.facts import Hit
from abicheck.engine.review.backport.case import listed
from abicheck.model import Answer, walk
from abicheck.report.names import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abicheck.engine.review.backport.case import Case
    from abicheck.model import Finding, HeaderChange, RecordAcross, RecordPair, Span

_Place: TypeAlias = "tuple[int, int]"
"""(offset, size) of a member, in bits."""


def layout(case: Case) -> Answer:
    """Whether the members that upstream added, moved or took away lie as they do there."""
    if case.origin is None:
        return Answer(
            question="layout", verdict="unknown", text="There is nothing to compare with."
        )
    ours = {pair.name: pair for pair in _pairs(case.headers)}
    theirs = tuple(_pairs(case.origin_headers))
    if not theirs:
        text = "Upstream's commit changes no layout."
        return Answer(question="layout", verdict="not needed", text=text)
    if case.step.partial:
        text = _conflicting(case, listed(pair.name for pair in theirs))
        return Answer(question="layout", verdict="unknown", text=text)
    lost = tuple(found for pair in theirs for found in _lost(case, pair, ours.get(pair.name)))
    if lost:
        text = " ".join(f"{finding.message}." for finding in lost)
        return Answer(question="layout", verdict="no", text=text, findings=lost)
    told = listed(pair.name for pair in theirs)
    text = f"What upstream changes of {told} lies as it does there, on every ABI of both."
    return Answer(question="layout", verdict="yes", text=text)


def _conflicting(case: Case, records: str) -> str:
    """What keeps records from being compared, file by file."""
    told = " ".join(
        f"{path} conflicts with {case.onto}: {why.removeprefix(_MISFIT)}."
        for path, why in sorted(case.conflicts.items())
    )
    lacking = told or f"Not all of it fits {case.onto}."
    return f"{lacking} Resolve that, and review the result: until then {records} has no layout."


_MISFIT = "the patch does not apply: "


def _pairs(headers: Iterable[HeaderChange]) -> Iterator[RecordPair]:
    for header in headers:
        yield from (pair for pair in header.records if pair.new is not None)


def _lost(case: Case, theirs: RecordPair, ours: RecordPair | None) -> Iterator[Finding]:
    """What a record of the backport lacks of upstream's change."""
    assert theirs.new is not None  # as _pairs takes care
    wanted = _changes(theirs)
    if ours is None or ours.new is None:
        if wanted:
            text = f"{theirs.name} is not changed as upstream changes it{_left_behind(theirs)}"
            yield _finding(case, theirs.new, theirs.name, tuple(wanted), text)
        return
    found = _places(ours.new)
    differing: dict[tuple[str, str], list[str]] = {}
    for abi, members in wanted.items():
        for path, place in members.items() if abi in found else ():
            if found[abi].get(path) != place:
                differing.setdefault((path, _told(place, found[abi].get(path))), []).append(abi)
    for (path, told), abis in differing.items():
        where = f" under {describe(abis, tuple(wanted))}" if len(abis) < len(wanted) else ""
        text = f"{theirs.name}.{path} {told}{where}"
        yield _finding(case, ours.new, f"{theirs.name}.{path}", tuple(abis), text)


def _left_behind(pair: RecordPair) -> str:
    """Upstream's new members, if a record that was there before got any."""
    assert pair.new is not None  # as _pairs takes care
    known = {path for members in _places(pair.old).values() for path in members} if pair.old else ()
    after = {path: None for members in _places(pair.new).values() for path in members}
    names = [path for path in after if path not in known] if pair.old else []
    return f": {listed(names)} {'is' if len(names) == 1 else 'are'} left behind" if names else ""


def _changes(pair: RecordPair) -> dict[str, dict[str, _Place]]:
    """By ABI: the members that are new, or lie elsewhere than before under some ABI."""
    assert pair.new is not None  # as _pairs takes care
    before = {} if pair.old is None else _places(pair.old)
    after = _places(pair.new)
    changed = {
        path
        for abi, members in after.items()
        for path, at in members.items()
        if before.get(abi, {}).get(path) != at
    }
    return {
        abi: {path: at for path, at in members.items() if path in changed}
        for abi, members in after.items()
    }


def _places(record: RecordAcross) -> dict[str, Mapping[str, _Place]]:
    """By ABI: where every member with a name lies; records are told by what they hold."""
    found: dict[str, Mapping[str, _Place]] = {}
    for group in record.groups:
        members = {
            leaf.path: (leaf.bit_offset, leaf.placed.bit_size)
            for leaf in walk(group.layout)
            if leaf.placed.member.name
            and (leaf.placed.element is None or leaf.placed.count is not None)
        }
        found.update(dict.fromkeys(group.abis, members))
    return found


def _told(theirs: _Place, ours: _Place | None) -> str:
    if ours is None:
        return "is lost"
    if ours[0] != theirs[0]:
        return f"lies at byte {ours[0] // 8}, upstream at {theirs[0] // 8}"
    return f"has {ours[1] // 8} bytes, upstream {theirs[1] // 8}"


def _finding(
    case: Case, record: RecordAcross, subject: str, abis: tuple[str, ...], what: str
) -> Finding:
    hit = Hit(
        span=_span(record),
        subject=subject,
        abis=abis,
        fields=(("message", what),),
        consequence="a program built with one kernel's header misreads the other",
    )
    return case.finding("backport-layout-differs", hit)


def _span(record: RecordAcross) -> Span:
    return record.groups[0].layout.record.span
