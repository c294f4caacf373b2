# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells why members move: each cause once, with all that follows from it."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.diff.members import Key, Slot, scopes
from abicheck.model import is_reserved, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.diff.members import Matched, Scope
    from abicheck.model import Leaf, MemberLayout, RecordLayout


class Why(StrEnum):
    """What makes a member move."""

    INSERTED = "inserted"
    REMOVED = "removed"
    REPLACED = "replaced"
    """Some members went and others came in their place."""
    RESIZED = "resized"
    INHERITED = "inherited"
    """A record with a name of its own, in front of it, has another size: told there."""
    REORDERED = "reordered"
    OVERLAID = "overlaid"
    """What stood in front of it now shares its bytes, as arms of one union."""
    SEPARATED = "separated"
    """What shared its bytes stands in front of it now."""
    ALIGNED = "aligned"
    """It, or an unnamed record around it, has another alignment."""
    PACKED = "packed"
    """The record itself is packed otherwise."""
    OTHER = "other"


class Cause(Struct, frozen=True, eq=False):
    """What moves members, and the members that do it by paths."""

    why: Why
    old: tuple[Slot, ...] = ()
    """Members that are gone, or as they were."""
    new: tuple[Slot, ...] = ()
    """Members that are new, or as they are."""

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for one cause under several ABIs: members that do it in two ways are one."""
        names = tuple(s.path for s in self.old), tuple(s.path for s in self.new)
        return names if any(names) else (self.why,)


class Move(Struct, frozen=True, eq=False):
    """The first member that a cause moves, and those that follow."""

    scope: Scope
    first: Matched
    cause: Cause
    follows: tuple[Matched, ...]

    @property
    def told(self) -> tuple[Matched, ...]:
        """What it moves and somebody reads; what has another width too is told as that."""
        return tuple(m for m in (self.first, *self.follows) if _is_read(*m.sides))


def _is_read(old: Slot, new: Slot) -> bool:
    """Whether a program looks for a member there, rather than for where the record ends."""
    if is_reserved(new.name) or marks_end(new.placed):
        return False
    plain = old.placed.element is None and new.placed.element is None
    return not plain or old.size == new.size or old.placed.count != new.placed.count


def marks_end(placed: MemberLayout) -> bool:
    """Whether a member holds nothing and says so: ``char end[]``, wherever the record ends."""
    name = placed.member.name or ""
    return not placed.bit_size and placed.count == 0 and name.strip("_") == "end"


def moves(old: RecordLayout, new: RecordLayout) -> tuple[Move, ...]:
    """Every cause that moves a member of the record's own body, in order."""
    return _moves(Key(old, new))


@lru_cache(maxsize=4096)
def _moves(key: Key) -> tuple[Move, ...]:
    return tuple(found for scope in scopes(key.old, key.new) for found in _in_scope(scope))


def _in_scope(scope: Scope) -> Iterator[Move]:
    cause: Cause | None = None
    moved: list[Matched] = []
    running = 0
    for index, item in enumerate(scope.members):
        if item.old is None or item.new is None or item.new.name is None:
            continue
        if item.distance != running:
            found = _cause(scope, index)
            if found is not None and not _continues(cause, found):
                if cause and moved:
                    yield Move(scope, moved[0], cause, tuple(moved[1:]))
                cause, moved = found, []
            running = item.distance
        if item.distance:
            moved.append(item)
    if moved:
        yield Move(scope, moved[0], cause or Cause(Why.OTHER), tuple(moved[1:]))


def _continues(known: Cause | None, found: Cause) -> bool:
    """Whether it is the same cause again: what one jumps over, others make room for."""
    if known is None:
        return False
    if found.why is Why.REORDERED:
        return known.why is Why.REORDERED
    ours = {slot.path for slot in (*found.old, *found.new)}
    return bool(ours) and ours <= {slot.path for slot in (*known.old, *known.new)}


def _cause(scope: Scope, index: int) -> Cause | None:
    """Why a member moves further than those before it; None where only padding gives way."""
    item = scope.members[index]
    old, new = item.sides
    window = _window(scope.members[:index])
    came = [m.new for m in window if m.new and not m.old and m.new.end <= new.offset]
    went = [m.old for m in window if m.old and not m.new and m.old.end <= old.offset]
    if came or went:
        why = Why.REPLACED if came and went else Why.INSERTED if came else Why.REMOVED
        return Cause(why, tuple(went), tuple(came))
    jumped = _jumped(scope.members, item)
    if jumped:
        return Cause(Why.REORDERED, (), jumped)
    shared = _shared(scope.members, item)
    if shared is not None:
        return shared
    sized = [m for m in window if m.old and m.new and m.old.size != m.new.size]
    if sized:
        why = Why.INHERITED if all(map(is_inherited, sized)) else Why.RESIZED
        olds, news = zip(*(m.sides for m in sized), strict=True)
        return Cause(why, olds, news)
    before, after = scope.old.record, scope.new.record
    if (before.packed, before.pack) != (after.packed, after.pack):
        return Cause(Why.PACKED)
    if old.align != new.align:
        return _aligned(scope, old, new)
    return None


def _window(members: Sequence[Matched]) -> Sequence[Matched]:
    """What stands in front since the last member that ends where all before it end, unchanged."""
    start = furthest_old = furthest_new = 0
    for index, item in enumerate(members):
        furthest_old = max(furthest_old, item.old.end if item.old else 0)
        furthest_new = max(furthest_new, item.new.end if item.new else 0)
        if item.old is None or item.new is None or item.old.size != item.new.size:
            continue
        if (item.old.end, item.new.end) == (furthest_old, furthest_new):
            start = index + 1
    return members[start:]


def _jumped(members: Sequence[Matched], item: Matched) -> tuple[Slot, ...]:
    """The members that stood on its other side."""
    old, new = item.sides
    return tuple(
        other.new
        for other in members
        if other.old
        and other.new
        and other.new.name
        and (other.old.order < old.order) != (other.new.order < new.order)
    )


def _shared(members: Sequence[Matched], item: Matched) -> Cause | None:
    """A member that was in front of it in one version and beside it, in a union, in the other."""
    old, new = item.sides
    for other in members:
        if other.old and other.new and other is not item and other.new.name:
            was = other.old.end <= old.offset
            now = other.new.end <= new.offset
            if was and not now:
                return Cause(Why.OVERLAID, (other.old,), ())
            if now and not was and other.new.order < new.order:
                return Cause(Why.SEPARATED, (), (other.new,))
    return None


def is_inherited(item: Matched) -> bool:
    """Whether a member is a record with a name of its own, and as many of them as before."""
    if item.old is None or item.new is None:
        return False
    was, now = item.old.placed, item.new.placed
    return (
        was.element is not None
        and now.element is not None
        and was.element.record.name is not None
        and was.element.record.name == now.element.record.name
        and was.count == now.count
    )


def _aligned(scope: Scope, old: Slot, new: Slot) -> Cause:
    """What gives a member, or the unnamed record around it, its new alignment."""
    stricter, looser = (new, old) if new.align > old.align else (old, new)
    if old.placed.bit_align == new.placed.bit_align:
        found = _beside(scope, stricter, new is stricter)
    else:
        found = _inside(stricter, looser)
    why = Why.INHERITED if any(_is_named(slot) for slot in found) else Why.ALIGNED
    return Cause(why, (), found) if new is stricter else Cause(why, found, ())


def _beside(scope: Scope, slot: Slot, is_new: bool) -> tuple[Slot, ...]:
    """Members of one version only that share an unnamed record with the member and align it."""
    others = (m.new if is_new else m.old for m in scope.members if not (m.old and m.new))
    return tuple(s for s in others if s and s.align == slot.align and s.offset < slot.end)[:1]


def _inside(stricter: Slot, looser: Slot) -> tuple[Slot, ...]:
    """The innermost member that gives a member its alignment, and did not in the other version."""
    known = _alignments(looser)
    deepest: Leaf | None = None
    for leaf in _leaves(stricter):
        align = leaf.placed.bit_align
        if align == stricter.align and known.get(leaf.path) != align and leaf.placed.member.name:
            deepest = leaf
    if deepest is None:
        return (stricter,) if _is_named(stricter) else ()
    path = f"{stricter.path}.{deepest.path}"
    return (_slot(path, deepest),)


def _slot(path: str, leaf: Leaf) -> Slot:
    placed = leaf.placed
    return Slot(
        name=placed.member.name,
        path=path,
        offset=leaf.bit_offset,
        size=placed.bit_size,
        align=placed.bit_align,
        order=0,
        placed=placed,
    )


def _alignments(slot: Slot) -> dict[str, int]:
    return {leaf.path: leaf.placed.bit_align for leaf in _leaves(slot)}


def _leaves(slot: Slot) -> Iterator[Leaf]:
    """What the member's body in place holds; nothing of records with names."""
    inner = slot.placed.element
    if inner is not None and inner.record.name is None:
        yield from walk(inner, into_named=False)


def _is_named(slot: Slot) -> bool:
    return slot.placed.element is not None and slot.placed.element.record.name is not None
