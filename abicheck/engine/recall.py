# SPDX-License-Identifier: GPL-2.0-or-later
"""This module remembers trees, and what headers yielded: nothing is done twice in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from abicheck.diff.same import typedefs
from abicheck.engine.harvest import Harvest
from abicheck.engine.labour import add, reap_all
from abicheck.export import open_exports
from abicheck.export.rewritten import open_rewritten
from abicheck.parse.inclusion import closure
from abicheck.vcs.edited import EditedTree

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from abicheck.engine.fields import Plot
    from abicheck.engine.frontends import FrontEnd
    from abicheck.export import Exports, World
    from abicheck.vcs.tree import Tree

_Key: TypeAlias = "tuple[str, Hashable]"
"""A header's path, with all that any ABI makes it of."""


class Recall:
    """What headers yielded, by their contents and those of all they may include."""

    def __init__(self) -> None:
        self._known: dict[_Key, Harvest] = {}
        self._exports: dict[int, tuple[Tree, Exports]] = {}

    def exports(self, tree: Tree) -> Exports:
        """The headers that a tree exports, whose worlds keep what they were asked before."""
        if id(tree) not in self._exports:
            self._exports[id(tree)] = tree, self._opened(tree)  # an id holds while its tree does
        return self._exports[id(tree)][1]

    def _opened(self, tree: Tree) -> Exports:
        paths = tree.rewritten() if isinstance(tree, EditedTree) else None
        if not isinstance(tree, EditedTree) or paths is None:
            return open_exports(tree)
        return open_rewritten(self.exports(tree.original), tree, paths)

    def reap(self, plot: Plot, front: FrontEnd, jobs: int) -> Harvest:
        """Everything the plot yields, as ``labour.reap`` does; only what is new is parsed."""
        return self.reap_all((plot,), front, jobs)[0]

    def reap_all(
        self,
        plots: Sequence[Plot],
        front: FrontEnd,
        jobs: int,
        meanwhile: Callable[[], None] | None = None,
    ) -> tuple[Harvest, ...]:
        """What each of the plots yields, as ``labour.reap_all`` does; only what is new is parsed.

        A plot with files that only others include is read whole: their records belong to no header.
        """
        keys = [{} if _is_apart(plot) else _keys(plot) for plot in plots]
        rest = tuple(self._unknown(plots, keys))
        fresh = reap_all(rest, front, jobs, meanwhile)
        for known, plot, harvest in zip(keys, rest, fresh, strict=True):
            if known:
                self._known.update(_parted(known, plot, harvest))
        return tuple(
            self._total(known.values()) if known else found
            for known, found in zip(keys, fresh, strict=True)
        )

    def _unknown(self, plots: Iterable[Plot], keys: Iterable[dict[str, _Key]]) -> Iterator[Plot]:
        """The plots without the headers that are known, or that an earlier one of them has."""
        taken = set(self._known)
        for plot, known in zip(plots, keys, strict=True):
            paths = frozenset(path for path, key in known.items() if key not in taken)
            taken.update(known.values())
            yield plot.narrowed(paths, frozenset(plot.headers)) if known else plot

    def _total(self, keys: Iterable[_Key]) -> Harvest:
        total = Harvest()
        for key in keys:
            add(total, self._known[key])
        return total


def _is_apart(plot: Plot) -> bool:
    return bool(plot.inner) or not plot.wanted.everything


def _keys(plot: Plot) -> dict[str, _Key]:
    """By path, what a header is made of: by ABI, the texts that its unit may reach."""
    made_of: dict[str, set[Hashable]] = {path: set() for path in plot.paths()}
    known: dict[object, Hashable] = {}
    for abi, headers in plot.headers.items():
        for include, path in headers.items():
            seen = plot.worlds[abi].identity, include
            if seen not in known:
                known[seen] = _texts(plot.worlds[abi], include)
            made_of[path].add((abi, include, known[seen]))
    return {path: (path, frozenset(texts)) for path, texts in made_of.items()}


def _texts(world: World, include: str) -> frozenset[tuple[str, bytes]]:
    reached: Iterable[tuple[str, bytes]] = closure(
        world, (*world.prelude(include), include)
    ).items()
    return frozenset(reached)


def _parted(
    keys: Mapping[str, _Key], plot: Plot, harvest: Harvest
) -> Iterator[tuple[_Key, Harvest]]:
    """What each header of the plot yielded: of a single one, all."""
    paths = plot.paths()
    for path in paths:
        yield keys[path], harvest if len(paths) == 1 else _part(harvest, path)


def _part(harvest: Harvest, path: str) -> Harvest:
    """What one header yielded."""
    groups = {key: groups for key, groups in harvest.groups.items() if key[0] == path}
    used = frozenset().union(
        *(typedefs(each.layout) for found in groups.values() for each in found)
    )
    return Harvest(
        groups=groups,
        undeclared={key: names for key, names in harvest.undeclared.items() if key[0] == path},
        not_checked=[item for item in harvest.not_checked if item.path == path],
        absent=[item for item in harvest.absent if item.path == path],
        types={name: types for name, types in harvest.types.items() if name in used},
    )
