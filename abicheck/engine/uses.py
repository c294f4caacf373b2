# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells how records cross the boundary between programs of different ABIs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.checks.facts import Role, Use
from abicheck.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.engine.fields import Plot

_IOCTL = re.compile(
    rb"^[ \t]*#[ \t]*define[ \t]+(\w+)[^\n]*?\b\w*(IOWR|IOR|IOW)\w*[ \t]*\("
    rb"[^\n]*?\b((?:struct|union)[ \t]+\w+|\w+_t)[ \t]*(?:\[[^\]]*\])?[ \t]*\)",
    re.MULTILINE,
)
_ROLES = {b"IOWR": Role.IOCTL_BOTH, b"IOR": Role.IOCTL_OUT, b"IOW": Role.IOCTL_IN}


class Uses:
    """The uses of every record, from all headers of the trees that are judged."""

    def __init__(self, plot: Plot) -> None:
        """Reads the ioctl numbers of all headers that some ABI exports."""
        self._uses: dict[str, dict[Use, None]] = {}
        for path, text in _texts(plot):
            for match in _IOCTL.finditer(text.replace(b"\\\n", b" \t")):
                name = " ".join(match[3].decode().split())
                line = text.count(b"\n", 0, match.start()) + 1
                use = Use(role=_ROLES[match[2]], by=match[1].decode(), span=Span(path, line, 1))
                self._uses.setdefault(name, {})[use] = None

    def of(self, name: str) -> tuple[Use, ...]:
        """How the record of that name is used, as far as headers say."""
        return tuple(self._uses.get(name, ()))


def _texts(plot: Plot) -> Iterator[tuple[str, bytes]]:
    seen: set[str] = set()
    for world in plot.worlds.values():
        for header in world.headers():
            if header.path not in seen:
                seen.add(header.path)
                text = world.text(header.include)
                if text is not None and b"_IO" in text:
                    yield header.path, text
