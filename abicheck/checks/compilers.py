# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds records that GCC and clang lay out differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit
from abicheck.checks.leaves import own, size_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import RecordFacts
    from abicheck.model import RecordLayout, Rule


def dependent(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """Records whose own body is read in two ways, by the compiler that reads it."""
    found: dict[str, list[str]] = {}
    for group in facts.across.groups:
        reason = group.layout.compiler_dependent
        if reason is not None and not _inherited(group.layout, reason):
            found.setdefault(reason, []).extend(group.abis)
    for reason, abis in found.items():
        yield Hit(
            span=facts.across.groups[0].layout.record.span,
            subject=facts.across.name,
            abis=tuple(abis),
            evidence=size_evidence(facts.across),
            fields=(("reason", reason),),
        )


def _inherited(layout: RecordLayout, reason: str) -> bool:
    """Whether a record with a name of its own brings it in, which is reported there."""
    return any(
        leaf.placed.element is not None
        and leaf.placed.element.record.name is not None
        and leaf.placed.element.compiler_dependent == reason
        for leaf in own(layout)
    )
