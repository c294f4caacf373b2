# SPDX-License-Identifier: GPL-2.0-or-later
"""This module knows what both sides do about a record that grows, and its ioctls' numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.changes.wording import listed
from abicheck.checks.facts import Role
from abicheck.diff.causes import moves
from abicheck.diff.members import scopes
from abicheck.model import is_reserved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.checks.changes.facts import Form, RecordChange
    from abicheck.model import Rule

_CONVENTIONS = {
    "zero_filled": "the core behind its ioctls takes any size and fills up with zeros",
    "with_length": "programs pass its length along, and get no more than that",
    "negotiated": "feature bits or a version say which members are there",
}
"""By parameter, which lists headers: why records of those may grow."""
_IOCTLS = (Role.IOCTL_IN, Role.IOCTL_OUT, Role.IOCTL_BOTH)


def ready(change: RecordChange, forms: Sequence[Form], rule: Rule) -> str:
    """The convention by which both sides cope with growth at the end; empty without one."""
    if change.displaces or any(not _keeps_all(form) for form in forms):
        return ""
    sized = rule.parameter("sizes")
    first = forms[0].old.members[0].member.name if forms[0].old.members else None
    if isinstance(sized, tuple) and first in sized:
        return f"{first}, its first member, tells the kernel how much a program knows"
    versions = [gate.name for gate in change.gates if gate.kind == "size version"]
    if versions:
        return f"{versions[0]} names the new size"
    for name, reason in _CONVENTIONS.items():
        headers = dict(rule.params).get(name)
        if isinstance(headers, tuple) and change.new.header.include.startswith(headers):
            return reason
    if any(use.role is Role.NETLINK for use in change.uses):
        return "it is a netlink payload, whose length is sent with it"
    if change.hidden_in:
        return f"the padding in {change.hidden_in} takes it up"
    return ""


def _keeps_all(form: Form) -> bool:
    """Whether everything that programs know is where it was."""
    own = scopes(form.old, form.new)[0]
    known = (m for m in own.members if m.old and m.old.name and not is_reserved(m.old.name))
    moved = any(move.told for move in moves(form.old, form.new))
    return not moved and all(m.new is not None for m in known)


def commands(change: RecordChange) -> tuple[str, ...]:
    """The ioctls whose numbers hold the size of the record."""
    return tuple(dict.fromkeys(use.by for use in change.uses if use.role in _IOCTLS))


def renumbered(change: RecordChange, why: str) -> Iterator[str]:
    """What becomes of them; ``why`` is the convention that a program may rely on."""
    numbers = commands(change)
    if numbers:
        noun = "the number of" if len(numbers) == 1 else "the numbers of"
        rest = "" if why else ": the kernel answers old programs with ENOTTY"
        yield f"{noun} {listed(numbers)} {'changes' if len(numbers) == 1 else 'change'}{rest}"
