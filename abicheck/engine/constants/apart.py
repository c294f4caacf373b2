# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds names that are defined only for ABIs that are not compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from abicheck.engine.constants.sides import Side
from abicheck.engine.constants.version import Version, holding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from abicheck.checks.changes.facts import ConstantChange
    from abicheck.export import World


def with_homes(
    changes: Sequence[ConstantChange], others: Callable[[], Iterable[World]]
) -> Iterator[ConstantChange]:
    """The changes; those that lost a name for good with the header that has it elsewhere.

    ``others`` gives the current version's worlds of the ABIs that are left out.
    """
    gone = {change.name for change in changes if _is_shared_loss(change)}
    side = Side(Version({world.abi.name: world for world in others()} if gone else {}), {})
    side.elsewhere = holding(side.version.all, gone)
    for change in changes:
        home = _home(side, change.name) if change.name in side.elsewhere else ""
        yield replace(change, elsewhere=home) if home and _is_shared_loss(change) else change


def _is_shared_loss(change: ConstantChange) -> bool:
    """Whether a header that architectures share has lost it: of ``asm/`` each has its own."""
    return change.new is None and not change.include.startswith("asm/")


def _home(side: Side, name: str) -> str:
    """What programs of one of the ABIs include to have the name; empty for nothing."""
    found = (side.found(name, abi, "", ()) for abi in side.abis)
    return next((one.include for one in found if one is not None), "")
