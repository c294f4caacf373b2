# SPDX-License-Identifier: GPL-2.0-or-later
"""This module says how the number of a constant changed, under which ABIs, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.changes.measures import some
from abicheck.model import Shift, Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abicheck.checks.changes.facts import ConstantChange

_PLAIN = 1 << 16
"""From here on numbers are told in hexadecimal."""


def moved(change: ConstantChange) -> dict[str, tuple[int, int]]:
    """By ABI: the old and the new number, where both can be told and differ."""
    if change.old is None or change.new is None:
        return {}
    now = change.new.by_abi
    return {
        abi: (old, new)
        for abi, old in change.old.by_abi.items()
        if old is not None and (new := now.get(abi)) is not None and new != old
    }


def shifts(numbers: Iterable[tuple[str, int | None, int | None]]) -> tuple[Shift, ...]:
    """(ABI, old number, new number) rows, ABIs that agree together; None is no such name."""
    found: dict[tuple[int | None, int | None], list[str]] = {}
    for abi, old, new in numbers:
        found.setdefault((old, new), []).append(abi)
    return tuple(
        Shift(
            abis=tuple(abis),
            old=None if old is None else Side(value=old),
            new=None if new is None else Side(value=new),
        )
        for (old, new), abis in found.items()
    )


def by_number(changes: Iterable[ConstantChange]) -> dict[int, list[ConstantChange]]:
    """The constants that have a number today, under any ABI."""
    found: dict[int, list[ConstantChange]] = {}
    for change in changes:
        numbers = change.new.numbers if change.new is not None else ()
        for number in {number for _, number in numbers if number is not None}:
            found.setdefault(number, []).append(change)
    return found


def on(abis: Iterable[str], change: ConstantChange) -> str:
    """`` on x86_64 and i386``; empty where it is all that have the constant."""
    values = [value for value in (change.old, change.new) if value is not None]
    among = {abi for value in values for abi in value.by_abi}
    abis = tuple(abis)
    return "" if among <= set(abis) else f" on {some(abis)}"


def spelled(number: int, like: str = "") -> str:
    """A number as a header would write it, in hexadecimal where ``like`` is or it is large."""
    return together((number,), like)[0]


def together(numbers: Sequence[int], like: str = "") -> list[str]:
    """Numbers to be compared, all as one header would write them."""
    small = all(abs(number) < _PLAIN for number in numbers)
    if small and "0x" not in like.lower() and "<<" not in like:
        return [str(number) for number in numbers]
    return [str(n) if -_PLAIN < n <= 0 else f"{'-' if n < 0 else ''}{abs(n):#x}" for n in numbers]
