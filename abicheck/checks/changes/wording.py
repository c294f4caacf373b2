# SPDX-License-Identifier: GPL-2.0-or-later
"""This module words what several rules about changes say alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.words import spelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.checks.changes.facts import RecordChange
    from abicheck.model import Member

_FEW = 4
"""Names that a sentence lists."""


def listed(names: Sequence[str]) -> str:
    """``a, b and c``; of many the first ones and a number."""
    if len(names) > _FEW:
        return f"{', '.join(names[: _FEW - 1])} and {len(names) - _FEW + 1} more"
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def declaration(member: Member) -> str:
    """A member as a header would declare it."""
    text = member.type_text
    if "(unnamed" in text or "(anonymous" in text:
        return f"{text.split()[0]} {{ ... }} {member.name or ''}".rstrip() + ";"
    _, bracket, bounds = text.partition("[")
    width = f":{member.bit_width}" if member.bit_width is not None else ""
    star = spelled(text)
    blank = "" if star.endswith("*") else " "
    return f"{star}{blank}{member.name or ''}{bracket}{bounds}{width};"


def held_by(change: RecordChange) -> Iterator[str]:
    """The records that hold it by value, and so change with it; first those with moved members."""
    if change.displaces:
        yield f"what follows it in {listed(change.displaces)} moves"
    names = dict.fromkeys((*change.new.holders, *change.old.holders))
    holders = [name for name in names if name not in change.displaces]
    if holders:
        yield f"{listed(holders)} {'holds' if len(holders) == 1 else 'hold'} it by value"
