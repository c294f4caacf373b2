# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which records of the baseline the current version has nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.engine.diff.payloads import records_in

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from abicheck.engine.diff.plots import Plots
    from abicheck.engine.harvest import Harvest
    from abicheck.export import World
    from abicheck.model import RecordAcross


class Names:
    """The records that the texts of a version may define, under whatever ``#if``."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Mapping[bytes, Sequence[str]]] = {}

    def elsewhere(self, world: World, include: str, name: str) -> str | None:
        """The include path of another header of a world that may define the record."""
        if world.identity not in self._known:
            self._known[world.identity] = _definers(world)
        tag = name.rpartition(" ")[2].encode()
        places = self._known[world.identity].get(tag, ())
        return next((other for other in places if other != include), None)


def _definers(world: World) -> Mapping[bytes, Sequence[str]]:
    """By the last word of its name, the include paths of headers that may define a record."""
    found: dict[bytes, list[str]] = {}
    for header in world.headers():
        for tag in records_in(world.text(header.include) or b""):
            found.setdefault(tag, []).append(header.include)
    return found


class Gone(Struct, frozen=True):
    """A record that some ABIs have nowhere any more."""

    across: RecordAcross
    abis: tuple[str, ...]
    elsewhere: str | None
    """A header that may define it for other ABIs."""


def gone(
    left: Iterable[tuple[RecordAcross, tuple[str, ...]]], plots: Plots, harvest: Harvest
) -> Iterator[Gone]:
    """Those of the records left over whose header is still there and was read.

    ``harvest`` is what the current version gave. A header that is gone takes its records along,
    and is told of as a whole.
    """
    names = Names()
    unread = {(item.subject or item.path, abi) for item in harvest.not_checked for abi in item.abis}
    unread |= {(item.path, abi) for item in harvest.absent for abi in item.abis}
    others: tuple[World, ...] | None = None
    for across, abis in left:
        include = plots.include(across.path)
        lost = []
        if others is None:
            others = tuple({world.identity: world for world in plots.others}.values())
        known = (names.elsewhere(world, include, across.name) for world in others)
        home = next(filter(None, known), None)
        for abi, (_, world) in plots.worlds.items():
            other = names.elsewhere(world, include, across.name)
            home = home or other
            if abi not in abis or other or not _was_read(plots, abi, include):
                continue
            if not {(world.origin(include), abi), (across.name, abi)} & unread:
                lost.append(abi)
        if lost:
            yield Gone(across, tuple(lost), home)


def _was_read(plots: Plots, abi: str, include: str) -> bool:
    """Whether a header is there and counts by itself, not only where others include it."""
    if plots.worlds[abi][1].text(include) is None:
        return False
    return include in plots.new.headers[abi] or include.startswith("asm-generic/")
