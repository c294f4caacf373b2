# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells repairs that do nothing, or more than they should, from good ones."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck import abis
from abicheck.model import Breaks, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

    from abicheck.engine.edits import Draft
    from abicheck.model import Finding, LintReport, RecordAcross, RecordLayout


class _Moved(Struct):
    """A record that is no longer the same."""

    differs: set[str]
    """The ABIs that see it."""
    held: set[str]
    """Its own name, and those of the records in it."""


def faults(
    draft: Draft,
    before: tuple[LintReport, Sequence[RecordAcross]],
    after: tuple[LintReport, Sequence[RecordAcross]],
) -> dict[Finding, str]:
    """The repairs of a draft that do not do what they should, and why.

    ``before`` and ``after`` are what the rules say, and the layouts of the same headers.
    """
    unchecked = {item.path for item in before[0].not_checked}
    broken = {item.path for item in after[0].not_checked} - unchecked
    if broken:
        return dict(_breaking(draft, broken))
    moved = _moved(before[1], after[1])
    return dict(_harmful(draft, moved)) | dict(_idle(draft, before[0], after[0]))


def _breaking(draft: Draft, broken: Set[str]) -> Iterator[tuple[Finding, str]]:
    for path in sorted(broken):
        for item in _near(draft, path):
            yield item, f"{path} could not be checked any more"


def _near(draft: Draft, path: str) -> Sequence[Finding]:
    """The findings whose repairs change a header; all of them, where none does."""
    near = [item for item in draft.findings if any(edit.path == path for edit in item.edits)]
    return near or draft.findings


def _idle(draft: Draft, before: LintReport, after: LintReport) -> Iterator[tuple[Finding, str]]:
    """The findings that their repair leaves behind."""

    def counted(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
        return Counter((item.rule, item.subject) for item in findings)

    judged = {item.span.path for item in (*after.findings, *draft.findings)}
    known = counted(item for item in before.findings if item.span.path in judged)
    gone, there = counted(draft.findings), counted(after.findings)
    for item in draft.findings:
        key = (item.rule, item.subject)
        if there[key] > max(0, known[key] - gone[key]):
            yield item, "it would still be there"


def _moved(
    before: Sequence[RecordAcross], after: Sequence[RecordAcross]
) -> dict[tuple[str, str], _Moved]:
    """By path and name: the records that are no longer the same."""
    now = {(item.path, item.name): item for item in after}
    found = {}
    for was in before:
        key = (was.path, was.name)
        here = now.get(key)
        layouts = {abi: g.layout for g in here.groups for abi in g.abis} if here else {}
        differs: set[str] = set()
        for group in was.groups:
            for layout, abi_names in _by_identity(layouts, group.abis):
                if layout is None or not _kept(group.layout, layout):
                    differs.update(abi_names)
        if differs:
            inner = (leaf.placed.element for g in was.groups for leaf in walk(g.layout))
            names = {each.record.name for each in inner if each and each.record.name}
            found[key] = _Moved(differs, {was.name, *names})
    return found


def _by_identity(
    layouts: Mapping[str, RecordLayout], names: Sequence[str]
) -> Iterator[tuple[RecordLayout | None, list[str]]]:
    """Each distinct layout once, with the ABIs that have it: comparing costs a walk."""
    found: dict[int, tuple[RecordLayout | None, list[str]]] = {}
    for abi in names:
        layout = layouts.get(abi)
        found.setdefault(id(layout), (layout, []))[1].append(abi)
    yield from found.values()


def _kept(was: RecordLayout, now: RecordLayout) -> bool:
    """Whether every member with a name is where it was; names may come where nothing was."""

    def places(layout: RecordLayout) -> Counter[tuple[str, int, int]]:
        return Counter(
            (leaf.path, leaf.bit_offset, leaf.placed.bit_size)
            for leaf in walk(layout)
            if leaf.placed.member.name
        )

    sizes = (was.bit_size, was.bit_align) == (now.bit_size, now.bit_align)
    return sizes and not places(was) - places(now)


def _harmful(
    draft: Draft, moved: Mapping[tuple[str, str], _Moved]
) -> Iterator[tuple[Finding, str]]:
    """The repairs that move something under an ABI where all was well."""
    for (path, name), record in moved.items():
        own = [item for item in draft.findings if record_of(item) in record.held]
        mended = {abi for item in own for abi in _gains(item)}
        hurt = [abi for abi in _bound() if abi in record.differs and abi not in mended]
        more = f" and {len(hurt) - 1} more" if len(hurt) > 1 else ""
        for item in (own or _near(draft, path)) if hurt else ():
            yield item, f"{name} would change under {hurt[0]}{more}"


def record_of(finding: Finding) -> str:
    """The record that a finding is about, or whatever else it is about."""
    return finding.subject.partition(".")[0]


def _gains(finding: Finding) -> frozenset[str]:
    """The ABIs whose programs read the record wrongly today: nobody can rely on their layout."""
    if finding.breaks is not Breaks.COMPAT:
        return frozenset()
    return frozenset(name for name in finding.abis if abis.get(name).bits == 32)


def _bound() -> Iterator[str]:
    """The ABIs that meet others over a record: all 64-bit ones and those their kernels run."""
    yield from (abi.name for abi in abis.all_abis() if abi.bits == 64 or abi.compat_of)
