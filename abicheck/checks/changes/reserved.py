# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds new members in bytes that meant nothing and that old programs never cleared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.checks.changes.measures import place, shifts
from abicheck.checks.changes.wording import listed
from abicheck.checks.facts import Hit, Role
from abicheck.checks.words import amount
from abicheck.model import Severity, Victim
from abicheck.overlay.between import PADDING, Ground, between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.changes.facts import RecordChange
    from abicheck.model import Rule
    from abicheck.overlay.between import Newcomer

_TO_PROGRAM = frozenset({Role.IOCTL_OUT})
"""The kernel writes, a program reads: an old program never looks at what is new."""
_FROM_PROGRAM = frozenset({Role.IOCTL_IN})


class _Taking(Struct, frozen=True, kw_only=True):
    """New members in one stretch of reserved bytes, or in padding."""

    former: str | None
    """The reserved member; None for padding."""
    newcomers: tuple[Newcomer, ...]
    abis: tuple[str, ...]


def consumed(change: RecordChange, _rule: Rule) -> Iterator[Hit]:
    """Members in reserved bytes or padding, where nothing new says who knows them."""
    if change.gates or not change.new.crosses:
        return
    for taking in _takings(change):
        yield _hit(change, taking)


def _takings(change: RecordChange) -> Iterator[_Taking]:
    """What is taken, one for each reserved member and one for all padding."""
    found: dict[str | None, dict[str, Newcomer]] = {}
    abis: dict[str | None, dict[str, None]] = {}
    for form in change.forms:
        if form.old.bit_size != form.new.bit_size:
            continue  # A new size can be told apart; the rules about sizes judge it.
        for each in filter(_is_taking, between(form.old, form.new).newcomers):
            former = _former(each)
            found.setdefault(former, {}).setdefault(each.cell.path, each)
            abis.setdefault(former, {}).update(dict.fromkeys(form.abis))
    for former, newcomers in found.items():
        yield _Taking(former=former, newcomers=tuple(newcomers.values()), abis=tuple(abis[former]))


def _is_taking(newcomer: Newcomer) -> bool:
    ground = newcomer.ground
    return not newcomer.cell.means_nothing and (ground in PADDING or ground is Ground.RESERVED)


def _former(newcomer: Newcomer) -> str | None:
    """The reserved member that had the bits; None for padding."""
    names = (cell.path for cell in newcomer.former if cell.means_nothing)
    return next(names, None) if newcomer.ground is Ground.RESERVED else None


def _hit(change: RecordChange, taking: _Taking) -> Hit:
    first = taking.newcomers[0].cell
    old, new = _directions(change)
    names = [each.cell.path for each in taking.newcomers]
    bits = sum(each.cell.bit_size for each in taking.newcomers)
    source = "nameless padding" if taking.former is None else f"the reserved {taking.former}"
    return Hit(
        span=first.placed.member.span,
        subject=f"{change.new.across.name}.{first.path}",
        abis=taking.abis,
        fields=(
            ("member", listed(names)),
            ("takes", f"{'take' if len(names) > 1 else 'takes'} {amount(bits)} of {source}"),
        ),
        consequence="; ".join(_consequences(taking, old=old, new=new)),
        severity=None if old else Severity.NOTE,
        kind="reserved-taken" if taking.former else "padding-taken",
        victims=(*((Victim.OLD_PROGRAM,) if old else ()), *((Victim.NEW_PROGRAM,) if new else ())),
        shifts=shifts(change.forms, place(first.path)),
    )


def _directions(change: RecordChange) -> tuple[bool, bool]:
    """Whether old programs are hurt, and new ones; who does not know which way assumes both."""
    roles = {use.role for use in change.uses}
    old = not roles or not roles <= _TO_PROGRAM
    new = not roles or not roles <= _FROM_PROGRAM
    return old, new


def _consequences(taking: _Taking, *, old: bool, new: bool) -> Iterator[str]:
    if old and taking.former is None:
        yield "old programs never cleared it, and a new kernel reads there what their memory held"
    elif old:
        yield "where old kernels did not insist on zero, old programs may pass anything there"
    if new:
        yield "on an old kernel a new program finds there whatever the kernel left, zero at best"
    else:
        yield "an old kernel does not look there, and a new program does not learn of it"
