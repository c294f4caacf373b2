# SPDX-License-Identifier: GPL-2.0-or-later
"""This module words what becomes of records that differ through something else alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.changes.growth import commands, renumbered
from abicheck.checks.changes.measures import resized
from abicheck.checks.changes.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.checks.changes.facts import RecordChange

_FEW = 3
"""Records whose new size is told."""


def followers(users: Sequence[RecordChange]) -> Iterator[str]:
    """The new sizes of some, with their ioctls, and the names of the rest."""
    users = list({change.new.across.name: change for change in users}.values())
    sized = [change for change in users if any(f.old.size != f.new.size for f in change.forms)]
    for change in sized[:_FEW]:
        yield f"{change.new.across.name} {resized(change.forms, among=change.forms)}"
    others = [change.new.across.name for change in users if change not in sized[:_FEW]]
    if others:
        yield f"{listed(others)} {'changes' if len(others) == 1 else 'change'} with it"
    yield from renumbered([name for change in sized for name in commands(change)], finds=False)
