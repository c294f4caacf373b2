# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds records that take more or fewer bytes, and knows who is prepared for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.changes import measures
from abicheck.checks.changes.wording import declaration, held_by, listed
from abicheck.checks.facts import Hit, Role
from abicheck.checks.words import short
from abicheck.diff.causes import is_inherited, moves
from abicheck.diff.members import scopes
from abicheck.model import Breaks, Severity, Victim
from abicheck.overlay.explain import explained

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.checks.changes.facts import Form, RecordChange
    from abicheck.model import Rule

_IOCTLS = (Role.IOCTL_IN, Role.IOCTL_OUT, Role.IOCTL_BOTH)


def sizes(change: RecordChange, rule: Rule) -> Iterator[Hit]:
    """Records whose size differs through something in their own body."""
    told = explained(measures.of(change.forms)).sizes
    forms = [
        form
        for form in change.forms
        if form.old.size != form.new.size and not told.issuperset(form.abis)
    ]
    if not forms or any(use.role is Role.KERNEL_ONLY for use in change.uses):
        return
    if all(_is_inherited(form) or _is_open_end(form) for form in forms):
        return
    main = max(forms, key=lambda form: len(form.abis))
    grown = main.new.size > main.old.size
    why = _ready(change, forms, rule) if grown else ""
    commands = [use.by for use in change.uses if use.role in _IOCTLS]
    abis = tuple(abi for form in forms for abi in form.abis)
    yield Hit(
        span=change.new.across.groups[0].layout.record.span,
        older=change.old.across.groups[0].layout.record.span,
        subject=change.new.across.name,
        abis=abis,
        fields=(
            ("name", change.new.across.name),
            ("verb", "grows" if grown else "shrinks"),
            ("old", str(main.old.size)),
            ("new", str(main.new.size)),
            ("on", measures.some(abis)),
            ("why", _why(main)),
        ),
        consequence="; ".join(filter(None, (why, *_numbers(commands, why), *held_by(change)))),
        suggestion="" if why else _suggestion(change, main, commands),
        severity=Severity.NOTE if why else measures.weight(abis)[0],
        breaks=Breaks.BINARY,
        kind="grew" if grown else "shrank",
        victims=() if why else (Victim.OLD_PROGRAM, Victim.NEW_PROGRAM),
        shifts=measures.shifts(change.forms, measures.size),
    )


def _is_inherited(form: Form) -> bool:
    """Whether only records with names of their own, held by value, have other sizes."""
    own = scopes(form.old, form.new)[0]
    differs = [m for m in own.members if not m.old or not m.new or m.old.size != m.new.size]
    return bool(differs) and all(is_inherited(item) for item in differs)


def _is_open_end(form: Form) -> bool:
    """Whether an array of one element at the end became a flexible one: told by another rule."""
    last = form.old.members[-1:], form.new.members[-1:]
    counts = [placed.count for found in last for placed in found]
    return counts in ([1, 0], [0, 1]) and not moves(form.old, form.new)


def _why(form: Form) -> str:
    """Which members make the difference."""
    own = scopes(form.old, form.new)[0]
    came = [m.path or "an unnamed bit-field" for m in own.members if not m.old]
    went = [m.path or "an unnamed bit-field" for m in own.members if not m.new]
    sized = [m.path for m in own.members if m.old and m.new and m.old.size != m.new.size]
    parts = []
    if came:
        parts.append(f"{listed(came)} {'is' if len(came) == 1 else 'are'} new")
    if went:
        parts.append(f"{listed(went)} {'is' if len(went) == 1 else 'are'} gone")
    if sized:
        parts.append(f"{listed(sized)} {'has' if len(sized) == 1 else 'have'} another size")
    return "; ".join(parts) or "its padding differs"


def _ready(change: RecordChange, forms: Sequence[Form], rule: Rule) -> str:
    """The convention by which both sides cope with growth at the end; empty without one."""
    if any(not _only_appended(form) for form in forms):
        return ""
    sized = rule.parameter("sizes")
    first = forms[0].old.members[0].member.name if forms[0].old.members else None
    if isinstance(sized, tuple) and first in sized:
        return f"{first}, its first member, tells the kernel how much a program knows"
    versions = [gate.name for gate in change.gates if gate.kind == "size version"]
    if versions:
        return f"{versions[0]} names the new size"
    growing = rule.parameter("growing")
    include = change.new.header.include
    if isinstance(growing, tuple) and include.startswith(growing):
        return "the core behind its ioctls takes any size and fills up with zeros"
    if any(use.role is Role.NETLINK for use in change.uses):
        return "it is a netlink payload, whose length is sent with it"
    if change.hidden_in:
        return f"the padding in {change.hidden_in} takes it up"
    return ""


def _only_appended(form: Form) -> bool:
    """Whether nothing has moved and what is new stands behind everything that was there."""
    own = scopes(form.old, form.new)[0]
    old_end = max((m.old.end for m in own.members if m.old), default=0)
    return (
        not moves(form.old, form.new)
        and all(m.new is not None for m in own.members)
        and (
            form.old.record.kind == "struct"
            and all(m.old is not None or (m.new and m.new.end > old_end) for m in own.members)
        )
    )


def _numbers(commands: Sequence[str], why: str) -> Iterator[str]:
    """What becomes of ioctls: their numbers hold the size."""
    if commands:
        noun = "the number of" if len(commands) == 1 else "the numbers of"
        rest = "" if why else ": the kernel answers old programs with ENOTTY"
        yield f"{noun} {listed(commands)} {'changes' if len(commands) == 1 else 'change'}{rest}"


def _suggestion(change: RecordChange, form: Form, commands: Sequence[str]) -> str:
    """A record of its own for the new size."""
    if not commands or form.new.size < form.old.size:
        return ""
    own = scopes(form.old, form.new)[0]
    news = (m.new for m in own.members if m.old is None)
    lines = "\n".join(f"\t{declaration(slot.placed.member)}" for slot in news if slot)
    name = short(change.new.across.name)
    return (
        f"struct {name}2 {{\n\tstruct {name} {name};\n{lines}\n}};"
        f"\t/* with an ioctl of its own beside {commands[0]} */"
    )
