# SPDX-License-Identifier: GPL-2.0-or-later
"""This module chooses which layouts of a record are set side by side, and names each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.abis import compat_pairs, get
from abicheck.model import walk
from abicheck.report import pairing
from abicheck.report.names import describe, named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.model import LayoutReport, NotChecked, RecordAcross, RecordLayout

_BITS = "the first bit of a byte, :0, is its lowest; on big-endian ABIs its highest"


class Column(Struct, frozen=True, kw_only=True):
    """One layout of a panel."""

    label: str
    """What stands over its numbers: ``A``, ``x86_64``, ``old``."""
    meaning: str
    """What the label stands for; empty where the label says it."""
    layout: RecordLayout


class Panel(Struct, frozen=True, kw_only=True):
    """Layouts of one record to be shown side by side; the first is what others differ from."""

    caption: str = ""
    columns: tuple[Column, ...]
    ordered_by: int = 0
    """The column whose order of members the rows follow."""
    abis: tuple[str, ...] = ()
    """The ABIs it is about; () where each column is about others."""


class View(Struct, frozen=True, kw_only=True):
    """All there is to show of one record."""

    name: str
    place: str
    panels: tuple[Panel, ...]
    remarks: tuple[str, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()


def across(report: LayoutReport) -> Iterator[View]:
    """Each record once, its groups of ABIs side by side."""
    for record in report.records:
        panel = (_groups(record, report.abis),) if record.groups else ()
        yield View(
            name=record.name,
            place=_place(record, report),
            panels=panel,
            remarks=remarks(record),
            not_checked=record.not_checked,
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
            not_checked=record.not_checked,
        )


def against(baseline: LayoutReport, current: LayoutReport) -> Iterator[View]:
    """Each record of either side, old beside new, once for each way in which it changed."""
    for was, now in pairing.records(baseline, current):
        if now is None:
            assert was is not None  # one of the two exists
            yield _alone(was, baseline, f"gone: not in {current.source}")
        elif was is None:
            yield _alone(now, current, f"new: not in {baseline.source}")
        else:
            yield _changed(was, now, baseline, current)


def _alone(record: RecordAcross, report: LayoutReport, verdict: str) -> View:
    return View(
        name=record.name,
        place=_place(record, report),
        panels=(_groups(record, report.abis),) if record.groups else (),
        remarks=(verdict, *remarks(record)),
        not_checked=record.not_checked,
    )


def _changed(
    was: RecordAcross, now: RecordAcross, baseline: LayoutReport, current: LayoutReport
) -> View:
    found = pairing.pairs(was, now)
    both = [abi for pair in found for abi in pair.abis]
    same = [abi for pair in found if pair.same for abi in pair.abis]
    old_place = "" if was.path == now.path else f", there {was.path}:{was.line}"
    verdict = f"unchanged since {baseline.source}{old_place} under {_counted(same, both)}"
    return View(
        name=now.name,
        place=_place(now, current),
        panels=tuple(_pair(pair, both) for pair in found if not pair.same),
        remarks=(*((verdict,) if same else ()), *remarks(now)),
        not_checked=(*was.not_checked, *now.not_checked),
    )


def _pair(pair: pairing.Pair, both: Sequence[str]) -> Panel:
    return Panel(
        caption=f"changed under {_counted(pair.abis, both)}",
        abis=pair.abis,
        columns=(
            Column(label="old", meaning="", layout=pair.old),
            Column(label="new", meaning="", layout=pair.new),
        ),
        ordered_by=1,
    )


def remarks(record: RecordAcross) -> tuple[str, ...]:
    """Where the record does not exist, or is laid out as the compiler likes; one line each."""
    lines = [f"not there under {named(record.absent)}"] if record.absent else []
    if any(_has_bit_fields(group.layout) for group in record.groups) and _any_big_endian(record):
        lines.append(_BITS)
    reasons = (group.layout.compiler_dependent for group in record.groups)
    lines += dict.fromkeys(f"compiler-dependent: {reason}" for reason in reasons if reason)
    return tuple(lines)


def _has_bit_fields(layout: RecordLayout) -> bool:
    return any(leaf.placed.member.bit_width is not None for leaf in walk(layout, into_named=False))


def _any_big_endian(record: RecordAcross) -> bool:
    return any(get(abi).big_endian for abi in present(record))


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
