# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells a person who waits that work goes on."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """From the first second on, a line on a terminal's standard error says how long it takes.

    The line goes away at the end. A timer's signal writes it: a thread would not survive the
    forks of the work itself.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    import signal

    seconds = 0

    def tell(*_: object) -> None:
        nonlocal seconds
        seconds += 1
        _write(f"abicheck: {what}, {seconds} s")

    before = signal.signal(signal.SIGALRM, tell)
    signal.setitimer(signal.ITIMER_REAL, 1, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if seconds:
            _write("")


def _write(text: str) -> None:
    """Replaces the line the cursor is in."""
    sys.stderr.write(f"\r\x1b[K{text}")
    sys.stderr.flush()
