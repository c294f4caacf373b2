# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds records that a 32-bit program and its 64-bit kernel lay out differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit
from abicheck.checks.leaves import by_abi, leaves, member_evidence, pairs
from abicheck.model import Breaks, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import RecordFacts
    from abicheck.model import RecordLayout, Rule


def offset(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """Members at another offset although every width agrees: alignment alone moves them."""
    if not facts.crosses:
        return
    done: set[str] = set()
    for small, narrow, large, wide in pairs(facts.across):
        moved = _moved(narrow, wide)
        if not moved or moved[0] in done:
            continue
        done.add(moved[0])
        yield _hit(facts, small, narrow, large, wide, moved)


def _moved(narrow: RecordLayout, wide: RecordLayout) -> list[str]:
    """The members that lie elsewhere; none where a width differs, which is another fault."""
    here, there = leaves(narrow), leaves(wide)
    shared = [path for path in there if path in here]
    for path in shared:
        one, other = here[path].placed, there[path].placed
        if one.element is None and one.bit_size != other.bit_size:
            return []
    return [path for path in shared if here[path].bit_offset != there[path].bit_offset]


def _hit(
    facts: RecordFacts,
    small: str,
    narrow: RecordLayout,
    large: str,
    wide: RecordLayout,
    moved: list[str],
) -> Hit:
    path = moved[0]
    here, there = leaves(narrow)[path], leaves(wide)[path]
    distance = there.bit_offset - here.bit_offset
    later = [
        other
        for other in moved[1:]
        if leaves(wide)[other].bit_offset - leaves(narrow)[other].bit_offset == distance
    ]
    layouts = by_abi(facts.across)
    affected = tuple(
        abi
        for abi, layout in layouts.items()
        if path in leaves(layout) and leaves(layout)[path].bit_offset != there.bit_offset
    )
    return Hit(
        span=there.placed.member.span,
        subject=f"{facts.across.name}.{path}",
        abis=affected,
        evidence=member_evidence(facts.across, path),
        fields=(
            ("member", path),
            ("small", small),
            ("large", large),
            ("here", str(here.bit_offset // 8)),
            ("there", str(there.bit_offset // 8)),
        ),
        consequence=_consequence(later, distance // 8),
        severity=Severity.ERROR,
        breaks=Breaks.COMPAT,
    )


def _consequence(later: list[str], distance: int) -> str:
    if not later:
        return ""
    members = "member moves" if len(later) == 1 else "members move"
    return f"and {len(later)} later {members} by the same {abs(distance)} bytes"
