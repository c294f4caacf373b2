# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the headers whose records the ioctl numbers of other headers are made with."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from abicheck.parse.bare import joined
from abicheck.parse.inclusion import closure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abicheck.export import World

_COMMAND = re.compile(rb"^[ \t]*#[ \t]*define\b[^\n]*_IO[^\n]*", re.MULTILINE)
_PAYLOAD = re.compile(rb"\b(?:struct|union)[ \t]+(\w+)")
_DEFINED = re.compile(
    rb"\b(?:struct|union)\s+(?:__attribute__\s*\(\([^;{}]{0,80}\)\)\s*)?(\w+)\s*\{"
    rb"|\}[^;{}=]{0,80}?\b(\w+)\s*;"
)


@cache
def records_in(text: bytes) -> frozenset[bytes]:
    """The last words of the records that a text may define, under whatever ``#if``."""
    return frozenset(match[1] or match[2] for match in _DEFINED.finditer(text))


def payload_headers(old: World, new: World, includes: Iterable[str]) -> Iterator[str]:
    """What defines, in one of two worlds, the records of ioctl numbers in which headers differ.

    A header's own records are left out: whoever compares it reads those.
    """
    for include in includes:
        before, after = (_numbers(world.text(include) or b"") for world in (old, new))
        changed = {name for line in before ^ after for name in _PAYLOAD.findall(line)}
        for world in (old, new) if changed else ():
            wanted = changed - records_in(world.text(include) or b"")
            for name, text in closure(world, (include,)).items() if wanted else ():
                if not wanted.isdisjoint(records_in(text)):
                    yield name


@cache
def _numbers(text: bytes) -> frozenset[bytes]:
    """The lines that define ioctl numbers."""
    return frozenset(_COMMAND.findall(joined(text))) if b"_IO" in text else frozenset()
