# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds typedefs that stand for another type, with all that changes through them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from abicheck.abis import get
from abicheck.checks.changes import measures
from abicheck.checks.changes.followers import followers
from abicheck.checks.changes.numbers import on
from abicheck.checks.changes.retyping import signedness
from abicheck.checks.facts import Hit
from abicheck.model import Breaks, ScalarKind, Severity, Shift, Side, Victim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.checks.changes.facts import ConstantChange, ConstantsChange, RecordChange
    from abicheck.model import Rule

    _Pair: TypeAlias = tuple[ScalarKind | None, ScalarKind | None]
    _Rows: TypeAlias = dict[str, _Pair]

_KINDS = tuple(ScalarKind)
_WORD = re.compile(r"[A-Za-z_]\w*")


def changed(facts: ConstantsChange, _rule: Rule) -> Iterator[Hit]:
    """Typedefs of another width, another sign or another kind, but for those made of such."""
    found = {change.name: rows for change in facts.declared if (rows := _rows(change))}
    for change in facts.declared:
        if change.name in found and not _is_made_of(change, frozenset(found)):
            yield _hit(change, found[change.name], facts.users.get(change.name, ()))


def _rows(change: ConstantChange) -> _Rows:
    """By ABI: the old and the new type, where a program can tell them apart."""
    if change.old is None or change.new is None:
        return {}
    if {change.old.kind, change.new.kind} != {"typedef"}:
        return {}
    now = change.new.by_abi
    both = (
        (abi, _kind(old), _kind(now[abi])) for abi, old in change.old.by_abi.items() if abi in now
    )
    alike = change.old.text == change.new.text
    return {abi: (old, new) for abi, old, new in both if not _is_one(abi, old, new, alike=alike)}


def _kind(rank: int | None) -> ScalarKind | None:
    return None if rank is None else _KINDS[rank]


def _is_one(abi: str, old: ScalarKind | None, new: ScalarKind | None, *, alike: bool) -> bool:
    """Whether two types are one; of what is no integer its words tell."""
    if old is None or new is None:
        return alike
    return _size(abi, old) == _size(abi, new) and signedness(old) == signedness(new)


def _size(abi: str, kind: ScalarKind | None) -> int | None:
    return None if kind is None else dict(get(abi).scalars)[kind].size


def _is_made_of(change: ConstantChange, others: frozenset[str]) -> bool:
    """Whether a typedef is written as it was, with another one that changed."""
    assert change.old is not None  # it has rows
    assert change.new is not None
    words = {*_WORD.findall(change.new.text)}
    return change.old.text == change.new.text and not words.isdisjoint(others)


def _hit(
    change: ConstantChange,
    rows: _Rows,
    users: Sequence[RecordChange],
) -> Hit:
    assert change.old is not None  # it has rows
    assert change.new is not None
    wider = [abi for abi, pair in rows.items() if None not in pair and len(_sizes(abi, pair)) > 1]
    severity, breaks = measures.weight(wider) if wider else (Severity.WARNING, Breaks.SOURCE)
    both = () if breaks is Breaks.SOURCE else (Victim.OLD_PROGRAM, Victim.NEW_PROGRAM)
    return Hit(
        span=change.new.span,
        older=change.old.span,
        subject=change.name,
        abis=tuple(rows),
        fields=(
            ("name", change.name),
            ("what", _what(change, rows, wider)),
            ("on", on(rows, change)),
        ),
        consequence="; ".join(followers(users)),
        suggestion=f"typedef {change.old.text} {change.name};",
        severity=severity,
        breaks=breaks,
        kind="typedef",
        victims=(*both, Victim.SOURCE),
        shifts=_shifts(rows),
    )


def _sizes(abi: str, pair: _Pair) -> set[int | None]:
    return {_size(abi, kind) for kind in pair}


def _what(change: ConstantChange, rows: _Rows, wider: Sequence[str]) -> str:
    """``stands for __u64 now, for __u32 before: it takes 8 bytes instead of 4``."""
    assert change.old is not None  # it has rows
    assert change.new is not None
    abi = wider[0] if wider else next(iter(rows))
    words = (change.old.text, change.new.text)
    if words[0] == words[1]:
        words = (str(rows[abi][0]), str(rows[abi][1]))
    old, new = (_size(abi, kind) for kind in rows[abi])
    amount = f": it takes {new} bytes instead of {old}" if wider else ""
    return f"stands for {words[1]} now, for {words[0]} before{amount}"


def _shifts(rows: _Rows) -> tuple[Shift, ...]:
    found: dict[tuple[Side, Side], list[str]] = {}
    for abi, kinds in rows.items():
        old, new = (Side(size=_size(abi, kind), text=str(kind or "")) for kind in kinds)
        found.setdefault((old, new), []).append(abi)
    return tuple(Shift(abis=tuple(abis), old=old, new=new) for (old, new), abis in found.items())
