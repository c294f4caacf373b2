# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds records that no header defines any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.changes import measures
from abicheck.checks.changes.wording import listed
from abicheck.checks.facts import Hit, Role
from abicheck.model import Severity, Shift, Victim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.checks.changes.facts import RecordGone, TreeChange
    from abicheck.model import Rule


def records(change: TreeChange, _rule: Rule) -> Iterator[Hit]:
    """Records that programs used and that no header defines any more, those of one together."""
    groups: dict[object, list[RecordGone]] = {}
    for lost in change.gone:
        if any(use.role is Role.KERNEL_ONLY for use in lost.record.uses):
            continue
        key = (lost.record.header.include, lost.record.across.path, lost.abis, lost.elsewhere)
        groups.setdefault(key, []).append(lost)
    for group in groups.values():
        yield _lost(sorted(group, key=_line))


def _line(lost: RecordGone) -> int:
    return lost.record.across.groups[0].layout.record.span.line


def _lost(group: Sequence[RecordGone]) -> Hit:
    first = group[0]
    across = first.record.across
    names = [lost.record.across.name for lost in group]
    span = across.groups[0].layout.record.span
    return Hit(
        span=span,
        older=span,
        subject=across.name,
        abis=first.abis,
        fields=(
            ("name", f"{listed(names)} {'is' if len(names) == 1 else 'are'}"),
            ("header", first.record.header.include),
            ("on", _on(first)),
            ("where", _elsewhere(first, "it" if len(names) == 1 else "them")),
        ),
        severity=Severity.NOTE if first.elsewhere else None,
        kind="removed",
        victims=(Victim.SOURCE,),
        shifts=tuple(
            Shift(abis=group.abis, old=measures.size(group.layout), new=None)
            for group in across.groups
        ),
    )


def _on(lost: RecordGone) -> str:
    """`` on s390x``; empty where a header that all share lost it for all."""
    had = {abi for group in lost.record.across.groups for abi in group.abis}
    for_some = lost.record.header.include.startswith("asm/") or not had <= set(lost.abis)
    return f" on {measures.some(lost.abis)}" if for_some or lost.elsewhere else ""


def _elsewhere(lost: RecordGone, what: str) -> str:
    if lost.elsewhere is None:
        return f"no other header has {what}"
    return f"{lost.elsewhere} has {what}, for other ABIs than {measures.some(lost.abis)}"
