# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what a run found, ready for a report to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abicheck.model.declarations import NotChecked
    from abicheck.model.layout import RecordAcross


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """A header that some ABIs do not have: not exported there, or the tree lacks their asm/."""

    path: str
    abis: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutReport:
    """The records asked for, laid out under the ABIs asked for, from one source."""

    source: str
    """What was read, for people: ``work tree``, ``v6.1``, ``index``, ``linux/kvm.h alone``."""
    abis: tuple[str, ...]
    records: tuple[RecordAcross, ...]
    not_checked: tuple[NotChecked, ...] = ()
    absent: tuple[Absent, ...] = ()
    notes: tuple[str, ...] = ()
