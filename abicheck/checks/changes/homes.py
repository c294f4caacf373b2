# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells where a name is that some ABIs no longer have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.changes.measures import some

if TYPE_CHECKING:
    from abicheck.checks.changes.facts import ConstantChange


def is_in_asm(change: ConstantChange) -> bool:
    """Whether the name went from everybody's headers to those of an architecture."""
    assert change.old is not None  # it is gone
    place = change.elsewhere if change.new is None else change.new.span.path
    return "asm/" in place and "asm/" not in change.old.span.path


def still(change: ConstantChange) -> str:
    """Which header has it still, and for whom; empty where none has."""
    if change.elsewhere:
        return f"{change.elsewhere} has it still, for other ABIs than {some(change.lost)}"
    if change.new is None:
        return ""
    return f"{change.new.span.path} has it still, for {some(tuple(change.new.by_abi))}"
