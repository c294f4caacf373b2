# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds padding that gets a name, and what that moves where there was none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.changes.growth import commands, ready, renumbered
from abicheck.checks.changes.measures import (
    cell_at,
    of,
    pairs,
    place,
    shifts,
    size,
    some,
    weight,
)
from abicheck.checks.changes.wording import held_by, listed
from abicheck.checks.facts import Hit
from abicheck.checks.words import amount
from abicheck.model import Breaks, Severity, Victim
from abicheck.overlay.between import between
from abicheck.overlay.explain import open_ends
from abicheck.overlay.fillings import filling, taken_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.checks.changes.facts import RecordChange
    from abicheck.model import Rule
    from abicheck.overlay.between import Between
    from abicheck.overlay.cells import Cell
    from abicheck.overlay.fillings import Filling

_MOVED = (Victim.OLD_PROGRAM, Victim.NEW_PROGRAM)


def named(change: RecordChange, rule: Rule) -> Iterator[Hit]:
    """Members in what was padding on some ABIs, which push others on the rest; and the reverse."""
    if not change.new.crosses:
        return
    forms = of(change.forms)
    found = filling(forms)
    if found is not None and found.moved:
        yield _moving(change, found, rule, came=True)
    elif found is not None and found.names_padding_only:
        yield _naming(change, found)
    back = taken_out(forms)
    if back is not None and back.moved:
        yield _moving(change, back, rule, came=False)


def _naming(change: RecordChange, found: Filling) -> Hit:
    """Nothing moves anywhere: the padding has a name."""
    first = found.newcomers[0].cell
    return Hit(
        span=first.placed.member.span,
        subject=_subject(change, first),
        abis=found.same,
        fields=(
            ("member", _names(found)),
            ("what", f"{_takes(found)} {_padding(found)}: nothing moves"),
        ),
        severity=Severity.NOTE,
        breaks=Breaks.HYGIENE,
        kind="padding-named",
        shifts=shifts(change.forms, place(first.path)),
    )


def _moving(change: RecordChange, found: Filling, rule: Rule, *, came: bool) -> Hit:
    """What lies behind moves on the ABIs that had no such padding."""
    abis = tuple(abi for group, _ in found.moved for abi in group)
    severity, breaks = weight(abis)
    step = next(between(f.old, f.new) for f in change.forms if f.abis[0] == abis[0])
    cell = found.newcomers[0].cell
    now = before = cell_at(step.new, cell.path)
    if step.displaced:
        before, now = step.displaced[0]
    shown = now or before or cell
    measured = shifts(change.forms, place(shown.path) if step.displaced else size)
    parted, united = pairs(measured)
    forms = [form for form in change.forms if form.abis[0] in abis]
    why = ready(change, forms, rule) if came else ""
    victims = (*_MOVED, Victim.COMPAT) if parted else _MOVED
    return Hit(
        span=shown.placed.member.span,
        older=before.placed.member.span if before is not None and step.displaced else None,
        subject=_subject(change, shown),
        abis=abis,
        fields=_what(found, step, came=came),
        consequence="; ".join(_consequences(change, step, united, why)),
        severity=Severity.NOTE if why else severity,
        breaks=Breaks.BINARY if united and breaks is Breaks.COMPAT else breaks,
        kind="moved" if step.displaced else "resized",
        victims=() if why else victims,
        shifts=measured,
    )


def _what(found: Filling, step: Between, *, came: bool) -> tuple[tuple[str, str], ...]:
    """The first member that moves, and why; where only the size differs, who makes it so."""
    abis = some([abi for group, _ in found.moved for abi in group])
    others = f"the other {len(found.same)} ABIs" if len(found.same) > 1 else found.same[0]
    had = f"{_padding(found)} that {others} {'had' if came else 'have again'}"
    verb = "take" if len(found.newcomers) > 1 else "takes"
    did = verb if came else "left"
    if not step.displaced:
        return ("member", _names(found)), ("what", f"{did} {had}; {abis} had none")
    before, now = step.displaced[0]
    places = f"moves from byte {before.bit_offset // 8} to byte {now.bit_offset // 8} on {abis}"
    return ("member", now.path), ("what", f"{places}: {_names(found)} {did} {had}")


def _consequences(
    change: RecordChange, step: Between, united: Sequence[str], why: str
) -> Iterator[str]:
    """What follows, each thing once."""
    later = len(step.displaced) - 1
    if later > 0:
        yield f"and {later} later member{'s move' if later > 1 else ' moves'} too"
    old, new = step.old.size, step.new.size
    if old != new:
        hidden = f", hidden in {change.hidden_in}" if change.hidden_in else ""
        yield f"the record {'grows' if new > old else 'shrinks'} from {old} to {new} bytes{hidden}"
        ends = set(open_ends(step.old)).intersection(open_ends(step.new))
        if ends:
            yield f"{listed(sorted(ends))} behind it moves along"
        if why:
            yield why
        yield from renumbered(commands(change), finds=bool(why))
    yield "nothing moves on those that had it"
    if united:
        has = "lies where" if step.displaced else "has the size that"
        end = "has it" if step.displaced else "gives it"
        yield f"it now {has} the 64-bit kernel of {listed(united)} programs {end}"
    yield from held_by(change)


def _subject(change: RecordChange, cell: Cell) -> str:
    name = change.new.across.name
    return f"{name}.{cell.path}" if cell.placed.member.name else name


def _names(found: Filling) -> str:
    names = [
        each.cell.path if each.cell.placed.member.name else "an unnamed bit-field"
        for each in found.newcomers
    ]
    return listed(names)


def _takes(found: Filling) -> str:
    return "names" if len(found.newcomers) == 1 else "name"


def _padding(found: Filling) -> str:
    total = sum(each.cell.bit_size for each in found.newcomers)
    at = found.newcomers[0].cell.bit_offset // 8
    where = f" at byte {at}" if len(found.newcomers) == 1 else ""
    return f"the {amount(total)} of padding{where}"
