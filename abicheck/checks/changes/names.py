# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds constants that are gone, and numbers that went over to other names."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from abicheck.checks.changes.enums import pushes
from abicheck.checks.changes.heirs import (
    MOST,
    Heirs,
    gone,
    is_near,
    prefix,
    takes_over,
    with_its_number,
)
from abicheck.checks.changes.homes import is_in_asm, still
from abicheck.checks.changes.measures import some
from abicheck.checks.changes.numbers import by_number, on, shifts, spelled
from abicheck.checks.changes.values import same_space
from abicheck.checks.changes.wording import listed
from abicheck.checks.facts import Hit
from abicheck.model import Severity, Victim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.checks.changes.facts import ConstantChange, ConstantsChange
    from abicheck.model import Rule

_SHOWN = 20
"""New names that a suggestion has a line for."""


def removed(facts: ConstantsChange, rule: Rule) -> Iterator[Hit]:
    """Constants that programs no longer find, those of one place together."""
    told = {old.name for old, _ in _reuses(facts)}
    told |= {change.name for push in pushes(facts) for change in push.went}
    groups: dict[tuple[object, ...], list[ConstantChange]] = {}
    heirs = Heirs(facts)
    for change in gone(facts):
        if change.name in told or _is_switch(change.name, rule):
            continue
        assert change.old is not None  # it is gone
        place = (change.old.span.path, change.lost, change.elsewhere or change.new is None)
        heir = heirs.of(change)
        near = bool(heir) and is_near(change, heir)
        kind = (_is_number(change), bool(heir), near, change.old.enum or prefix(change.name))
        groups.setdefault((*place, *kind), []).append(change)
    for group in groups.values():
        yield _hit(group, tuple(filter(None, map(heirs.of, group))))


def _is_switch(name: str, rule: Rule) -> bool:
    """Whether headers of an architecture define the name for the kernel's other headers."""
    switches = rule.parameter("switches")
    return isinstance(switches, tuple) and any(fnmatchcase(name, each) for each in switches)


def _hit(group: list[ConstantChange], heirs: tuple[str, ...]) -> Hit:
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
        consequence=_heirs(first, heirs) if heirs else still(first),
        suggestion=_aliases(names, heirs) if heirs else _kept(first, number),
        severity=_severity(first, heirs),
        kind="renamed" if heirs else "removed",
        victims=(Victim.SOURCE,),
        older=first.old.span,
        shifts=shifts((abi, first.old.by_abi[abi], None) for abi in first.lost),
    )


def _heirs(change: ConstantChange, heirs: tuple[str, ...]) -> str:
    """What is to be said of the new names; where they are other words, they may mean others."""
    one = len(heirs) == 1
    told = f"{listed(heirs)} {'has' if one else 'have'}"
    if is_near(change, heirs[0]):
        return f"{told} the same number{'' if one else 's'}"
    their = "its number and its place" if one else "their numbers and their places"
    return (
        f"{told} {their} now; should that mean another thing, old programs and new kernels would "
        "not mean the same by it"
    )


def _aliases(names: Sequence[str], heirs: Sequence[str]) -> str:
    pairs = list(zip(names, heirs, strict=True))[:_SHOWN]
    return "\n".join(f"#define {name} {heir}" for name, heir in pairs)


def _severity(change: ConstantChange, heirs: tuple[str, ...]) -> Severity | None:
    """A name that went where it belongs is a note, one that has another name now a warning."""
    assert change.old is not None  # it is gone
    if change.new is not None or change.elsewhere:
        return Severity.NOTE if is_in_asm(change) else Severity.WARNING
    if not _is_number(change) and change.name.startswith("_"):
        return Severity.NOTE
    known = heirs and is_near(change, heirs[0])
    return Severity.WARNING if known or not _is_number(change) else None


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
    heirs = Heirs(facts)
    new = by_number(c for c in facts.changes if c.old is None and not c.marker)
    pushed = {change.name for push in pushes(facts) for change in (*push.came, *push.went)}
    for change in list(gone(facts))[:MOST]:
        if change.marker or change.name in pushed or change.new is not None or change.elsewhere:
            continue
        near = (o for o in with_its_number(change, new) if same_space(change, o))
        takers = [other for other in near if takes_over(change, other)]
        if takers and not any(heirs.is_one(change, other) for other in takers):
            yield change, takers[0]
