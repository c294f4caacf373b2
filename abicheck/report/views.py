# SPDX-License-Identifier: GPL-2.0-or-later
"""This module chooses which layouts of a record are set side by side, and names each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abicheck.abis import compat_pairs
from abicheck.layout import geometry
from abicheck.report.names import describe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.model import LayoutReport, RecordAcross, RecordLayout


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One layout of a panel."""

    label: str
    """What stands over its numbers: ``A``, ``x86_64``, ``old``."""
    meaning: str
    """What the label stands for; empty where the label says it."""
    layout: RecordLayout


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Layouts of one record to be shown side by side; the first is what others differ from."""

    caption: str = ""
    columns: tuple[Column, ...]
    ordered_by: int = 0
    """The column whose order of members the rows follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All there is to show of one record."""

    name: str
    place: str
    panels: tuple[Panel, ...]
    remarks: tuple[str, ...] = ()


def across(report: LayoutReport) -> Iterator[View]:
    """Each record once, its groups of ABIs side by side."""
    for record in report.records:
        panel = (_groups(record, report.abis),) if record.groups else ()
        yield View(
            name=record.name,
            place=_place(record, report),
            panels=panel,
            remarks=remarks(record),
        )


def compat(report: LayoutReport) -> Iterator[View]:
    """Each record as the 64-bit kernel has it beside what 32-bit programs on it have."""
    for record in report.records:
        same, panels = _pairs(record, report.abis)
        agreed = (f"same for {same}",) if same else ()
        yield View(
            name=record.name,
            place=_place(record, report),
            panels=panels,
            remarks=(*agreed, *remarks(record)),
        )


def against(old: LayoutReport, new: LayoutReport) -> Iterator[View]:
    """Each record of either side, old beside new, once for each way in which it changed."""
    before, after = _by_place(old), _by_place(new)
    for key in dict.fromkeys((*after, *before)):
        was, now = before.get(key), after.get(key)
        shown, side = (now, new) if now else (was, old)
        assert shown is not None  # a key comes from one of the two
        yield View(
            name=shown.name,
            place=_place(shown, side),
            panels=tuple(_changes(was, now, new.abis)),
            remarks=(*_verdict(was, now, old, new), *remarks(shown)),
        )


def remarks(record: RecordAcross) -> tuple[str, ...]:
    """Where the record could not be judged or does not exist, one line each."""
    lines = [f"not checked under {_names(each.abis)}: {each.reason}" for each in record.not_checked]
    if record.absent:
        lines.append(f"not there under {_names(record.absent)}")
    lines += {
        f"compiler-dependent: {group.layout.compiler_dependent}": None
        for group in record.groups
        if group.layout.compiler_dependent
    }
    return tuple(lines)


def _names(abis: Sequence[str]) -> str:
    from abicheck.abis import all_abis

    return describe(abis, [abi.name for abi in all_abis()])


def _place(record: RecordAcross, report: LayoutReport) -> str:
    return f"{record.path}:{record.line} ({report.source})"


def present(record: RecordAcross) -> tuple[str, ...]:
    """The ABIs under which the record is laid out."""
    return tuple(abi for group in record.groups for abi in group.abis)


def _groups(record: RecordAcross, asked: Sequence[str]) -> Panel:
    here = frozenset(present(record))
    among = [abi for abi in asked if abi in here]
    alone = len(record.groups) == 1
    columns = [
        Column(
            label="" if alone else _letters(index),
            meaning=_counted(group.abis, among),
            layout=group.layout,
        )
        for index, group in enumerate(record.groups)
    ]
    return Panel(columns=tuple(columns))


def _counted(abis: Sequence[str], among: Sequence[str]) -> str:
    name = describe(abis, among)
    listed = name == ", ".join(abis) or str(len(abis)) in name.split()
    if listed:
        return name
    return f"{name} ({len(abis)}{'' if 'ABIs' in name else ' ABIs'})"


def _letters(index: int) -> str:
    """A to Z, then AA, AB and on."""
    first, last = divmod(index, 26)
    return (_letters(first - 1) if first else "") + chr(ord("A") + last)


def _pairs(record: RecordAcross, asked: Sequence[str]) -> tuple[str, tuple[Panel, ...]]:
    """The pairs that agree, as text, and a panel for each way in which the others differ."""
    group_of = {abi: index for index, group in enumerate(record.groups) for abi in group.abis}
    same = []
    differing: dict[tuple[int, int], list[tuple[str, str]]] = {}
    for program, kernel in compat_pairs():
        if not {program.name, kernel.name} <= group_of.keys() & set(asked):
            continue
        pair = (group_of[kernel.name], group_of[program.name])
        if pair[0] == pair[1]:
            same.append(f"{program.name} on {kernel.name}")
        else:
            differing.setdefault(pair, []).append((kernel.name, program.name))
    panels = tuple(_pair_panel(record, pair, names) for pair, names in differing.items())
    if not differing and len(same) > 1:
        return f"all {len(same)} compat pairs", panels
    return ", ".join(same), panels


def _pair_panel(
    record: RecordAcross, pair: tuple[int, int], names: Sequence[tuple[str, str]]
) -> Panel:
    kernel, program = names[0] if len(names) == 1 else ("64-bit", "32-bit")
    labels = zip((kernel, program), pair, strict=True)
    return Panel(
        caption=", ".join(f"{program} on {kernel}" for kernel, program in names),
        columns=tuple(
            Column(label=label, meaning="", layout=record.groups[index].layout)
            for label, index in labels
        ),
    )


def _by_place(report: LayoutReport) -> dict[tuple[str, str], RecordAcross]:
    return {(record.path, record.name): record for record in report.records}


def _changes(
    was: RecordAcross | None, now: RecordAcross | None, asked: Sequence[str]
) -> Iterator[Panel]:
    """One panel for each distinct pair of an old and a new layout that differ."""
    if was is None or now is None:
        only = was or now
        if only is not None and only.groups:
            yield _groups(only, asked)
        return
    pairs: dict[tuple[int, int], list[str]] = {}
    old_of = {abi: index for index, group in enumerate(was.groups) for abi in group.abis}
    new_of = {abi: index for index, group in enumerate(now.groups) for abi in group.abis}
    both = [abi for abi in asked if abi in old_of and abi in new_of]
    for abi in both:
        pairs.setdefault((old_of[abi], new_of[abi]), []).append(abi)
    for (old_group, new_group), abis in pairs.items():
        old, new = was.groups[old_group].layout, now.groups[new_group].layout
        if geometry(old) != geometry(new):
            yield Panel(
                caption=f"changed under {_counted(abis, both)}",
                columns=(
                    Column(label="old", meaning="", layout=old),
                    Column(label="new", meaning="", layout=new),
                ),
                ordered_by=1,
            )


def _verdict(
    was: RecordAcross | None, now: RecordAcross | None, old: LayoutReport, new: LayoutReport
) -> Iterator[str]:
    if was is None:
        yield f"new: not in {old.source}"
    elif now is None:
        yield f"gone: not in {new.source}"
    else:
        old_of = {abi: group.layout for group in was.groups for abi in group.abis}
        new_of = {abi: group.layout for group in now.groups for abi in group.abis}
        both = [abi for abi in new.abis if abi in old_of and abi in new_of]
        same = [abi for abi in both if geometry(old_of[abi]) == geometry(new_of[abi])]
        if same:
            yield f"unchanged under {_counted(same, both)} since {old.source}"
