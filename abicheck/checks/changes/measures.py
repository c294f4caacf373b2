# SPDX-License-Identifier: GPL-2.0-or-later
"""This module measures a change under each ABI, and weighs whom it hurts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.abis import all_abis, compat_pairs, get
from abicheck.checks.changes.wording import listed
from abicheck.checks.leaves import leaves
from abicheck.model import Breaks, Severity, Shift, Side
from abicheck.overlay.cells import cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from abicheck.checks.changes.facts import Form
    from abicheck.model import RecordLayout
    from abicheck.overlay.cells import Cell
    from abicheck.overlay.fillings import Forms

_FEW = 3
"""ABIs that a sentence names; the shifts have them all."""


def of(forms: Sequence[Form]) -> Forms:
    """The same as plain layouts."""
    return [(form.abis, form.old, form.new) for form in forms]


def shifts(
    forms: Iterable[Form], measure: Callable[[RecordLayout], Side | None]
) -> tuple[Shift, ...]:
    """What ``measure`` makes of both versions, ABIs that agree about both together."""
    found: dict[tuple[Side | None, Side | None], list[str]] = {}
    for form in forms:
        found.setdefault((measure(form.old), measure(form.new)), []).extend(form.abis)
    return tuple(
        Shift(abis=tuple(abis), old=old, new=new)
        for (old, new), abis in found.items()
        if old is not None or new is not None
    )


def place(path: str) -> Callable[[RecordLayout], Side | None]:
    """Measures where a member lies and how large it is, whether it is a record or not."""

    def measure(layout: RecordLayout) -> Side | None:
        leaf = leaves(layout).get(path)
        if leaf is not None:
            return bits(leaf.bit_offset, leaf.placed.bit_size)
        cell = cell_at(layout, path)
        return bits(cell.bit_offset, cell.bit_size) if cell is not None else None

    return measure


def size(layout: RecordLayout) -> Side:
    """Measures the record itself."""
    return Side(size=layout.size, align=layout.align)


def bits(offset: int, count: int) -> Side:
    """Where bits lie, in bytes; the bits themselves in words where they are no whole bytes."""
    byte, bit = divmod(offset, 8)
    if not bit and not count % 8:
        return Side(offset=byte, size=count // 8)
    few = f"{count} bit{'s' * (count != 1)}"
    return Side(offset=byte, size=count // 8, text=f"{few} from bit {bit}")


def cell_at(layout: RecordLayout, path: str) -> Cell | None:
    """The member of that dotted path in the record's own body."""
    return next((cell for cell in cells(layout) if cell.path == path), None)


def weight(abis: Iterable[str]) -> tuple[Severity, Breaks]:
    """How bad a move on these ABIs is, and whom it breaks.

    What moves on 32-bit ABIs alone parts them from their 64-bit kernels. Where no 64-bit kernel
    runs any of them, it is a matter between a few programs and their own kernel.
    """
    table = [get(abi) for abi in abis]
    if any(abi.bits == 64 for abi in table):
        return Severity.ERROR, Breaks.BINARY
    if any(abi.compat_of for abi in table):
        return Severity.ERROR, Breaks.COMPAT
    return Severity.NOTE, Breaks.PORTABILITY


def some(abis: Sequence[str]) -> str:
    """The first of the ABIs by name, those that no 64-bit kernel runs after the others."""
    if len(abis) == len(all_abis()):
        return "all ABIs"
    ordered = sorted(abis, key=lambda abi: get(abi).bits == 32 and not get(abi).compat_of)
    if len(ordered) <= _FEW + 1:
        return listed(ordered)
    return listed([*ordered[:_FEW], f"{len(ordered) - _FEW} more"])


def where(forms: Iterable[Form], abis: Sequence[str]) -> str:
    """`` on i386`` and the like, for a sentence; empty where it is so on every ABI."""
    every = {abi for form in forms for abi in form.abis}
    return "" if every <= set(abis) else f" on {some(abis)}"


def resized(forms: Sequence[Form], *, among: Iterable[Form]) -> str:
    """``takes 16 bytes instead of 12 on i386``: the sizes that most ABIs of the forms share.

    The ABIs are named where not all that are ``among`` have those sizes.
    """
    found: dict[tuple[int, int], list[str]] = {}
    for form in forms:
        if form.old.size != form.new.size:
            found.setdefault((form.old.size, form.new.size), []).extend(form.abis)
    (old, new), abis = max(found.items(), key=lambda item: len(item[1]))
    return f"takes {new} bytes instead of {old}{where(among, abis)}"


def pairs(shifts: Iterable[Shift]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The 32-bit ABIs that no longer agree with a 64-bit kernel, and those that come to agree."""
    sides = {abi: (shift.old, shift.new) for shift in shifts for abi in shift.abis}
    parted: list[str] = []
    united: list[str] = []
    for small, large in compat_pairs():
        if small.name in sides and large.name in sides:
            before, after = map(_agree, sides[small.name], sides[large.name])
            if before is not after and None not in (before, after):
                (parted if before else united).append(small.name)
    return tuple(dict.fromkeys(parted)), tuple(dict.fromkeys(united))


def _agree(one: Side | None, other: Side | None) -> bool | None:
    if one is None or other is None:
        return None
    return (one.offset, one.size, one.text) == (other.offset, other.size, other.text)
