# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells why two ABIs lay one declaration out differently, each cause once.

Every aggregate that a record's own body declares is looked at by itself, from its own start: what
lies inside a record with a name is that record's affair.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.checks.leaves import named_first, pairs
from abicheck.model import is_copy, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import MemberLayout, RecordAcross, RecordLayout, Span


class Moved(Struct, frozen=True, kw_only=True, eq=False):
    """The first member of an aggregate that alignment puts elsewhere."""

    path: str
    index: int
    """Its place among the aggregate's members."""
    narrow: RecordLayout
    """The aggregate."""
    wide: RecordLayout
    follows: int
    """Later members of the aggregate that move by the same distance."""
    because: str | None = None
    """The member before it whose record has another size; None where its own alignment moves it."""

    @property
    def distance(self) -> int:
        """Bits by which it lies further on under the wide layout."""
        return self.wide.members[self.index].bit_offset - self.narrow.members[self.index].bit_offset


class Tail(Struct, frozen=True, kw_only=True, eq=False):
    """An aggregate that is padded differently at its end."""

    path: str
    """Empty for the record itself."""
    narrow: RecordLayout
    wide: RecordLayout


def moved(narrow: RecordLayout, wide: RecordLayout, prefix: str = "") -> Iterator[Moved]:
    """What alignment moves, once for each aggregate; what a pointer or a long moves is left out."""
    if narrow is wide:
        return
    if narrow.record.kind == "struct":
        yield from _first(narrow, wide, prefix)
    for path, one, other in _inner(narrow, wide, prefix):
        yield from moved(one, other, path)


def moved_in_pairs(across: RecordAcross) -> set[Span]:
    """The declarations of the members that alignment moves inside a compat pair."""
    return {
        first.wide.members[first.index].member.span
        for _, narrow, _, wide in pairs(across)
        for first in moved(narrow, wide)
    }


def tails(narrow: RecordLayout, wide: RecordLayout, path: str = "") -> Iterator[Tail]:
    """Aggregates whose ends are padded differently, where that shows from outside them."""
    if narrow is wide or not stable(narrow, wide):
        return
    if padding(narrow) != padding(wide) and narrow.size != wide.size:
        yield Tail(path=path.removesuffix("."), narrow=narrow, wide=wide)
    if narrow.record.kind == "union" and narrow.size == wide.size:
        return
    for inner, one, other in _inner(narrow, wide, path):
        yield from tails(one, other, inner)


def padding(layout: RecordLayout) -> int:
    """Bits after the last member, or after the largest arm."""
    return layout.bit_size - end_of(layout)


def end_of(layout: RecordLayout) -> int:
    """Bits from the start of a record to the end of its last member, or of its largest arm."""
    return max((placed.bit_offset + placed.bit_size for placed in layout.members), default=0)


def stable(narrow: RecordLayout, wide: RecordLayout) -> bool:
    """Whether every scalar in the two has the same width: no pointer, long or the like."""
    return narrow is wide or _widths(_Pair(narrow, wide))


class _Pair:
    """Two layouts as a key, by identity."""

    __slots__ = ("narrow", "wide")

    def __init__(self, narrow: RecordLayout, wide: RecordLayout) -> None:
        self.narrow, self.wide = narrow, wide

    def __hash__(self) -> int:
        return hash((id(self.narrow), id(self.wide)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Pair) and other.narrow is self.narrow and other.wide is self.wide


@lru_cache(maxsize=1024)
def _widths(pair: _Pair) -> bool:
    here = [leaf.placed for leaf in walk(pair.narrow)]
    there = [leaf.placed for leaf in walk(pair.wide)]
    return len(here) == len(there) and all(map(_as_wide, here, there))


def _as_wide(one: MemberLayout, other: MemberLayout) -> bool:
    """Whether a member is no wider than the other by itself."""
    if one.element is not None and other.element is not None:
        return one.count == other.count
    return one.bit_size == other.bit_size


def _same_width(one: MemberLayout, other: MemberLayout) -> bool:
    """Whether no scalar in a member is wider than in the other."""
    if one.element is None or other.element is None:
        return one.bit_size == other.bit_size
    return one.count == other.count and stable(one.element, other.element)


def _first(narrow: RecordLayout, wide: RecordLayout, prefix: str) -> Iterator[Moved]:
    """The first member that moves, if alignment is what moves it."""
    ends = (0, 0)
    grown: MemberLayout | None = None
    for index, (one, other) in enumerate(zip(narrow.members, wide.members, strict=False)):
        if not _same_width(one, other):
            return
        if one.bit_offset != other.bit_offset and one.member.bit_width != 0:
            because: str | None = None
            if ends[0] != ends[1]:
                if grown is None or grown.element is None or grown.element.record.name is None:
                    return
                because = f"{prefix}{grown.member.name}"
            yield Moved(
                path=_path(prefix, one),
                index=index,
                narrow=narrow,
                wide=wide,
                follows=_followers(narrow, wide, index),
                because=because,
            )
            return
        if one.bit_size != other.bit_size:
            grown = one
        ends = (one.bit_offset + one.bit_size, other.bit_offset + other.bit_size)


def _followers(narrow: RecordLayout, wide: RecordLayout, index: int) -> int:
    def distance(at: int) -> int:
        return wide.members[at].bit_offset - narrow.members[at].bit_offset

    later = range(index + 1, min(len(narrow.members), len(wide.members)))
    return sum(distance(at) == distance(index) for at in later)


def _path(prefix: str, placed: MemberLayout) -> str:
    """The member's path; a nameless one has the path of the first name in it."""
    if placed.member.name:
        return f"{prefix}{placed.member.name}"
    inner = placed.element
    if inner is not None and inner.members:
        return _path(prefix, named_first(inner))
    return prefix.removesuffix(".")


def _inner(
    narrow: RecordLayout, wide: RecordLayout, prefix: str
) -> Iterator[tuple[str, RecordLayout, RecordLayout]]:
    """(prefix of its members, layouts) for each aggregate that the body declares in place."""
    for one, other in zip(narrow.members, wide.members, strict=False):
        if one.element is None or other.element is None or one.element.record.name is not None:
            continue
        if is_copy(narrow, one):
            continue
        name = one.member.name
        yield (f"{prefix}{name}." if name else prefix), one.element, other.element
