# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells repairs that do nothing, or more than they should, from good ones."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from abicheck import abis
from abicheck.model import Breaks, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from abicheck.engine.edits import Draft
    from abicheck.model import Finding, LintReport, RecordAcross, RecordLayout


def idle(draft: Draft, before: LintReport, after: LintReport) -> Iterator[tuple[Finding, str]]:
    """The findings that their repair leaves behind, and those whose header no longer parses."""

    def counted(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
        return Counter((item.rule, item.subject) for item in findings)

    broken = {item.path for item in after.not_checked} - {item.path for item in before.not_checked}
    judged = {item.span.path for item in after.findings} | set(draft.edits)
    known = counted(item for item in before.findings if item.span.path in judged)
    gone, there = counted(draft.findings), counted(after.findings)
    culprits = [item for item in draft.findings if broken & {edit.path for edit in item.edits}]
    for item in culprits or (draft.findings if broken else ()):
        yield item, f"{min(broken)} could not be checked any more"
    for item in draft.findings:
        key = (item.rule, item.subject)
        if not broken and there[key] > max(0, known[key] - gone[key]):
            yield item, "it would still be there"


def moved_records(
    before: Sequence[RecordAcross], after: Sequence[RecordAcross]
) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """By record that is no longer the same: the ABIs that see it, and the records it holds."""
    now = {(item.path, item.name): item for item in after}
    found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for was in before:
        here = now.get((was.path, was.name))
        layouts = {abi: g.layout for g in here.groups for abi in g.abis} if here else {}
        differs: set[str] = set()
        for group in was.groups:
            for layout, abi_names in _by_identity(layouts, group.abis):
                if layout is None or not _kept(group.layout, layout):
                    differs.update(abi_names)
        if differs:
            held = (leaf.placed.element for g in was.groups for leaf in walk(g.layout))
            inside = {inner.record.name for inner in held if inner and inner.record.name}
            known = found.get(was.name, (frozenset(), frozenset()))
            found[was.name] = known[0] | differs, known[1] | inside | {was.name}
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


def harmful(
    draft: Draft, moved: Mapping[str, tuple[frozenset[str], frozenset[str]]]
) -> Iterator[tuple[Finding, str]]:
    """The repairs that move something under an ABI where all was well."""
    for name, (differs, held) in moved.items():
        near = [item for item in draft.findings if record_of(item) in held]
        mended = {abi for item in near for abi in _gains(item)}
        hurt = [abi for abi in _bound() if abi in differs and abi not in mended]
        more = f" and {len(hurt) - 1} more" if len(hurt) > 1 else ""
        for item in (near or draft.findings) if hurt else ():
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
