# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds what a change does to unions: arms that grow, members that become arms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.changes.measures import (
    place,
    shifts,
)
from abicheck.checks.changes.wording import listed
from abicheck.checks.facts import Hit
from abicheck.checks.words import amount
from abicheck.model import Breaks, Severity, Side, Victim
from abicheck.overlay.aliases import pointer_beside, shared
from abicheck.overlay.arms import growths
from abicheck.overlay.between import between
from abicheck.overlay.cells import cells
from abicheck.overlay.unions import overlays

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from abicheck.checks.changes.facts import Form, RecordChange
    from abicheck.model import RecordLayout, Rule
    from abicheck.overlay.aliases import Alias
    from abicheck.overlay.arms import Growth

_BOTH = (Victim.OLD_PROGRAM, Victim.NEW_PROGRAM)


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
    whole = room is not None and room.bit_size == growth.old.available
    name = room.path if room is not None and whole else "its union"
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
        else "the union does not grow"
    )
    if growth.inherited and not change.gates:
        yield f"in the new bytes an old kernel leaves what it wrote to {listed(growth.inherited)}"


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
    """Members that stay as an arm of a new union, beside new names for their bits."""
    found: dict[str, list[tuple[Form, tuple[Alias, ...]]]] = {}
    for form in change.forms if change.new.crosses else ():
        for path, aliases in _beside(form).items():
            found.setdefault(path, []).append((form, tuple(aliases)))
    for path, told in found.items():
        yield _survived_hit(change, path, told)


def _beside(form: Form) -> dict[str, list[Alias]]:
    """By member that keeps its bits: what it shares with new members, in a new union."""
    found: dict[str, list[Alias]] = {}
    step = between(form.old, form.new)
    moved = {before.path for before, _ in step.displaced}
    today = {cell.path: cell for cell in cells(form.new)}
    for newcomer in step.newcomers:
        for former in newcomer.beside:
            if former.path not in moved:
                alias = shared(today[former.path], newcomer.cell)
                found.setdefault(former.path, []).append(alias)
    return found


def _survived_hit(
    change: RecordChange, path: str, told: Sequence[tuple[Form, tuple[Alias, ...]]]
) -> Hit:
    halves = [form for form, aliases in told if any(map(_is_half, aliases))]
    forms = halves or [form for form, _ in told]
    aliases = next(aliases for form, aliases in told if form is forms[0])
    first = next(filter(_is_half, aliases), aliases[0])
    relation = "are the same" if first.is_exact else "share"
    what = f"where {first.one} and {first.other} {relation} {amount(first.bit_size)}"
    if len(aliases) > 1:
        what = f"over the bytes of {listed([alias.other for alias in aliases])}"
    return Hit(
        span=first.cells[0].placed.member.span,
        subject=f"{change.new.across.name}.{path}",
        abis=tuple(abi for form in forms for abi in form.abis),
        fields=(("member", path), ("what", what)),
        consequence=_half(first) if halves else "",
        severity=Severity.WARNING if halves else None,
        breaks=Breaks.PORTABILITY if halves else None,
        kind="overlaid",
        victims=(Victim.SOURCE,) if halves else (),
        shifts=shifts((form for form, _ in told), place(path)),
    )


def _is_half(alias: Alias) -> bool:
    """Whether one is a pointer, and the other an integer that is wider here."""
    return any(pointer_beside(*cells) for cells in (alias.cells, alias.cells[::-1]))


def _half(alias: Alias) -> str:
    small, large = sorted(alias.cells, key=lambda cell: cell.bit_size)
    return (
        f"{small.path} is the lower half of {large.path} on little-endian ABIs and the upper half "
        "on big-endian ones, and nobody sets the other"
    )
