# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds headers that programs can no longer include, or no longer compile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.changes.measures import some
from abicheck.checks.changes.wording import listed
from abicheck.checks.facts import Hit
from abicheck.model import Span, Victim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.changes.facts import TreeChange
    from abicheck.model import Rule


def broken(facts: TreeChange, _rule: Rule) -> Iterator[Hit]:
    """Headers that programs could include and that no longer compile, once for each error."""
    for found in facts.broken:
        others = found.others
        verb = "does" if len(others) == 1 else "do"
        yield Hit(
            span=found.span,
            subject=found.include,
            abis=found.abis,
            fields=(("include", found.include), ("reason", found.reason)),
            consequence=f"neither {verb} {listed(others)}" if others else "",
            kind="broken",
            victims=(Victim.SOURCE,),
        )


def removed(facts: TreeChange, _rule: Rule) -> Iterator[Hit]:
    """Headers that the current version exports for nobody, or for fewer ABIs."""
    for lost in facts.lost:
        yield Hit(
            span=Span(lost.path, lost.line, 1),
            subject=lost.include,
            abis=lost.abis,
            fields=(
                ("include", lost.include),
                ("on", f" on {some(lost.abis)}" if lost.kept else ""),
                ("what", "is no longer exported" if lost.kept else "is gone"),
            ),
            consequence=f"{lost.heir} defines what it did" if lost.heir else "",
            suggestion=f"Keep {lost.include}, with #include <{lost.heir}> in it."
            if lost.heir
            else "",
            kind="removed",
            victims=(Victim.SOURCE,),
            older=Span(lost.path, lost.line, 1),
        )
