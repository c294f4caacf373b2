# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds constants that are gone, and numbers that went over to other names."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from abicheck.checks.changes.enums import pushes
from abicheck.checks.changes.measures import some
from abicheck.checks.changes.numbers import shifts, spelled
from abicheck.checks.changes.values import same_space
from abicheck.checks.changes.wording import listed
from abicheck.checks.facts import Hit
from abicheck.model import Severity, Victim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.changes.facts import ConstantChange, ConstantsChange
    from abicheck.model import Rule

_ALIKE = 0.7
"""How much of two names is the same where one is the other's new spelling."""
_MOST = 400
"""Names gone at once that are compared with others; a header taken apart has as many."""


def removed(facts: ConstantsChange, _rule: Rule) -> Iterator[Hit]:
    """Constants that programs no longer find, those of one place together."""
    reused = {old.name for old, _ in _reuses(facts)}
    groups: dict[tuple[object, ...], list[ConstantChange]] = {}
    heirs = _Heirs(facts)
    for change in _gone(facts):
        if change.name in reused:
            continue
        heir = heirs.of(change)
        assert change.old is not None  # it is gone
        key = (
            (change.old.span.path, change.name)
            if heir is not None
            else (change.old.span.path, change.old.enum or _prefix(change.name), change.lost)
        )
        groups.setdefault(key, []).append(change)
    for group in groups.values():
        yield _hit(group, heirs.of(group[0]), _alias(group, facts))


def _gone(facts: ConstantsChange) -> Iterator[ConstantChange]:
    return (change for change in facts.changes if change.lost)


def _prefix(name: str) -> str:
    """What names that belong together begin with."""
    return "_".join(name.strip("_").split("_")[:2])


class _Heirs:
    """The new names of constants that only changed their names."""

    def __init__(self, facts: ConstantsChange) -> None:
        self._new = [change for change in facts.changes if change.old is None]
        self._left = _MOST
        self._known: dict[str, ConstantChange | None] = {}

    def of(self, change: ConstantChange) -> ConstantChange | None:
        """The constant that has its number, and much of its name; None where there is none."""
        if change.name not in self._known:
            self._left -= 1
            self._known[change.name] = self._find(change) if self._left >= 0 else None
        return self._known[change.name]

    def _find(self, change: ConstantChange) -> ConstantChange | None:
        found = [
            (alike, other.name, other)
            for other in self._new
            if _takes_over(change, other) and (alike := _alike(change.name, other.name)) >= _ALIKE
        ]
        return max(found)[2] if found else None


def _takes_over(change: ConstantChange, other: ConstantChange) -> bool:
    """Whether another constant of today has the number that this one had, wherever it was."""
    assert change.old is not None  # it is gone
    if other.new is None or (change.old.enum is None) is not (other.new.enum is None):
        return False
    was, now = change.old.by_abi, other.new.by_abi
    return all(was[abi] is not None and now.get(abi, was[abi]) == was[abi] for abi in change.lost)


def _alike(one: str, other: str) -> float:
    if one in other or other in one:
        return 1.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _alias(group: list[ConstantChange], facts: ConstantsChange) -> str:
    """A name of the same space that has the number today, as it had before."""
    change = group[0]
    if len(group) > 1 or change.old is None:
        return ""
    numbers = set(change.old.by_abi.values()) - {None}
    for other in (*facts.kept, *facts.changes):
        if other.new is None or other.name == change.name or not same_space(change, other):
            continue
        if numbers and numbers <= set(other.new.by_abi.values()):
            return other.name
    return ""


def _hit(group: list[ConstantChange], heir: ConstantChange | None, alias: str) -> Hit:
    first = group[0]
    assert first.old is not None  # it is gone
    names = [change.name for change in group]
    number = next(iter(first.old.by_abi.values()))
    kept = heir.name if heir is not None else alias
    what = f"{listed(names)} {'is' if len(names) == 1 else 'are'} gone"
    if len(names) == 1 and number is not None:
        what = f"{first.name}, {spelled(number, first.old.text)}, is gone"
    told = f"{kept} has the same number" if kept else ""
    soft = kept or number is None
    return Hit(
        span=first.new.span if first.new is not None else first.old.span,
        subject=first.name,
        abis=first.lost,
        fields=(("what", what), ("on", some(first.lost))),
        consequence=told,
        suggestion=f"#define {first.name} {kept}" if kept else _kept(first, number),
        severity=Severity.WARNING if soft else None,
        kind="renamed" if heir is not None else "removed",
        victims=(Victim.SOURCE,),
        older=first.old.span,
        shifts=shifts((abi, first.old.by_abi[abi], None) for abi in first.lost),
    )


def _kept(change: ConstantChange, number: int | None) -> str:
    assert change.old is not None  # it is gone
    text = change.old.text or ("" if number is None else str(number))
    if change.old.enum is None and not text.startswith("("):
        return f"#define {change.name} {text}".rstrip()
    return "Keep the name, with a comment that the kernel no longer uses it."


def reused(facts: ConstantsChange, _rule: Rule) -> Iterator[Hit]:
    """Numbers that mean something else today than the name did that had them before."""
    for old, new in _reuses(facts):
        assert old.old is not None  # it is gone
        assert new.new is not None  # it is new
        number = next(iter(old.old.by_abi.values()))
        assert number is not None  # it is the new one's
        yield Hit(
            span=new.new.span,
            subject=new.name,
            abis=old.lost,
            fields=(
                ("new", new.name),
                ("old", old.name),
                ("number", spelled(number, old.old.text)),
                ("on", some(old.lost)),
            ),
            suggestion=f"Give {new.name} a number that was never used, and keep {old.name}.",
            kind="reused",
            victims=(Victim.OLD_PROGRAM, Victim.NEW_PROGRAM),
            older=old.old.span,
            shifts=shifts((abi, number, number) for abi in old.lost),
        )


def _reuses(facts: ConstantsChange) -> Iterator[tuple[ConstantChange, ConstantChange]]:
    """(gone, new): names of one space that share a number and nothing of their meaning."""
    new = [change for change in facts.changes if change.old is None and not change.marker]
    pushed = {change.name for push in pushes(facts) for change in (*push.came, *push.went)}
    for change in list(_gone(facts))[:_MOST]:
        if change.marker or change.name in pushed or change.new is not None:
            continue
        takers = [o for o in new if same_space(change, o) and _takes_over(change, o)]
        if takers and all(_alike(change.name, other.name) < _ALIKE for other in takers):
            yield change, takers[0]
