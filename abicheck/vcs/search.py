# SPDX-License-Identifier: GPL-2.0-or-later
"""This module looks for phrases in files where no git does it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

SUFFIXES = (".c", ".h")
"""Of C files."""
_MOST = 4 << 30
"""Bytes that are looked through; all C files of Linux 6.1 have 1.1 GiB."""


def mentioned(
    paths: Iterable[str], read: Callable[[str], bytes | None], phrases: Sequence[str]
) -> Iterator[str]:
    """Those of the C files that hold one of the phrases; InputError for more than anybody has."""
    pattern = re.compile(b"|".join(re.escape(phrase.encode()) for phrase in phrases))
    total = 0
    for path in paths:
        text = read(path) if path.endswith(SUFFIXES) else None
        if text is None:
            continue
        total += len(text)
        if total > _MOST:
            raise InputError(f"more than {_MOST >> 30} GiB of C files")
        if pattern.search(text):
            yield path
