# SPDX-License-Identifier: GPL-2.0-or-later
"""This module knows what both sides do about a record that grows, and its ioctls' numbers."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from abicheck.checks.changes.wording import listed
from abicheck.checks.facts import Role
from abicheck.diff.causes import marks_end, moves
from abicheck.diff.members import scopes
from abicheck.model import is_reserved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.checks.changes.facts import Form, RecordChange
    from abicheck.model import RecordLayout, Rule

_CONVENTIONS = {
    "zero_filled": "the core behind its ioctls takes any size and fills up with zeros",
    "with_length": "programs pass its length along, and get no more than that",
    "translated": "only BPF programs read it, and the kernel's verifier rewrites what they read",
    "one_by_one": "its members are registers, which cross one at a time",
    "negotiated": "feature bits or a version say which members are there",
}
"""By parameter, which lists headers or records of theirs: why these may grow."""
_HEAD = 4
"""Members at the start of a record among which its size stands."""
_MAGIC = re.compile(r"\w*(?:magic|sig|signature)")
_IOCTLS = (Role.IOCTL_IN, Role.IOCTL_OUT, Role.IOCTL_BOTH)


def ready(change: RecordChange, forms: Sequence[Form], rule: Rule) -> str:
    """The convention by which both sides cope with growth at the end; empty without one.

    An ioctl's number that holds the size overrules what the record itself says: the kernel must
    have been told (by a size version) or find commands otherwise than by their whole number.
    """
    if change.displaces or any(not keeps_all(form) for form in forms):
        return ""
    if commands(change) and not _is_found(change, rule):
        return ""
    told = _told_within(forms[0].old, rule)
    if told or (told := _room_used(change, forms[0])):
        return told
    versions = [gate.name for gate in change.gates if gate.kind == "size version"]
    if versions:
        return f"{versions[0]} names the new size"
    for name, reason in _CONVENTIONS.items():
        if _is_listed(change, dict(rule.params).get(name)):
            return reason
    if any(use.role is Role.NETLINK for use in change.uses):
        return "it is a netlink payload, whose length is sent with it"
    if change.hidden_in:
        return f"the padding in {change.hidden_in} takes it up"
    return ""


def _is_found(change: RecordChange, rule: Rule) -> bool:
    """Whether the kernel takes an ioctl for the same one when its number holds another size."""
    lenient = _is_listed(change, dict(rule.params).get("zero_filled"))
    return lenient or any(gate.kind == "size version" for gate in change.gates)


def _is_listed(change: RecordChange, entries: object) -> bool:
    """Whether entries have a record or its header: ``drm/``, ``linux/bpf.h:struct bpf_*_info``."""
    found = entries if isinstance(entries, tuple) else ()
    include, name = change.new.header.include, change.new.across.name
    return any(
        include.startswith(header) and fnmatchcase(name, record or "*")
        for header, _, record in (str(entry).partition(":") for entry in found)
    )


def _told_within(layout: RecordLayout, rule: Rule) -> str:
    """What a record of the baseline has to tell how much of it there is; empty for nothing."""
    if not layout.members:
        return ""
    names = [placed.member.name or "" for placed in layout.members]
    head, last = layout.members[0].element, layout.members[-1]
    sized = rule.parameter("sizes")
    found = [name for name in names[:_HEAD] if isinstance(sized, tuple) and name in sized]
    if found[:1] == names[:1]:
        return f"{found[0]}, its first member, tells the kernel how much a program knows"
    if found and _MAGIC.fullmatch(names[0]):
        return f"{found[0]}, beside {names[0]}, says how much of it there is"
    if head is not None and any(placed.member.name == "version" for placed in head.members):
        return f"the version in {names[0]} says which members are there"
    if marks_end(last):
        return f"{names[-1]} marks where it ends, and programs say how much of it they have"
    return ""


def _room_used(change: RecordChange, form: Form) -> str:
    """What says how much is used of an array at the end that has more room; empty for nothing."""
    old, new = form.old.members[-1:], form.new.members[-1:]
    if not old or commands(change) or old[0].member.name != new[0].member.name:
        return ""
    name = old[0].member.name
    counts = {placed.member.name for placed in form.old.members}
    used = next((f"{name}_{word}" for word in ("size", "len") if f"{name}_{word}" in counts), "")
    longer = (old[0].count or 0) < (new[0].count or 0)
    return f"{used} says how much of {name} is used" if used and longer else ""


def keeps_all(form: Form) -> bool:
    """Whether everything that programs know is where it was."""
    own = scopes(form.old, form.new)[0]
    known = (m for m in own.members if m.old and m.old.name and not is_reserved(m.old.name))
    moved = any(move.told for move in moves(form.old, form.new))
    return not moved and all(m.new is not None for m in known)


def commands(change: RecordChange) -> tuple[str, ...]:
    """The ioctls whose numbers hold the size of the record."""
    return tuple(dict.fromkeys(use.by for use in change.uses if use.role in _IOCTLS))


def renumbered(numbers: Sequence[str], *, finds: bool) -> Iterator[str]:
    """What becomes of them; ``finds``: whether the kernel may know the old numbers all the same."""
    if numbers:
        noun = "the number of" if len(numbers) == 1 else "the numbers of"
        rest = "" if finds else ": the kernel answers old programs with ENOTTY"
        yield f"{noun} {listed(numbers)} {'changes' if len(numbers) == 1 else 'change'}{rest}"
