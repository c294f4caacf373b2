# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which records move members because one that they hold by value has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.diff.causes import Why, is_inherited, moves
from abicheck.diff.members import scopes
from abicheck.model import is_reserved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abicheck.diff.members import Slot
    from abicheck.model import MemberLayout, RecordLayout


def displaced(changes: Iterable[tuple[str, RecordLayout, RecordLayout]]) -> Mapping[str, set[str]]:
    """By record: the others in which a member that programs read moves because of it.

    ``changes`` are records by name with a layout before and after, under any ABI. A record that
    changes only through another one passes the blame on.
    """
    found: dict[str, set[str]] = {}
    inner: dict[str, set[str]] = {}
    for name, old, new in changes:
        inner.setdefault(name, set()).update(_changed_inside(old, new))
        for culprit in _culprits(old, new):
            found.setdefault(culprit, set()).add(name)
    for name in list(found):
        waiting, seen = list(inner.get(name, ())), {name}
        while waiting:
            deeper = waiting.pop()
            if deeper not in seen:
                seen.add(deeper)
                found.setdefault(deeper, set()).update(found[name])
                waiting += inner.get(deeper, ())
    return found


def held(old: RecordLayout, new: RecordLayout) -> frozenset[str] | None:
    """The records held by value, if nothing differs but what is in them; None if more does."""
    names: set[str] = set()
    for scope in scopes(old, new):
        for item in scope.members:
            if item.old is None or item.new is None or item.distance or item.renamed:
                return None
            was, now = item.old.placed, item.new.placed
            if is_inherited(item):
                names.update(_names((item.new,)))
            elif _is_inline(now) and _is_inline(was):
                continue  # a scope of its own
            elif (was.bit_size, was.member.type_text) != (now.bit_size, now.member.type_text):
                return None
    return frozenset(names)


def _culprits(old: RecordLayout, new: RecordLayout) -> Iterator[str]:
    """The records, held by value, that move some member."""
    for move in moves(old, new):
        told = (item.new for item in (move.first, *move.follows))
        if move.cause.why is Why.INHERITED and any(s and not is_reserved(s.name) for s in told):
            yield from _names((*move.cause.new, *move.cause.old))


def _changed_inside(old: RecordLayout, new: RecordLayout) -> Iterator[str]:
    """The records, held by value, that have another size."""
    for scope in scopes(old, new):
        for item in scope.members:
            if item.old and item.new and item.old.size != item.new.size and is_inherited(item):
                yield from _names((item.new,))


def _is_inline(placed: MemberLayout) -> bool:
    return placed.element is not None and placed.element.record.name is None


def _names(slots: Iterable[Slot]) -> Iterator[str]:
    for slot in slots:
        inner = slot.placed.element
        if inner is not None and inner.record.name is not None:
            yield inner.record.name
