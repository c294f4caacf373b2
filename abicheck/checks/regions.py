# SPDX-License-Identifier: GPL-2.0-or-later
"""This module compares constants that state a record's size or offsets with the record."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit, Role
from abicheck.checks.leaves import by_abi, own, size_evidence
from abicheck.checks.once import once
from abicheck.checks.words import short
from abicheck.model import Span, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import HeaderFacts, RecordFacts
    from abicheck.families.scan import Macro
    from abicheck.model import RecordLayout, Rule

_VERSION = re.compile(r"(\w+)_SIZE_VER\d+")
_NUMBER = re.compile(r"\(?\s*(0[xX][0-9a-fA-F]+|[1-9]\d*|0)[uU]?[lL]{0,2}\s*\)?")


def fixed(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """``X_SIZE_VERn`` at no member's end; ``X_SIZE`` and ``X_MEMBER_OFFSET`` of mapped records."""
    tag = short(facts.across.name).upper()
    mapped = any(use.role is Role.MAPPED for use in facts.uses)
    for macro, value in _sizes(facts.header):
        version = _VERSION.fullmatch(macro.name)
        if version and _names(version[1], tag):
            what = "which is the end of none of its members"
            stated = {abi: value in _ends(layout) for abi, layout in by_abi(facts.across).items()}
        elif mapped and macro.name in (f"{tag}_SIZE", f"SIZEOF_{tag}"):
            what = "which is not its size"
            stated = {abi: value == layout.size for abi, layout in by_abi(facts.across).items()}
        elif mapped and macro.name.endswith("_OFFSET"):
            member = macro.name.removesuffix("_OFFSET").removeprefix(f"{tag}_")
            what = f"which is not the offset of {member.lower()}"
            offsets = {abi: _offset(layout, member) for abi, layout in by_abi(facts.across).items()}
            stated = {abi: at in (None, value) for abi, at in offsets.items()}
        else:
            continue
        wrong = tuple(abi for abi, right in stated.items() if not right)
        if wrong:
            yield Hit(
                span=Span(facts.header.path, macro.line, 1),
                subject=macro.name,
                abis=wrong,
                evidence=size_evidence(facts.across),
                fields=(
                    ("name", macro.name),
                    ("value", str(value)),
                    ("record", facts.across.name),
                    ("what", what),
                ),
            )


@once(2)
def _sizes(header: HeaderFacts) -> tuple[tuple[Macro, int], ...]:
    """The macros that are numbers and named like a size or an offset, with their values."""
    numbers = (
        (macro, _NUMBER.fullmatch(macro.body))
        for macro in header.text.macros
        if macro.params is None and ("SIZE" in macro.name or macro.name.endswith("_OFFSET"))
    )
    return tuple((macro, int(number[1], 0)) for macro, number in numbers if number is not None)


def _names(stem: str, tag: str) -> bool:
    """Whether a constant's words are the record's, some of the middle ones left out."""
    words, theirs = stem.split("_"), tag.strip("_").split("_")
    left = iter(theirs)
    return words[0] == theirs[0] and all(word in left for word in words)


def _ends(layout: RecordLayout) -> set[int]:
    """Bytes from the start to where a version of the record may have ended.

    That is behind any member, also one of a record inside: it may have been the last of its day.
    """
    ends = {(leaf.bit_offset + leaf.placed.bit_size) // 8 for leaf in walk(layout)}
    return ends | {layout.size}


def _offset(layout: RecordLayout, member: str) -> int | None:
    return next((leaf.bit_offset // 8 for leaf in own(layout) if leaf.path.upper() == member), None)
