# SPDX-License-Identifier: GPL-2.0-or-later
"""This module words the parts of a picture: what stands in a cell, and what hovering tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.report.printable import printable
from abicheck.report.review.maps.charts import Mark

if TYPE_CHECKING:
    from abicheck.report.review.maps.cells import Cell
    from abicheck.report.review.maps.charts import Marked

_LETTER = 7.3
"""The width of a letter in a monospaced font of 12 units, with a little to spare."""
_SIGNS = {
    Mark.SAME: "",
    Mark.MOVED: "\u2195 ",
    Mark.INSIDE: "\u21b3 ",
    Mark.ADDED: "+ ",
    Mark.GONE: "\u2212 ",
}
"""What tells a mark without colours."""


def label(each: Marked, width: float) -> str:
    """What fits into a cell of that width: the path, its last name, or the start of that."""
    room = int((width - 6) / _LETTER)
    sign, name = _SIGNS[each.mark], printable(each.cell.label)
    last = name.rpartition(".")[2]
    for text in (f"{sign}{name}", f"{sign}{last}", last):
        if len(text) <= room:
            return text
    return f"{last[: room - 1]}\u2026" if room > 1 else sign.strip()[:room]


def hover(each: Marked) -> str:
    """All there is to say of a cell in one line."""
    cell = each.cell
    parts = [f"{cell.label}: {cell.type}" if cell.type else cell.label, place(cell)]
    match each.mark:
        case Mark.MOVED if each.other is not None:
            parts.append(f"on the other side {place(each.other)}")
        case Mark.INSIDE:
            parts.append("its arms differ")
        case Mark.ADDED | Mark.GONE:
            parts.append("not on the other side")
        case _:
            pass
    return ", ".join(parts)


def place(cell: Cell) -> str:
    """``byte 4``, ``bytes 4 to 7`` or ``bits 3 to 7 of byte 4``."""
    first, skipped = divmod(cell.start, 8)
    last, left = divmod(cell.end, 8)
    if skipped or left:
        count = cell.end - cell.start
        return f"{count} bit{'s' if count > 1 else ''} from bit {skipped} of byte {first}"
    return f"byte {first}" if last == first + 1 else f"bytes {first} to {last - 1}"
