# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds what a change does to unions: arms that grow, members that become arms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.changes.measures import (
    place,
    shifts,
)
from abicheck.checks.facts import Hit
from abicheck.checks.words import amount
from abicheck.model import Breaks, Severity, Side, Victim
from abicheck.overlay.aliases import shared
from abicheck.overlay.arms import growths
from abicheck.overlay.between import Ground, between
from abicheck.overlay.cells import cells
from abicheck.overlay.unions import overlays

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from abicheck.checks.changes.facts import Form, RecordChange
    from abicheck.model import RecordLayout, Rule
    from abicheck.overlay.aliases import Alias
    from abicheck.overlay.arms import Growth

_BOTH = (Victim.OLD_PROGRAM, Victim.NEW_PROGRAM)
_BESIDE = frozenset({Ground.ROOM, Ground.ALIAS, Ground.BEYOND, Ground.TAIL})


def grown(change: RecordChange, _rule: Rule) -> Iterator[Hit]:
    """Arms that take more of what a padding arm keeps free, and arms that outgrow their union."""
    found: dict[str, tuple[Growth, list[str]]] = {}
    for form in change.forms if change.new.crosses else ():
        for growth in growths(form.old, form.new):
            known = found.get(growth.arm.path)
            if known is None or (growth.is_outside and not known[0].is_outside):
                known = found[growth.arm.path] = (growth, [])
            if growth.is_outside is known[0].is_outside:
                known[1].extend(form.abis)
    for growth, abis in found.values():
        yield _grown_hit(change, growth, abis)


def _grown_hit(change: RecordChange, growth: Growth, abis: Sequence[str]) -> Hit:
    arm = growth.arm
    return Hit(
        span=arm.placed.member.span,
        subject=f"{change.new.across.name}.{arm.path}",
        abis=tuple(abis),
        fields=(("member", arm.path), ("what", _grown_text(growth))),
        consequence="; ".join(_after_growth(change, growth, abis)),
        severity=Severity.ERROR if growth.is_outside else Severity.NOTE,
        breaks=Breaks.BINARY if growth.is_outside else Breaks.HYGIENE,
        kind="resized",
        victims=_BOTH if growth.is_outside else (),
        shifts=shifts(change.forms, _arm(arm.path)),
    )


def _grown_text(growth: Growth) -> str:
    size, limit = growth.arm.bit_size // 8, growth.old.available // 8
    before = "" if growth.before is None else f", {growth.before // 8} before"
    room = growth.old.room
    name = room.path if room is not None else "its union"
    if growth.is_outside:
        return f"takes {size} bytes{before}, more than the {limit} of {name}"
    return f"uses {size} of the {limit} bytes of {name}{before}"


def _after_growth(change: RecordChange, growth: Growth, abis: Sequence[str]) -> Iterator[str]:
    form = next(form for form in change.forms if form.abis[0] == abis[0])
    if growth.is_outside:
        count = len(between(form.old, form.new).displaced)
        if count:
            yield f"{count} member{'s' * (count > 1)} behind it move{'s' * (count == 1)}"
        yield f"the record grows from {form.old.size} to {form.new.size} bytes"
        return
    yield (
        "no room is left"
        if growth.arm.bit_size == growth.new.available
        else "the record does not grow"
    )
    if not change.gates:
        yield "an old kernel leaves in the new bytes what the last larger arm left there"


def _arm(path: str) -> Callable[[RecordLayout], Side | None]:
    """Measures an arm of that path."""

    def measure(layout: RecordLayout) -> Side | None:
        for overlay in overlays(layout):
            for arm in overlay.arms:
                if arm.path == path:
                    return Side(offset=arm.bit_offset // 8, size=arm.bit_size // 8)
        return None

    return measure


def survived(change: RecordChange, _rule: Rule) -> Iterator[Hit]:
    """Members that are an arm of a new union, beside new members that are the same bits."""
    found: dict[tuple[str, str], list[tuple[Form, Alias]]] = {}
    for form in change.forms if change.new.crosses else ():
        today = {cell.path: cell for cell in cells(form.new)}
        for newcomer in between(form.old, form.new).newcomers:
            if newcomer.ground in _BESIDE:
                for former in newcomer.former:
                    alias = shared(today[former.path], newcomer.cell)
                    pair = (former.path, newcomer.cell.path)
                    found.setdefault(pair, []).append((form, alias))
    for aliases in found.values():
        yield _survived_hit(change, aliases)


def _survived_hit(change: RecordChange, aliases: Sequence[tuple[Form, Alias]]) -> Hit:
    alias = aliases[0][1]
    kept = alias.cells[0]
    halves = [(form, each) for form, each in aliases if not each.is_exact and _is_one(each)]
    told = halves or aliases
    what = f"where {alias.one} and {alias.other} are the same {amount(alias.bit_size)}"
    if halves:
        what = f"where it is only a part of {alias.other}"
    return Hit(
        span=kept.placed.member.span,
        subject=f"{change.new.across.name}.{kept.path}",
        abis=tuple(abi for form, _ in told for abi in form.abis),
        fields=(("member", kept.path), ("what", what)),
        consequence=_half(halves[0][1]) if halves else "",
        severity=Severity.WARNING if halves else None,
        breaks=Breaks.PORTABILITY if halves else None,
        kind="overlaid",
        victims=(Victim.SOURCE,) if halves else (),
        shifts=shifts(change.forms, place(kept.path)),
    )


def _is_one(alias: Alias) -> bool:
    """Whether both begin together and neither is an array, so that they mean one value."""
    one, other = alias.cells
    return one.bit_offset == other.bit_offset and one.placed.count is other.placed.count is None


def _half(alias: Alias) -> str:
    small, large = sorted(alias.cells, key=lambda cell: cell.bit_size)
    return (
        f"{small.path} is the lower part of {large.path} on little-endian ABIs and the upper part "
        "on big-endian ones, and nobody sets the rest"
    )
