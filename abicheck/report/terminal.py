# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes lines with colours, for a terminal."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from abicheck.report.lines import Role
from abicheck.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.report.lines import Line

_STYLES = {
    Role.PLAIN: "",
    Role.TITLE: "bold",
    Role.PLACE: "dim",
    Role.HEADING: "bold blue",
    Role.NUMBER: "",
    Role.TYPE: "cyan",
    Role.NAME: "bold",
    Role.HOLE: "yellow",
    Role.COMMENT: "dim",
    Role.DIFFERS: "bold red",
    Role.GOOD: "green",
    Role.WARNING: "yellow",
    Role.BAD: "bold red",
}


def render(lines: Iterable[Line]) -> str:
    """The same text as the plain report, in the terminal's own sixteen colours."""
    out = StringIO()
    console = Console(file=out, force_terminal=True, color_system="standard", soft_wrap=True)
    for line in lines:
        pieces = [(printable(text), _STYLES[role]) for text, role in line]
        text = Text.assemble(*pieces, end="\n", no_wrap=True, overflow="ignore")
        text.rstrip()
        console.print(text, highlight=False, markup=False, emoji=False)
    return out.getvalue()
