# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what mechanisms that judge a step are given; they give back hits."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct, field

from abicheck.review.added import AddedFile, added_files
from abicheck.review.headers import HeaderStep, ShownHeader
from abicheck.review.homes import Homes
from abicheck.review.paths import expand
from abicheck.review.sketches import MAX_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.review.boundaries import Boundary
    from abicheck.review.interfaces import Interface
    from abicheck.review.steps import FileChange, Step
    from abicheck.vcs.tree import Tree

_MIRRORS = ("tools/", "samples/", "scripts/")
"""Folders of a kernel whose headers are copies of others."""


class StepFacts(Struct, frozen=True, kw_only=True, eq=False, dict=True):
    """A step, and what can be read of it; nothing is read before a mechanism asks."""

    step: Step
    interfaces: tuple[Interface, ...] = ()
    boundaries: tuple[Boundary, ...] = ()
    documents: tuple[str, ...] = ()
    """Globs of further documents that show records and constants of headers."""
    homes: Homes = field(default_factory=Homes)
    """Knows where twins of records are, for all steps of a change."""
    copies: tuple[str, ...] = ()
    """Further folders with copies of the exported headers: ``<folder>/linux/kvm.h``."""
    unread: dict[str, str] = field(default_factory=dict)
    """Files that a mechanism asked for and nobody reads, with the reason; grows as they ask."""

    @cached_property
    def headers(self) -> tuple[HeaderStep, ...]:
        """The uapi headers that the step touches, in its order; no copies among them."""
        touched = (file for file in self.step.files if is_header(file.path))
        return tuple(self._header(file) for file in touched)

    def _header(self, file: FileChange) -> HeaderStep:
        old = shown(self.step.old, file.old_path) if file.old_path else None
        new = None if file.removed else self.shown(file.path)
        return HeaderStep(file.path, old, new)

    @cached_property
    def paths(self) -> frozenset[str]:
        """The files that the step touches, by their path today."""
        return frozenset(file.path for file in self.step.files)

    @cached_property
    def added(self) -> tuple[AddedFile, ...]:
        """The C files that the step touches."""
        return added_files(self.step.files)

    def around(self, interface: Interface) -> tuple[ShownHeader, ...]:
        """All headers of an interface after the step."""
        found = map(self.shown, expand(self.step.new, interface.headers))
        return tuple(header for header in found if header is not None)

    def texts(self, globs: Iterable[str]) -> dict[str, bytes]:
        """The documents that fit the globs after the step, by path; ``unread`` has the others."""
        paths = expand(self.step.new, globs)
        texts = self.step.new.read_many(paths)
        for path in paths:
            self._take_note(path, texts.get(path))
        return {path: texts[path] for path in sorted(texts.keys() - self.unread.keys())}

    def shown(self, path: str) -> ShownHeader | None:
        """A header after the step; ``unread`` has one whose records are too much to read."""
        found = shown(self.step.new, path)
        self._take_note(path, None if found is None else found.content)
        return found

    def _take_note(self, path: str, content: bytes | None) -> None:
        reason = self.step.new.refusal(path) if content is None else ""
        if content is not None and len(content) > MAX_TEXT:
            reason = f"has more than {MAX_TEXT >> 20} MiB: what it shows is compared with nothing"
        if reason:
            self.unread[path] = reason

    def files(self, globs: Iterable[str]) -> tuple[str, ...]:
        """The files after the step that fit the globs, or stand in a folder that does."""
        tree = self.step.new
        found: set[str] = set()
        for path in expand(tree, globs):
            found.update(tree.files(path) or (path,))
        return tuple(sorted(found))


def is_header(path: str) -> bool:
    """Whether a file is a uapi header itself, neither a copy of one nor anything else."""
    return path.endswith(".h") and "/uapi/" in f"/{path}" and not path.startswith(_MIRRORS)


def shown(tree: Tree, path: str) -> ShownHeader | None:
    """A header of a tree, None where there is none."""
    content = tree.read(path)
    return None if content is None else _read(path, content)


@lru_cache(maxsize=64)
def _read(path: str, content: bytes) -> ShownHeader:
    """A header's text, the same for all steps of a series that leave it as it is."""
    return ShownHeader(path, content)
