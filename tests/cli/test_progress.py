# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests what a person who waits is told."""

from __future__ import annotations

import io
import signal
import sys
from typing import TYPE_CHECKING

from abicheck.cli.progress import waiting

if TYPE_CHECKING:
    import pytest


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_is_told_how_long_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each second rewrites one line, and the end takes it away."""
    stderr = _Terminal()
    monkeypatch.setattr(sys, "stderr", stderr)
    before = signal.getsignal(signal.SIGALRM)
    with waiting("reading headers"):
        signal.raise_signal(signal.SIGALRM)
        signal.raise_signal(signal.SIGALRM)
    assert stderr.getvalue() == (
        "\r\x1b[Kabicheck: reading headers, 1 s\r\x1b[Kabicheck: reading headers, 2 s\r\x1b[K"
    )
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_short_work_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done within the first second leaves no trace."""
    stderr = _Terminal()
    monkeypatch.setattr(sys, "stderr", stderr)
    with waiting("reading headers"):
        pass
    assert stderr.getvalue() == ""


def test_a_log_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where standard error is no terminal there are no such lines, and no timer."""
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    before = signal.getsignal(signal.SIGALRM)
    with waiting("reading headers"):
        assert signal.getsignal(signal.SIGALRM) == before
    assert stderr.getvalue() == ""
