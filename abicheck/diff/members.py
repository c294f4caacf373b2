# SPDX-License-Identifier: GPL-2.0-or-later
"""This module matches the members of a record before and after: by name, else by their bytes.

A scope is the record itself or a member whose type has its body in place. Offsets count from the
scope's own start, so that what moves as a whole is told once. Records without a name belong to
the scope around them: a member that becomes an arm of an unnamed union keeps its path.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import MemberLayout, RecordLayout


class Slot(Struct, frozen=True, kw_only=True, eq=False):
    """A member in its scope; bits."""

    name: str | None
    path: str
    """From the record's start; empty for an unnamed bit-field."""
    offset: int
    size: int
    align: int
    """The strictest alignment that places it: its own, or that of an unnamed record around it."""
    order: int
    placed: MemberLayout

    @property
    def end(self) -> int:
        """The bit behind its last one."""
        return self.offset + self.size


class Matched(Struct, frozen=True, kw_only=True, eq=False):
    """A member before and after; None where a version does not have it."""

    old: Slot | None
    new: Slot | None
    renamed: bool = False

    @property
    def path(self) -> str:
        """Today's path, or the last one."""
        slot = self.new or self.old
        assert slot is not None  # one of them exists
        return slot.path

    @property
    def sides(self) -> tuple[Slot, Slot]:
        """Both of a member that both versions have."""
        assert self.old is not None
        assert self.new is not None
        return self.old, self.new

    @property
    def distance(self) -> int:
        """Bits by which it has moved; 0 for what only one version has."""
        return self.new.offset - self.old.offset if self.old and self.new else 0


class Scope(Struct, frozen=True, kw_only=True, eq=False):
    """A body before and after, with its members matched."""

    path: str
    """Empty for the record itself."""
    old: RecordLayout
    new: RecordLayout
    members: tuple[Matched, ...]
    """In today's order, those that are gone where they stood."""


class Key:
    """Two layouts, equal to themselves only: comparing layouts costs a walk."""

    __slots__ = ("new", "old")

    def __init__(self, old: RecordLayout, new: RecordLayout) -> None:
        self.old, self.new = old, new

    def __hash__(self) -> int:
        return hash((id(self.old), id(self.new)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and other.old is self.old and other.new is self.new


def scopes(old: RecordLayout, new: RecordLayout) -> tuple[Scope, ...]:
    """The record's own body and every body in place within it, outermost first."""
    return _scopes(Key(old, new))


@lru_cache(maxsize=4096)
def _scopes(key: Key) -> tuple[Scope, ...]:
    return tuple(_walk(key.old, key.new, ""))


def _walk(old: RecordLayout, new: RecordLayout, path: str) -> Iterator[Scope]:
    prefix = f"{path}." if path else ""
    before, after = tuple(_slots(old, prefix)), tuple(_slots(new, prefix))
    scope = Scope(path=path, old=old, new=new, members=tuple(_match(before, after)))
    yield scope
    for found in scope.members:
        if found.old is None or found.new is None:
            continue
        was, now = found.old.placed.element, found.new.placed.element
        if was is None or now is None or was is now:
            continue
        if was.record.name is None or was.record.name != now.record.name:
            yield from _walk(was, now, found.path)


def _slots(layout: RecordLayout, prefix: str) -> Iterator[Slot]:
    for order, (placed, offset, align) in enumerate(_flat(layout, 0, 0)):
        name = placed.member.name
        yield Slot(
            name=name,
            path=f"{prefix}{name}" if name else "",
            offset=offset,
            size=placed.bit_size,
            align=align,
            order=order,
            placed=placed,
        )


def _flat(layout: RecordLayout, base: int, align: int) -> Iterator[tuple[MemberLayout, int, int]]:
    for placed in layout.members:
        inner, strict = placed.element, max(align, placed.bit_align)
        if inner is not None and placed.member.name is None:
            yield from _flat(inner, base + placed.bit_offset, strict)
        else:
            yield placed, base + placed.bit_offset, strict


def _match(before: tuple[Slot, ...], after: tuple[Slot, ...]) -> Iterator[Matched]:
    partner = dict(_partners(before, after))
    taken = {id(slot) for slot in partner.values()}
    gone = [slot for slot in before if id(slot) not in taken]
    for slot in after:
        older = partner.get(slot.order)
        if older is not None:
            while gone and gone[0].order < older.order:
                yield Matched(old=gone.pop(0), new=None)
        yield Matched(old=older, new=slot, renamed=older is not None and older.name != slot.name)
    yield from (Matched(old=slot, new=None) for slot in gone)


def _partners(before: tuple[Slot, ...], after: tuple[Slot, ...]) -> Iterator[tuple[int, Slot]]:
    """(order in the new version, the old slot): by name, then by bytes and type."""
    names = {slot.name: slot for slot in before if slot.name}
    left = {id(slot): slot for slot in before}
    waiting = []
    for slot in after:
        known = names.get(slot.name) if slot.name else None
        if known is None:
            waiting.append(slot)
        elif left.pop(id(known), None) is not None:
            yield slot.order, known
    bytes_of = {_bytes(slot): slot for slot in reversed(left.values())}
    for slot in waiting:
        known = bytes_of.pop(_bytes(slot), None)
        if known is not None:
            yield slot.order, known


def _bytes(slot: Slot) -> tuple[object, ...]:
    """What a member under another name is known by."""
    inner = slot.placed.element
    words = inner.record.name if inner is not None else slot.placed.member.type_text
    return (slot.offset, slot.size, slot.name is None, words, slot.placed.member.bit_width)
