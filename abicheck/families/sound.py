# SPDX-License-Identifier: GPL-2.0-or-later
"""This module says what is wrong with a family that is well-formed and contradicts itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.model.claims import FamilyKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abicheck.families.schema import AliasRow, FamilyRow, RenumberedRow


def check(row: FamilyRow) -> str | None:
    """The first contradiction of a row, None where it has none."""
    return next(_contradictions(row), None)


def _contradictions(row: FamilyRow) -> Iterator[str]:
    if row.per_arch and not row.arches:
        yield "per_arch needs arches"
    if row.kind not in set(FamilyKind):
        yield f"kind is one of {', '.join(FamilyKind)}, not {row.kind}"
    for key, pattern in _patterns(row):
        try:
            re.compile(pattern)
        except re.error as problem:
            yield f"{key} is no regular expression: {problem}"
    if any(header.startswith("asm/") for header in row.headers) and not row.arches:
        yield "an asm/ header needs arches"
    if row.kind == FamilyKind.IOCTL and not row.magic:
        yield "an ioctl family needs magic"
    for name in _strangers(row):
        yield f"{name} is declared, but is no member"
    for kept in (*row.kept, *row.foreign):
        for span in kept.numbers:
            if not isinstance(span, int) and span[0] > span[1]:
                yield f"kept numbers {span[0]}..{span[1]} run backwards"


def _patterns(row: FamilyRow) -> Iterator[tuple[str, str]]:
    for key in ("names", "excludes", "markers", "members", "fields"):
        yield key, getattr(row, key) or ""
    yield from (("spaces", pattern) for pattern in row.spaces)
    yield from (("sizes", extent.names) for extent in row.sizes)


def _strangers(row: FamilyRow) -> Iterator[str]:
    """The names that a row declares and that do not belong to it."""
    member = re.compile(row.names)
    excluded = re.compile(row.excludes) if row.excludes else None
    groups: Iterable[AliasRow | RenumberedRow] = (*row.aliases, *row.shares, *row.renumbered)
    for group in groups:
        for name in group.names:
            if not member.fullmatch(name) or (excluded and excluded.fullmatch(name)):
                yield name
