# SPDX-License-Identifier: GPL-2.0-or-later
"""This module knows the terminal: whether there is one, how wide, and if it wants colours."""

from __future__ import annotations

import os
import sys

_WIDEST = 120
"""Wider lines are harder to read than a second band of columns."""


def on_terminal() -> bool:
    """Standard output is a terminal that understands more than text."""
    return sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def coloured(choice: str) -> bool:
    """Colours are wanted on standard output: ``--color``, else NO_COLOR, else FORCE_COLOR.

    See no-color.org and force-color.org: an empty variable counts as unset.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or on_terminal()


def width() -> int:
    """Columns to write in: the terminal's, 80 where the output goes elsewhere."""
    if not on_terminal():
        return 80
    import shutil  # with all that it knows of archives

    return max(60, min(_WIDEST, shutil.get_terminal_size().columns))


def abandon_output() -> None:
    """Lets go of what standard output still holds: the interpreter would try once more to write.

    It ends with 120 where that fails.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
