# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds constants that are gone, and numbers that went over to other names."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from abicheck.checks.changes.enums import pushes
from abicheck.checks.changes.homes import is_in_asm, still
from abicheck.checks.changes.measures import some
from abicheck.checks.changes.numbers import by_number, on, shifts, spelled
from abicheck.checks.changes.values import same_space
from abicheck.checks.changes.wording import listed
from abicheck.checks.facts import Hit
from abicheck.model import Severity, Victim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abicheck.checks.changes.facts import ConstantChange, ConstantsChange
    from abicheck.model import Rule

_ALIKE = 0.6
"""How much of what is not common to two names is the same where one is the other's spelling."""
_NAME = re.compile(r"[A-Za-z_]\w*")
_LONGEST = 200
"""Characters of a name that are compared; hostile ones have no end."""
_MOST = 400
"""Names gone at once that are compared with others; a header taken apart has as many."""


def removed(facts: ConstantsChange, rule: Rule) -> Iterator[Hit]:
    """Constants that programs no longer find, those of one place together."""
    told = {old.name for old, _ in _reuses(facts)}
    told |= {change.name for push in pushes(facts) for change in push.went}
    groups: dict[tuple[object, ...], list[ConstantChange]] = {}
    heirs = _Heirs(facts)
    for change in _gone(facts):
        if change.name in told or _is_switch(change.name, rule):
            continue
        assert change.old is not None  # it is gone
        place = (change.old.span.path, change.lost, change.elsewhere or change.new is None)
        heir = heirs.of(change)
        kind = change.name if heir else change.old.enum or _prefix(change.name)
        groups.setdefault((*place, _is_number(change), heir, kind), []).append(change)
    for group in groups.values():
        yield _hit(group, heirs.of(group[0]))


def _is_switch(name: str, rule: Rule) -> bool:
    """Whether headers of an architecture define the name for the kernel's other headers."""
    switches = rule.parameter("switches")
    return isinstance(switches, tuple) and any(fnmatchcase(name, each) for each in switches)


def _gone(facts: ConstantsChange) -> Iterator[ConstantChange]:
    return (change for change in facts.changes if change.lost)


def _prefix(name: str) -> str:
    """What names that belong together begin with."""
    return name.strip("_").split("_")[0]


class _Heirs:
    """The new names of constants that only changed their names."""

    def __init__(self, facts: ConstantsChange) -> None:
        self._new = by_number(change for change in facts.changes if change.old is None)
        self._gone = {change.name for change in _gone(facts)}
        self._left = _MOST
        self._known: dict[str, str] = {}

    def of(self, change: ConstantChange) -> str:
        """The constant that has its number, and much of its name; empty where there is none."""
        if change.name not in self._known:
            self._left -= 1
            self._known[change.name] = self._find(change) if self._left >= 0 else ""
        return self._known[change.name]

    def _find(self, change: ConstantChange) -> str:
        assert change.old is not None  # it is gone
        if change.new is not None or change.elsewhere:
            return ""
        if _NAME.fullmatch(change.old.text) and change.old.text not in self._gone:
            return change.old.text
        found = [
            (alike, other.name)
            for other in _with_its_number(change, self._new)
            if _takes_over(change, other) and (alike := _alike(change.name, other.name)) >= _ALIKE
        ]
        return max(found)[1] if found else ""


def _with_its_number(
    change: ConstantChange, numbers: Mapping[int, list[ConstantChange]]
) -> list[ConstantChange]:
    """Some of the constants of today that have a number that this one had."""
    assert change.old is not None  # it is gone
    number = next(iter(change.old.by_abi.values()))
    return [] if number is None else numbers.get(number, [])[:_MOST]


def _takes_over(change: ConstantChange, other: ConstantChange) -> bool:
    """Whether another constant of today has the number that this one had, wherever it was."""
    assert change.old is not None  # it is gone
    if other.new is None or other.marker != change.marker or not _same_enum(change, other):
        return False
    if other.include != change.include and _prefix(other.name) != _prefix(change.name):
        return False
    was, now = change.old.by_abi, other.new.by_abi
    return all(was[abi] is not None and now.get(abi, was[abi]) == was[abi] for abi in change.lost)


def _same_enum(change: ConstantChange, other: ConstantChange) -> bool:
    """Whether both are of one enum, or macros; an enum without a tag goes by its first name."""
    assert change.old is not None  # it is gone
    assert other.new is not None  # it is there
    old, new = change.old.enum, other.new.enum
    first = old == change.name and new == other.name and change.include == other.include
    return old == new or (first and 0 not in change.old.by_abi.values())


def _alike(one: str, other: str) -> float:
    """How much two names are one, 1 where one is the other with more words."""
    first, second = ([w for w in name[:_LONGEST].split("_") if w] for name in (one, other))
    if _has_all(first, second) or _has_all(second, first):
        return 1.0
    while first and second and first[0] == second[0]:
        first, second = first[1:], second[1:]
    rest = "_".join(first), "_".join(second)
    return SequenceMatcher(None, *rest, autojunk=False).ratio()


def _has_all(words: list[str], others: list[str]) -> bool:
    """Whether all words are among the others, in their order."""
    left = iter(others)
    return all(word in left for word in words)


def _hit(group: list[ConstantChange], heir: str) -> Hit:
    first = group[0]
    assert first.old is not None  # it is gone
    names = [change.name for change in group]
    number = next(iter(first.old.by_abi.values()))
    what = f"{listed(names)} {'is' if len(names) == 1 else 'are'} gone"
    if len(names) == 1 and number is not None:
        what = f"{first.name}, {spelled(number, first.old.text)}, is gone"
    return Hit(
        span=first.new.span if first.new is not None else first.old.span,
        subject=first.name,
        abis=first.lost,
        fields=(
            ("what", what),
            ("on", f" on {some(first.lost)}" if first.elsewhere else on(first.lost, first)),
            ("it", "it" if len(names) == 1 else "them"),
        ),
        consequence=_elsewhere(first, heir),
        suggestion=f"#define {first.name} {heir}" if heir else _kept(first, number),
        severity=_severity(first, heir),
        kind="renamed" if heir else "removed",
        victims=(Victim.SOURCE,),
        older=first.old.span,
        shifts=shifts((abi, first.old.by_abi[abi], None) for abi in first.lost),
    )


def _severity(change: ConstantChange, heir: str) -> Severity | None:
    """A name that went where it belongs is a note, one that has another name now a warning."""
    if change.new is not None or change.elsewhere:
        return Severity.NOTE if is_in_asm(change) else Severity.WARNING
    if not _is_number(change) and change.name.startswith("_"):
        return Severity.NOTE
    return Severity.WARNING if heir or not _is_number(change) else None


def _elsewhere(change: ConstantChange, heir: str) -> str:
    return f"{heir} has the same number" if heir else still(change)


def _is_number(change: ConstantChange) -> bool:
    """Whether programs compute with it, rather than ask for it or write code by it."""
    assert change.old is not None  # it is gone
    return change.old.command is not None or set(change.old.by_abi.values()) != {None}


def _kept(change: ConstantChange, number: int | None) -> str:
    assert change.old is not None  # it is gone
    if change.elsewhere or change.new is not None:
        return "Leave the name there for everybody, unless no program for these ABIs can use it."
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
                ("on", on(old.lost, old)),
            ),
            suggestion=f"Give {new.name} a number that was never used, and keep {old.name}; where "
            f"both mean the same, keep the old name beside the new one.",
            kind="reused",
            victims=(Victim.OLD_PROGRAM, Victim.NEW_PROGRAM),
            older=old.old.span,
            shifts=shifts((abi, number, number) for abi in old.lost),
        )


def _reuses(facts: ConstantsChange) -> Iterator[tuple[ConstantChange, ConstantChange]]:
    """(gone, new): names of one space that share a number and nothing of their meaning."""
    new = by_number(c for c in facts.changes if c.old is None and not c.marker)
    pushed = {change.name for push in pushes(facts) for change in (*push.came, *push.went)}
    for change in list(_gone(facts))[:_MOST]:
        if change.marker or change.name in pushed or change.new is not None or change.elsewhere:
            continue
        near = (o for o in _with_its_number(change, new) if same_space(change, o))
        takers = [other for other in near if _takes_over(change, other)]
        if takers and all(_alike(change.name, other.name) < _ALIKE for other in takers):
            yield change, takers[0]
