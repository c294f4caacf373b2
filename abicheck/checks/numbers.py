# SPDX-License-Identifier: GPL-2.0-or-later
"""This module judges the numbers that one header gives to names."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit
from abicheck.checks.reading import read
from abicheck.checks.source import replaced
from abicheck.checks.spaces import homes, is_marker, spaces
from abicheck.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import HeaderFacts
    from abicheck.checks.spaces import Constant, Space
    from abicheck.families.scan import Enumerator
    from abicheck.model import Rule

_NAMED = re.compile(r"\(*\s*([A-Za-z_]\w*)\s*(?:([-+])\s*1)?\s*\)*")
_MOST = 100
"""Markers, comments and overlaps that are looked at in one header; hostile ones have no end."""
_LONGEST = 200
"""Characters that a flag is written in."""
_BOUND = re.compile(r"(\w+_)(?:MAX|LAST|NUM|COUNT|CNT)_*$|(\w+?_)LAST_\w+$")
_NEXT = re.compile(
    r"\bnext(?: free)?(?: (?:number|value|id|one))? is\s+(0[xX][0-9a-fA-F]+|\d+)", re.IGNORECASE
)
_SHIFT = re.compile(r"\(*\s*(?:1[uUlL]*\s*<<|(?:_BITULL?|BIT(?:_ULL)?)\s*\()\s*[\w() +]+\)*")
_HEX_BIT = re.compile(r"\(*0[xX]0*[1248]0*[uUlL]*\)*")
_COMBINED = re.compile(
    r"\w*(?:MASK|ALL|BITS|FLAGS|VALID|SUPPORTED|DEFAULT|TYPE|SHIFT|MAX|MIN|NONE|RESERVED)\w*"
)


def stale_marker(header: HeaderFacts, _rule: Rule) -> Iterator[Hit]:
    """Markers that say what once was the last number, and comments that say which is next."""
    markers = (
        (space, constant)
        for space in spaces(header)
        for constant in space.constants
        if constant.marker and constant.body and _survives(header, constant)
    )
    for space, marker in islice(markers, _MOST):
        beyond = _beyond(header, space, marker)
        if beyond is not None:
            yield _stale(header, marker, beyond)
    yield from _next_hits(header)


def _survives(header: HeaderFacts, constant: Constant) -> bool:
    return read(header).is_exported(constant.line)


def _beyond(header: HeaderFacts, space: Space, marker: Constant) -> Constant | None:
    """The largest member above what the marker says is the last; None where it is right."""
    match = _NAMED.fullmatch(marker.body)
    if match is None:
        number = marker.body.strip("() ").isdigit() and space.constants[-1] is marker
        return _largest(space, marker) if number else None
    if is_marker(match[1]) or match[1].startswith("__"):
        return None
    home = homes(header).get(match[1])
    return _largest(home, marker) if home is not None else None


def _largest(space: Space, marker: Constant) -> Constant | None:
    """The largest of a marker's kin, where they are counted through and one is beyond it."""
    kin = [c for c in _kin(space, marker) if _together(c, marker) and c.number >= 0]
    beyond = [c for c in kin if c.number > marker.number]
    numbers = {constant.number for constant in kin}
    if len(kin) < 3 or not beyond or min(c.number for c in beyond) != marker.number + 1:
        return None
    dense = (max(numbers) - min(numbers)) * 3 <= len(numbers) * 4
    return max(beyond, key=lambda constant: constant.number) if dense else None


def _kin(space: Space, marker: Constant) -> list[Constant]:
    """The members that a marker is about: those that share its prefix."""
    name = marker.name.lstrip("_")
    match = _BOUND.match(name)
    if match is None:
        return []
    return [c for c in space.members if c.name.lstrip("_").startswith(match[1] or match[2])]


def _together(one: Constant, other: Constant) -> bool:
    return set(one.condition) <= set(other.condition) or set(other.condition) <= set(one.condition)


def _stale(header: HeaderFacts, marker: Constant, beyond: Constant) -> Hit:
    match = _NAMED.fullmatch(marker.body)
    named = match is not None and not match[1].isdigit()
    mended = marker.body.replace(match[1], beyond.name) if match and named else str(beyond.number)
    return Hit(
        span=Span(header.path, marker.line, 1),
        subject=marker.name,
        fields=(
            ("what", f"{marker.name} is {marker.number}"),
            ("other", f"{beyond.name} is {beyond.number}"),
        ),
        suggestion=f"{marker.name} = {mended}"
        if "define" not in header.lines[marker.line - 1]
        else f"#define {marker.name} {mended}",
    )


def _next_hits(header: HeaderFacts) -> Iterator[Hit]:
    """Comments that name the next number of the macros below them, and are behind."""
    found = (
        (line + text.count("\n", 0, match.start()), match)
        for line, text in header.text.comments
        if (match := _NEXT.search(text))
    )
    said = list(islice(found, _MOST))
    for index, (line, match) in enumerate(said):
        stop = said[index + 1][0] if index + 1 < len(said) else line + 400
        number = int(match[1], 0)
        below = [
            constant
            for space in spaces(header)
            if not space.enum
            for constant in space.constants
            if line < constant.line < stop
        ]
        largest = max(below, key=lambda constant: constant.number, default=None)
        if largest is not None and largest.number == number:
            new = f"0x{number + 1:04x}" if match[1][:2] in ("0x", "0X") else str(number + 1)
            text = header.lines[line - 1].replace(match[1], new)
            yield Hit(
                span=Span(header.path, line, 1),
                subject=f"{largest.name}: next",
                fields=(
                    ("what", f"the comment says that {match[1]} is the next number"),
                    ("other", f"{largest.name} has taken it"),
                ),
                suggestion=text.strip(),
                edits=(replaced(header, line, text),),
            )


def implicit_number(header: HeaderFacts, rule: Rule) -> Iterator[Hit]:
    """Enums of numbers that backports take one by one, and whose places count them."""
    names = rule.parameter("spaces")
    shared = re.compile("|".join(names) if isinstance(names, tuple) else "$.")
    groups: dict[str, list[Enumerator]] = defaultdict(list)
    for enumerator in header.text.enumerators:
        if shared.fullmatch(enumerator.name) and not is_marker(enumerator.name):
            groups[enumerator.tag or enumerator.name].append(enumerator)
    for tag, rows in groups.items():
        implicit = [one for one in rows if one.expression is None and one.before is not None]
        if implicit and len(rows) > 1:
            yield _implicit_hit(header, tag, implicit)


def _implicit_hit(header: HeaderFacts, tag: str, implicit: list[Enumerator]) -> Hit:
    first = implicit[0]
    number = header.around.named(first.name)
    more = f"so have {len(implicit) - 1} more of enum {tag}" if len(implicit) > 1 else ""
    return Hit(
        span=Span(header.path, first.line, 1),
        subject=f"enum {tag}" if tag != first.name else first.name,
        fields=(("name", first.name),),
        consequence=more,
        suggestion=f"{first.name} = {number}," if number is not None else "",
    )


def flag_overlap(header: HeaderFacts, _rule: Rule) -> Iterator[Hit]:
    """Two names for one bit among flags, and flags that are no bits."""
    found = (
        hit
        for space in spaces(header)
        for flags in _flags(space)
        if _survives(header, flags[0])
        for hit in _shared_bits(header, flags)
    )
    yield from islice(found, _MOST)


def _flags(space: Space) -> Iterator[list[Constant]]:
    """The constants of one word: of one prefix, counted upwards, most of them single bits."""
    by_prefix: dict[str, list[list[Constant]]] = defaultdict(list)
    for constant in space.members:
        words = by_prefix[constant.name.lstrip("_").split("_")[0]]
        if not words or _restarts(words[-1], constant):
            words.append([])
        words[-1].append(constant)
    for rows in (row for words in by_prefix.values() for row in words):
        bits = [c for c in rows if _is_bit(c)]
        shifts = [c for c in bits if _SHIFT.fullmatch(c.body)]
        if len(bits) >= 3 and len(bits) * 4 >= len(rows) * 3 and len(shifts) * 2 >= len(bits):
            yield rows


def _is_bit(constant: Constant) -> bool:
    """Whether it is a single bit, and written as one."""
    number = constant.number
    if len(constant.body) > _LONGEST:
        return False
    written = _SHIFT.fullmatch(constant.body) or _HEX_BIT.fullmatch(constant.body)
    return written is not None and number > 0 and number & (number - 1) == 0


def _restarts(rows: list[Constant], constant: Constant) -> bool:
    """Whether a flag begins another word: it lies well below the one before it."""
    return 0 < constant.number < rows[-1].number >> 1


def _shared_bits(header: HeaderFacts, flags: list[Constant]) -> Iterator[Hit]:
    taken: dict[int, Constant] = {}
    for flag in flags:
        if not _is_bit(flag) or _COMBINED.fullmatch(flag.name):
            continue
        known = taken.get(flag.number)
        if known is None or not _together(known, flag):
            taken.setdefault(flag.number, flag)
        elif not _is_told(header, known, flag):
            yield _overlap_hit(header, known, flag, flags)


def _is_told(header: HeaderFacts, known: Constant, flag: Constant) -> bool:
    """Whether a comment speaks of both names, or stands beside both: they share on purpose."""
    beside = {line for line, _ in header.text.comments}
    both = any(known.name in text and flag.name in text for _, text in header.text.comments)
    return both or {known.line, flag.line} <= beside


def _overlap_hit(
    header: HeaderFacts, known: Constant, flag: Constant, flags: list[Constant]
) -> Hit:
    used = 0
    for other in flags:
        used |= max(0, other.number)
    bit = used.bit_length()
    return Hit(
        span=Span(header.path, flag.line, 1),
        subject=flag.name,
        fields=(
            ("name", flag.name),
            ("other", known.name),
            ("bit", str(flag.number.bit_length() - 1)),
        ),
        suggestion=f"Bit {bit} is the first above all of them."
        if bit < 32
        else f"If both mean the same: {flag.name} as {known.name}.",
    )
