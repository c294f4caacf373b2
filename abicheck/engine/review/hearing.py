# SPDX-License-Identifier: GPL-2.0-or-later
"""This module asks the rules of lint about headers as a series leaves them, each state once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from abicheck import abis
from abicheck.engine.court import Court
from abicheck.engine.fields import plots
from abicheck.engine.frontends import front_end
from abicheck.engine.labour import whole_headers
from abicheck.engine.recall import Recall
from abicheck.engine.selection import wanted_records
from abicheck.engine.uses import Uses
from abicheck.parse.inclusion import closure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from abicheck.engine.fields import Plot
    from abicheck.engine.review.request import ReviewRequest
    from abicheck.export import Exports, World
    from abicheck.model import Finding, NotChecked, Suppressed
    from abicheck.review.steps import FileChange, Step
    from abicheck.vcs.tree import Tree

_State: TypeAlias = "tuple[str, tuple[tuple[str, str | None], ...]]"
"""A header's path, with every changing file that it may include and its contents."""


class Heard(Struct):
    """What the rules say about one header in one state."""

    findings: list[Finding] = field(default_factory=list)
    suppressed: list[Suppressed] = field(default_factory=list)
    not_checked: list[NotChecked] = field(default_factory=list)


class Scene:
    """A tree with what its ABIs see of it."""

    def __init__(self, tree: Tree, exports: Exports, names: Sequence[str]) -> None:
        self.tree = tree
        self.exports = exports
        self.worlds: dict[str, World | None] = {
            name: self.exports.world(abis.get(name)) for name in names
        }

    def exported(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Those of the paths that are headers which some ABI can include."""
        return tuple(path for path in paths if path.endswith(".h") and self._is_exported(path))

    def paths(self) -> frozenset[str]:
        """Every file of the tree that some ABI exports."""
        found = (header.path for world in self._distinct() for header in world.headers())
        return frozenset(path for path in found if not path.startswith("<"))

    def _is_exported(self, path: str) -> bool:
        include = self.exports.header(path)
        return (
            include is not None
            and self.tree.blob(path) is not None
            and any(
                world.text(include) is not None and world.origin(include) == path
                for world in self._distinct()
            )
        )

    def state(self, path: str, moving: frozenset[str]) -> _State:
        """What a header is made of, as far as that changes at all."""
        include = self.exports.header(path) or path
        reached = {path}
        for world in self._distinct():
            reached |= {world.origin(name) for name in closure(world, (include,))} & moving
        return path, tuple((name, self.tree.blob(name)) for name in sorted(reached))

    def _distinct(self) -> Iterable[World]:
        """One world of each set of ABIs that see the same."""
        worlds = (world for world in self.worlds.values() if world is not None)
        return {world.identity: world for world in worlds}.values()


class Hearings:
    """The rules, and what they have said so far."""

    def __init__(self, request: ReviewRequest, moving: Iterable[str], latest: Tree) -> None:
        """Takes the paths that change at all, and the tree that tells how records are used.

        Raises UsageError for an unknown ABI.
        """
        every = tuple(abi.name for abi in abis.all_abis())
        self.names = request.abis or request.config.abis or every
        self.front = front_end(request.frontend)
        self._request = request
        self.recall = Recall()
        self._moving = frozenset(moving)
        self._latest = latest
        self._uses: Uses | None = None
        self._heard: dict[_State, Heard] = {}
        self._scenes: dict[int, Scene] = {}

    @cached_property
    def court(self) -> Court:
        """The rules about one version; UsageError for an unknown one, ConfigError for a wrong."""
        return Court(self._request.rulebook, self._request.config, self._request.only)

    def scene(self, tree: Tree) -> Scene:
        """A tree with its worlds, made once."""
        if id(tree) not in self._scenes:
            self._scenes[id(tree)] = Scene(tree, self.recall.exports(tree), self.names)
        return self._scenes[id(tree)]

    def read_ahead(self, steps: Iterable[Step], meanwhile: Callable[[], None]) -> None:
        """Has the headers that steps touch parsed, as each is before and after, all at once.

        ``meanwhile`` is what this process does while others parse.
        """
        states = (
            (tree, paths)
            for step in steps
            for tree, paths in ((step.old, former(step.files)), (step.new, present(step.files)))
        )
        scenes = [(self.scene(tree), paths) for tree, paths in states]
        plots = [_plot(scene, found) for scene, paths in scenes if (found := scene.exported(paths))]

        def beside() -> None:
            meanwhile()
            if plots:
                self._all_uses()

        self.recall.reap_all(plots, self.front, self._request.jobs, beside)

    def about(self, tree: Tree, paths: Iterable[str]) -> dict[str, Heard]:
        """By path: what the rules say about those of the paths that are exported headers."""
        scene = self.scene(tree)
        states = {path: scene.state(path, self._moving) for path in scene.exported(paths)}
        unheard = tuple(path for path, state in states.items() if state not in self._heard)
        if unheard:
            heard = self._hear(scene, unheard, self.court)
            self._heard.update((states[path], heard[path]) for path in unheard)
        return {path: self._heard[state] for path, state in states.items()}

    def some(self, tree: Tree, paths: Iterable[str], rules: frozenset[str]) -> Iterator[Heard]:
        """What at least these rules say about those of the paths that are exported headers."""
        scene = self.scene(tree)
        unheard = []
        for path in scene.exported(paths) if rules else ():
            state = scene.state(path, self._moving)
            if state in self._heard:
                yield self._heard[state]
            else:
                unheard.append(path)
        if unheard:
            yield from self._hear(scene, tuple(unheard), self.court.of(rules)).values()

    def _hear(self, scene: Scene, paths: tuple[str, ...], court: Court) -> dict[str, Heard]:
        plot = _plot(scene, paths)
        verdict = court.hear(plot, self.front, self._all_uses(), self._request.jobs, self.recall)
        heard = {path: Heard() for path in paths}
        for finding in verdict.findings:
            heard.get(finding.span.path, Heard()).findings.append(finding)
        for suppressed in verdict.suppressed:
            path = suppressed.finding.span.path
            heard.get(path, Heard()).suppressed.append(suppressed)
        for item in (*plot.omitted, *whole_headers(verdict.harvest)):
            heard.get(item.path, Heard()).not_checked.append(item)
        return heard

    def _all_uses(self) -> Uses:
        if self._uses is None:
            scene = self.scene(self._latest)
            paths = scene.exported(sorted(self._moving))
            self._uses = Uses(_plot(scene, paths))
        return self._uses


def _plot(scene: Scene, paths: tuple[str, ...]) -> Plot:
    """Everything that headers of a tree define, under all its ABIs."""
    return plots(scene.exports, scene.worlds, paths, wanted_records(("*",)), scene.tree)


def present(files: Iterable[FileChange]) -> tuple[str, ...]:
    """The paths that files have after a step."""
    return tuple(dict.fromkeys(file.path for file in files if not file.removed))


def former(files: Iterable[FileChange]) -> tuple[str, ...]:
    """The paths that files had before it."""
    return tuple(dict.fromkeys(file.old_path for file in files if file.old_path is not None))
