# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what a run found, ready for a report to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from abicheck.model.declarations import NotChecked
    from abicheck.model.layout import RecordAcross


class Absent(Struct, frozen=True, kw_only=True):
    """A header that some ABIs do not have: not exported there, or the tree lacks their asm/."""

    path: str
    abis: tuple[str, ...]
    reason: str


class LayoutReport(Struct, frozen=True, kw_only=True):
    """The records asked for, laid out under the ABIs asked for, from one source."""

    source: str
    """What was read, for people: ``work tree``, ``v6.1``, ``index``, ``linux/kvm.h alone``."""
    abis: tuple[str, ...]
    records: tuple[RecordAcross, ...]
    not_checked: tuple[NotChecked, ...] = ()
    absent: tuple[Absent, ...] = ()
    notes: tuple[str, ...] = ()
