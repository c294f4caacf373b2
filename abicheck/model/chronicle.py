# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what happened to numbers between two revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from abicheck.model.claims import Commit


class Event(Struct, frozen=True, kw_only=True):
    """What happened to one number of a family."""

    family: str
    change: str
    """``added``, ``renamed``, ``renumbered``, ``fulfilled`` (a reservation) or ``removed``."""
    number: int | None
    name: str
    old: str | None
    """The name or number it had before."""
    first: Commit | None


class Chronicle(Struct, frozen=True, kw_only=True):
    """The events between two revisions, by family and number."""

    baseline: str
    current: str
    events: tuple[Event, ...]
    notes: tuple[str, ...] = ()
