# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds enumerators that move because the enum is numbered by position."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.checks.changes.numbers import moved, on, shifts
from abicheck.checks.changes.wording import listed
from abicheck.checks.facts import Hit
from abicheck.model import Severity, Victim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abicheck.checks.changes.facts import ConstantChange, ConstantsChange, Value
    from abicheck.model import Rule, Span


class Push(Struct, frozen=True, kw_only=True):
    """Enumerators that all have another number for one reason."""

    enum: str
    came: tuple[ConstantChange, ...]
    """Those that are new in front of them."""
    went: tuple[ConstantChange, ...]
    """Those that are gone from in front of them."""
    pushed: tuple[ConstantChange, ...]
    bounds: tuple[ConstantChange, ...]
    """Markers that moved with them."""


def pushes(facts: ConstantsChange) -> tuple[Push, ...]:
    """The enumerators whose position in the enum changed, with what changed it, by enum."""
    heirs = {
        (change.old.span.path, change.old.enum or ""): (change.new.span.path, change.new.enum)
        for change in facts.changes
        if change.old is not None and change.new is not None and change.new.enum is not None
    }
    enums: dict[tuple[str, str], list[ConstantChange]] = {}
    for change in facts.changes:
        value = change.new or change.old
        if value is not None and value.enum is not None:
            key = (value.span.path, value.enum)
            enums.setdefault(key if change.new else heirs.get(key, key), []).append(change)
    return tuple(
        push for (_, enum), changes in enums.items() if (push := _push(enum, changes)) is not None
    )


def _push(enum: str, changes: Iterable[ConstantChange]) -> Push | None:
    changes = tuple(changes)
    moving = [c for c in changes if _by_position(c) and moved(c)]
    pushed = tuple(sorted((c for c in moving if not c.marker), key=_new_order))
    bounds = tuple(c for c in moving if c.marker)
    if not pushed:
        return None
    last = pushed[-1]
    came = tuple(c for c in changes if c.old is None and _before(c.new, last.new))
    went = tuple(c for c in changes if c.new is None and _before(c.old, last.old))
    if not came and not went:
        return None
    return Push(enum=enum, came=came, went=went, pushed=pushed, bounds=bounds)


def _by_position(change: ConstantChange) -> bool:
    return not (change.old is None or change.new is None or change.old.text or change.new.text)


def _new_order(change: ConstantChange) -> tuple[int, int]:
    assert change.new is not None  # it moved
    return _order(change.new)


def _before(one: Value | None, other: Value | None) -> bool:
    """Whether an enumerator stands in front of another in one version."""
    return one is not None and other is not None and _order(one) < _order(other)


def _order(value: Value) -> tuple[int, int]:
    numbers = [number for number in value.by_abi.values() if number is not None]
    return value.span.line, min(numbers, default=0)


def insertion(facts: ConstantsChange, rule: Rule) -> Iterator[Hit]:
    """Enumerators put in front of others, or taken away there, and all that move by it."""
    for push in pushes(facts):
        if not _is_tolerated(push.pushed[0], rule):
            yield _hit(push)


def _hit(push: Push) -> Hit:
    rows = [(c.name, abi, *pair) for c in push.pushed for abi, pair in moved(c).items()]
    abis = tuple(dict.fromkeys(abi for _, abi, _, _ in rows))
    first = rows[0][0]
    where, older = _place(push)
    lost = [change.name for change in push.went if not change.name.startswith("__")]
    many = f"{len(push.pushed)} enumerators have" if len(push.pushed) > 1 else f"{first} has"
    return Hit(
        span=where,
        subject=f"enum {push.enum}",
        abis=abis,
        fields=(
            ("what", f"{_what(push)} in front of {first}"),
            ("many", many),
            ("moves", _moves(push)),
            ("on", on(abis, push.pushed[0])),
        ),
        consequence=f"what uses {listed(lost)} no longer compiles" if lost else "",
        suggestion=_suggestion(push),
        severity=_severity(push),
        kind="inserted" if push.came else "removed",
        victims=(Victim.OLD_PROGRAM, Victim.NEW_PROGRAM, *([Victim.SOURCE] * bool(lost))),
        older=older,
        shifts=shifts((abi, old, new) for name, abi, old, new in rows if name == first),
    )


def _what(push: Push) -> str:
    """``A is new and B and C are gone``."""
    both = ((push.came, "new"), (push.went, "gone"))
    return " and ".join(
        f"{listed([c.name for c in names])} {'is' if len(names) == 1 else 'are'} {word}"
        for names, word in both
        if names
    )


def _severity(push: Push) -> Severity | None:
    """Names with two underscores in front are for the header's own use."""
    internal = all(change.name.startswith("__") for change in push.pushed)
    return Severity.NOTE if internal else None


def _place(push: Push) -> tuple[Span, Span | None]:
    """Where to look today, and before."""
    cause = (*push.came, *push.went)[0]
    pushed = push.pushed[0]
    assert pushed.new is not None  # it has both
    assert pushed.old is not None
    return (cause.new or pushed.new).span, (cause.old or pushed.old).span


def _moves(push: Push) -> str:
    told = []
    for change in push.pushed:
        old, new = next(iter(moved(change).values()))
        told.append(f"{change.name} {old} -> {new}")
    return listed(told)


def _suggestion(push: Push) -> str:
    if push.came and not push.went:
        names = listed([change.name for change in push.came])
        return f"Put {names} at the end of the enum, in front of its marker."
    gone = push.went[0]
    assert gone.old is not None  # it went
    number = next(iter(gone.old.by_abi.values()))
    return f"Keep the numbers: {gone.name}, or an unused name in its place, stays {number}."


def _is_tolerated(change: ConstantChange, rule: Rule) -> bool:
    """Whether a header's numbers are by agreement not what programs use."""
    headers = rule.parameter("tolerated")
    return isinstance(headers, tuple) and any(fnmatchcase(change.include, h) for h in headers)
