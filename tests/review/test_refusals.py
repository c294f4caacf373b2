# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests what is refused in one line before any work is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.review.conftest import Kernel
    from tests.review.test_review import Run


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("review", "gone.patch"), "gone.patch: no such file"),
        (("diff", "mainline", "gone.patch"), "gone.patch: no such file"),
        (("review", "HEAD", "--version", "2"), "--version picks one of a mailbox's"),
        (("review", "HEAD", "--format", "html=gone/x.html"), "cannot write gone/x.html"),
    ],
)
def test_what_cannot_be_meant(kernel: Kernel, run: Run, words: tuple[str, ...], told: str) -> None:
    """A patch or a folder that is not there, and a version of no mailbox, are named as that."""
    assert (kernel.path / "include").is_dir()
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert done.err.count("\n") == 1
