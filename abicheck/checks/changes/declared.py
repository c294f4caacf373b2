# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds typedefs and inline functions that are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.changes.homes import is_in_asm, still
from abicheck.checks.changes.measures import some
from abicheck.checks.changes.numbers import on
from abicheck.checks.changes.wording import listed
from abicheck.checks.facts import Hit
from abicheck.model import Severity, Shift, Side, Victim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.checks.changes.facts import ConstantChange, ConstantsChange
    from abicheck.model import Rule


def removed(facts: ConstantsChange, _rule: Rule) -> Iterator[Hit]:
    """Declarations that programs no longer find, those of one kind and header together."""
    groups: dict[object, list[ConstantChange]] = {}
    for change in facts.declared:
        if change.old is not None and change.lost:
            place = (change.old.span.path, change.lost, change.elsewhere or change.new is None)
            groups.setdefault((*place, change.old.kind), []).append(change)
    for group in groups.values():
        yield _hit(group)


def _hit(group: Sequence[ConstantChange]) -> Hit:
    first = group[0]
    assert first.old is not None  # it is gone
    is_type = first.old.kind == "typedef"
    names = [change.name if is_type else f"{change.name}()" for change in group]
    return Hit(
        span=first.new.span if first.new is not None else first.old.span,
        subject=first.name,
        abis=first.lost,
        fields=(
            ("what", f"{listed(names)} {'is' if len(names) == 1 else 'are'} gone"),
            ("on", f" on {some(first.lost)}" if first.elsewhere else on(first.lost, first)),
            ("it", "it" if len(names) == 1 else "them"),
        ),
        consequence=still(first),
        suggestion=f"typedef {first.old.text} {first.name};" if is_type else "",
        severity=_severity(first),
        kind="removed",
        victims=(Victim.SOURCE,),
        older=first.old.span,
        shifts=(Shift(abis=first.lost, old=Side(text=first.old.text), new=None),),
    )


def _severity(change: ConstantChange) -> Severity | None:
    """Less than an error where other ABIs keep it, or where programs were not to call it."""
    assert change.old is not None  # it is gone
    if change.elsewhere or change.new is not None:
        return Severity.NOTE if is_in_asm(change) else Severity.WARNING
    internal = change.old.kind == "function" and change.name.startswith("__")
    return Severity.WARNING if internal else None
