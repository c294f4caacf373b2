# SPDX-License-Identifier: GPL-2.0-or-later
"""This module lends a private git repository that is gone when it is given back, come what may."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ENDINGS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""What would end the process without a word; SIGINT is an exception in Python already."""


@contextmanager
def scratch_repository() -> Iterator[Path]:
    """An empty bare repository in a folder of its own that only this user can enter.

    A signal that asks the process to end removes it first.
    """
    import shutil
    import tempfile
    from pathlib import Path

    with _ending_as_exceptions():
        folder = Path(tempfile.mkdtemp(prefix="abicheck-"))
        try:
            (folder / "objects").mkdir()
            (folder / "refs").mkdir()
            (folder / "HEAD").write_text("ref: refs/heads/none\n")
            yield folder
        finally:
            before = signal.pthread_sigmask(signal.SIG_BLOCK, (*_ENDINGS, signal.SIGINT))
            shutil.rmtree(folder, ignore_errors=True)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _ending_as_exceptions() -> Iterator[None]:
    """Signals raise SystemExit, as a shell reports them, save where somebody listens already."""
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    changed = [number for number in _ENDINGS if signal.getsignal(number) is signal.SIG_DFL]
    for number in changed:
        signal.signal(number, _leave)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)


def _leave(number: int, _: object) -> NoReturn:
    raise SystemExit(128 + number)
