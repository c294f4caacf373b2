# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which headers of a tree programs of an ABI get to see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.errors import UsageError
from abicheck.export import open_exports

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.export import World
    from abicheck.model import Abi
    from abicheck.vcs.open import Opened

_OF_ARCH = re.compile(r"(?:^|/)arch/([^/]+)/")
_GENERIC = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*[<"](asm-generic/[\w.-]+)[>"]', re.MULTILINE)


class Sight:
    """The exported headers of a tree by ABI; inside it, any header that is asked for."""

    def __init__(self, opened: Opened, chosen: Sequence[Abi]) -> None:
        """Raises UsageError where no header lies at the path asked for."""
        exports = open_exports(opened.tree)
        known: dict[object, frozenset[str]] = {}
        self._seen: dict[str, frozenset[str]] = {}
        for abi in chosen:
            world = exports.world(abi)
            if world is None:
                continue
            if world.identity not in known:
                known[world.identity] = frozenset(_paths(world))
            self._seen[abi.name] = known[world.identity]
        self._exported = frozenset().union(*known.values())
        self.headers = tuple(sorted(_asked(opened, self._exported)))
        if not self.headers:
            where = opened.path or "this folder"
            raise UsageError(f"{where} holds no exported header of {opened.tree.label}")

    def sees(self, path: str, abi: Abi) -> bool:
        """Whether programs of an ABI see a header.

        All ABIs see one that none exports, but for what lies below another architecture's folder.
        """
        if path in self._exported:
            return path in self._seen.get(abi.name, ())
        place = _OF_ARCH.search(path)
        return place is None or place.group(1) == abi.arch


def _paths(world: World) -> Iterator[str]:
    """What an ABI exports, and the ``asm-generic`` headers that its own ``asm/`` includes."""
    for header in world.headers():
        if header.path.startswith("<"):
            continue
        yield header.path
        if header.include.startswith("asm/"):
            for match in _GENERIC.finditer(world.text(header.include) or b""):
                generic = match.group(1).decode()
                if world.text(generic) is not None:
                    yield world.origin(generic)


def _asked(opened: Opened, exported: frozenset[str]) -> Iterator[str]:
    path = opened.path
    if path.endswith(".h"):
        yield path
        return
    inside = [name for name in exported if not path or name.startswith(f"{path}/")]
    if inside or not path:
        yield from inside
        return
    yield from (name for name in opened.tree.files(path) if name.endswith(".h"))
