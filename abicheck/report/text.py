# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes lines as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.report.lines import Line


def render(lines: Iterable[Line]) -> str:
    """The lines without colours, none with blanks at its end."""
    return "".join(f"{''.join(printable(text) for text, _ in line).rstrip()}\n" for line in lines)
