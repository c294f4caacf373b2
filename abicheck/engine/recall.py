# SPDX-License-Identifier: GPL-2.0-or-later
"""This module remembers what headers yielded, so that no content is parsed twice in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from abicheck.engine.harvest import Harvest
from abicheck.engine.labour import add, reap
from abicheck.parse.inclusion import closure

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from abicheck.engine.fields import Plot
    from abicheck.engine.frontends import FrontEnd

_Key: TypeAlias = "tuple[str, Hashable]"
"""A header's path, with all that any ABI makes it of."""


class Recall:
    """What headers yielded, by their contents and those of all they may include."""

    def __init__(self) -> None:
        self._known: dict[_Key, Harvest] = {}

    def reap(self, plot: Plot, front: FrontEnd, jobs: int) -> Harvest:
        """Everything the plot yields, as ``labour.reap`` does; only what is new is parsed."""
        if plot.inner or not plot.wanted.everything:
            return reap(plot, front, jobs)
        keys = {path: (path, _made_of(plot, path)) for path in plot.paths()}
        unknown = frozenset(path for path, key in keys.items() if key not in self._known)
        if unknown:
            fresh = reap(plot.narrowed(unknown, frozenset(plot.headers)), front, jobs)
            self._known.update((keys[path], _part(fresh, path)) for path in unknown)
        total = Harvest()
        for key in keys.values():
            add(total, self._known[key])
        return total


def _made_of(plot: Plot, path: str) -> Hashable:
    """By ABI, the texts that a header's unit may reach."""
    return frozenset(
        (abi, include, _texts(plot, abi, include))
        for abi, headers in plot.headers.items()
        for include, at in headers.items()
        if at == path
    )


def _texts(plot: Plot, abi: str, include: str) -> frozenset[tuple[str, bytes]]:
    world = plot.worlds[abi]
    reached: Iterable[tuple[str, bytes]] = closure(
        world, (*world.prelude(include), include)
    ).items()
    return frozenset(reached)


def _part(harvest: Harvest, path: str) -> Harvest:
    """What one header yielded."""
    return Harvest(
        groups={key: groups for key, groups in harvest.groups.items() if key[0] == path},
        undeclared={key: names for key, names in harvest.undeclared.items() if key[0] == path},
        not_checked=[item for item in harvest.not_checked if item.path == path],
        absent=[item for item in harvest.absent if item.path == path],
        types=harvest.types,
    )
