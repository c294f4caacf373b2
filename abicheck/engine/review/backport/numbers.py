# SPDX-License-Identifier: GPL-2.0-or-later
"""This module answers what a backport does with numbers: its own, those below, those reserved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit
from abicheck.engine.review.backport.case import listed, names, place_of, runs
from abicheck.engine.review.backport.postings import posted
from abicheck.model import Answer
from abicheck.model.claims import FamilyKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.engine.review.backport.case import Added, Case
    from abicheck.model import Finding
    from abicheck.model.claims import Definition, Family

_ORDERED = (FamilyKind.IDS, FamilyKind.SYSCALL)


def number(case: Case) -> Answer:
    """Whether every number is the one that upstream gave the name in the end."""
    added = case.added()
    if not added:
        return Answer(question="number", verdict="not needed", text="It adds no number.")
    wrong = tuple(found for one in added for found in _wrong(case, one))
    if wrong:
        text = " ".join(f"{finding.message}." for finding in wrong)
        return Answer(question="number", verdict="no", text=text, findings=wrong)
    new = [one for one in added if one.definition.name not in _final(case, one.family)]
    if new:
        text = (
            f"{case.tip_name} has no {listed(one.definition.name for one in new)} to compare with."
        )
        return Answer(question="number", verdict="unknown", text=text)
    told = listed(f"{one.definition.name} is {one.definition.number}" for one in added)
    return Answer(question="number", verdict="yes", text=f"{told}, as in {case.tip_name}.")


def _final(case: Case, family: Family) -> dict[str, Definition]:
    return dict(names(case.claims(family, case.tip)))


def _wrong(case: Case, added: Added) -> Iterator[Finding]:
    ours = added.definition
    final = _final(case, added.family)
    theirs = final.get(ours.name)
    others = [d.name for d in final.values() if d.number == ours.number and d.name != ours.name]
    shared = added.family.kind is FamilyKind.IOCTL  # commands of one number may differ in size
    if theirs is not None and theirs.number != ours.number:
        text = f"{ours.name} is {ours.number} here and {theirs.number} in {case.tip_name}"
        stale = posted(case, added)
        if stale:
            text += f"; {ours.number} is from an earlier posting ({listed(stale)})"
        if others and not shared:
            text += f", and in {case.tip_name} means {listed(others)}"
        yield _finding(case, ours, text, f"#define {ours.name} {theirs.number}")
    elif theirs is None and others and not shared:
        text = f"{ours.name} takes {ours.number}, which is {listed(others)} in {case.tip_name}"
        yield _finding(case, ours, text)


def _finding(case: Case, definition: Definition, what: str, suggestion: str = "") -> Finding:
    hit = Hit(
        span=place_of(definition),
        subject=definition.name,
        fields=(("message", what),),
        consequence="a program built for one kernel asks the other for something else",
        suggestion=suggestion,
    )
    return case.finding("backport-number-differs", hit)


def holes(case: Case) -> Answer:
    """Which lower numbers are upstream's, and so must not be taken on the branch."""
    said: list[str] = []
    taken: list[Finding] = []
    for family in dict.fromkeys(one.family for one in case.added()):
        if family.kind in _ORDERED:
            text, found = _holes_of(case, family)
            said += [text] if text else []
            taken += found
    if taken:
        text = " ".join(f"{finding.message}." for finding in taken)
        return Answer(question="holes", verdict="no", text=text, findings=tuple(taken))
    if not said:
        text = "No lower number is missing." if case.added() else "It adds no number."
        return Answer(question="holes", verdict="not needed", text=text)
    return Answer(question="holes", verdict="yes", text=f"{'; '.join(said)}.")


def _holes_of(case: Case, family: Family) -> tuple[str, list[Finding]]:
    """What must stay a hole of one family, and what was put into such a hole."""
    theirs = {d.name: d for d in case.claims(family, case.tip)}
    added = [one.definition.name for one in case.added() if one.family == family]
    top = max((theirs[name].number or 0 for name in added if name in theirs), default=0)
    here = names(case.here(family))
    used = {d.number: d for d in here.values()}
    lacking = [d for d in theirs.values() if d.name not in here and (d.number or 0) < top]
    own = frozenset((d.name, d.number) for d in theirs.values())
    found = [
        _taken(case, used[d.number], d)
        for d in lacking
        if d.number in used
        and (used[d.number].name, d.number) not in own
        and used[d.number].name not in added  # said with the number itself
    ]
    holes = [d for d in lacking if d.number not in used]
    if not holes:
        return "", found
    spans = listed(runs(d.number or 0 for d in holes), most=6)
    last = listed(
        f"{d.number} {'kept for ' if d.reservation else ''}{d.name}"
        for d in sorted(holes, key=lambda d: -(d.number or 0))
    )
    word = "must stay a hole" if len(holes) == 1 else "must stay holes"
    return f"{family.id}: {spans} {word}; in {case.tip_name} there are {last}", found


def _taken(case: Case, ours: Definition, theirs: Definition) -> Finding:
    text = f"{case.onto} gives {ours.number} to {ours.name}; in {case.tip_name} it is {theirs.name}"
    return _finding(case, ours, text)


def reservations(case: Case) -> Answer:
    """Whether what upstream reserves by a comment stays reserved on the branch."""
    lost: list[Definition] = []
    kept: list[Definition] = []
    for family in case.families():
        if case.origin is None:
            break
        here = case.here(family)
        known = {(d.name, d.number) for d in here}
        for definition in case.claims(family, case.origin.new):
            if definition.reservation and not _is_old(case, family, definition):
                side = kept if (definition.name, definition.number) in known else lost
                side.append(definition)
    if lost:
        told = listed(f"{d.number} for {d.name}" for d in lost)
        text = f"Upstream's commit reserves {told}; the backport does not."
        return Answer(question="reservations", verdict="no", text=text)
    if kept:
        told = listed(f"{d.number} for {d.name}" for d in kept)
        return Answer(question="reservations", verdict="yes", text=f"It keeps {told}.")
    return Answer(question="reservations", verdict="not needed", text="Upstream reserves nothing.")


def _is_old(case: Case, family: Family, definition: Definition) -> bool:
    """Whether a reservation is older than the commit upstream."""
    assert case.origin is not None  # asked only where there is one
    before = case.claims(family, case.origin.old)
    return any((d.name, d.number) == (definition.name, definition.number) for d in before)
