# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what happened to numbers between two revisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abicheck.model.claims import Commit


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened to one number of a family."""

    family: str
    change: str
    """``added``, ``renamed``, ``renumbered``, ``fulfilled`` (a reservation) or ``removed``."""
    number: int | None
    name: str
    old: str | None
    """The name or number it had before."""
    first: Commit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chronicle:
    """The events between two revisions, by family and number."""

    baseline: str
    current: str
    events: tuple[Event, ...]
    notes: tuple[str, ...] = ()
