# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds arrays at a record's end that become flexible, or cease to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.changes import measures
from abicheck.checks.changes.wording import listed
from abicheck.checks.facts import Hit, Role
from abicheck.checks.words import spelled
from abicheck.diff.members import scopes
from abicheck.model import Array, Breaks, Severity, Victim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.changes.facts import RecordChange
    from abicheck.diff.members import Slot
    from abicheck.model import Rule

_IOCTLS = (Role.IOCTL_IN, Role.IOCTL_OUT, Role.IOCTL_BOTH)


def arrays(change: RecordChange, _rule: Rule) -> Iterator[Hit]:
    """Arrays that are ``[0]`` or ``[1]`` in one version and ``[]`` in the other."""
    done: set[str] = set()
    for form in change.forms:
        for scope in scopes(form.old, form.new):
            for item in scope.members:
                if item.old is None or item.new is None or item.path in done:
                    continue
                counts = _count(item.old), _count(item.new)
                if None in counts and counts in ((0, None), (1, None), (None, 0), (None, 1)):
                    done.add(item.path)
                    yield _hit(change, item.old, item.new)


def _count(slot: Slot) -> int | None:
    """The outermost bound of an array, None for ``[]``, -1 for what is no array."""
    ctype = slot.placed.member.type
    return ctype.count if isinstance(ctype, Array) else -1


def _hit(change: RecordChange, old: Slot, new: Slot) -> Hit:
    shifts = measures.shifts(change.forms, measures.size)
    resized = tuple(s for s in shifts if s.old and s.new and s.old.size != s.new.size)
    commands = [use.by for use in change.uses if use.role in _IOCTLS] if resized else []
    return Hit(
        span=new.placed.member.span,
        older=old.placed.member.span,
        subject=f"{change.new.across.name}.{new.path}",
        abis=tuple(abi for shift in resized or shifts for abi in shift.abis),
        fields=(
            ("member", new.path),
            ("old", _bound(old)),
            ("new", _bound(new)),
            ("what", _what(change, resized)),
        ),
        consequence=_consequence(change, commands),
        suggestion=_suggestion(old, new, resized=bool(resized)),
        severity=Severity.ERROR if commands else None if resized else Severity.NOTE,
        breaks=Breaks.BINARY if resized else Breaks.SOURCE,
        kind="converted",
        victims=(Victim.OLD_PROGRAM, Victim.NEW_PROGRAM, Victim.SOURCE)
        if resized
        else (Victim.SOURCE,),
        shifts=shifts,
    )


def _bound(slot: Slot) -> str:
    count = _count(slot)
    return "[]" if count is None else f"[{count}]"


def _what(change: RecordChange, resized: tuple[object, ...]) -> str:
    if resized:
        return f"sizeof({change.new.across.name}) changes with it"
    return "the layout stays; programs that embed the record or initialise it may not compile"


def _consequence(change: RecordChange, commands: list[str]) -> str:
    parts = []
    if commands:
        verb = "changes" if len(commands) == 1 else "change"
        parts.append(f"the number of {listed(commands)} {verb}: old programs get ENOTTY")
    if change.new.holders:
        verb = "holds" if len(change.new.holders) == 1 else "hold"
        parts.append(f"{listed(change.new.holders)} {verb} it by value")
    return "; ".join(parts)


def _suggestion(old: Slot, new: Slot, *, resized: bool) -> str:
    if not resized:
        return "Nothing to do, unless programs put something behind the record or initialise it."
    element = spelled(new.placed.member.type_text)
    if _count(old) == 1:
        return (
            f"\tunion {{\n\t\t{element} {old.name}[1];\n"
            f"\t\t__DECLARE_FLEX_ARRAY({element}, {old.name}_flex);\n\t}};"
        )
    return f"\t{element} {old.name}{_bound(old)};"
