# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads the claims of every tree, each distinct content once."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from abicheck.families.blocks import REGISTERS, read_blocks
from abicheck.families.collect import definitions
from abicheck.families.places import candidates, is_top, wanted
from abicheck.families.scan import is_stripped, read_text
from abicheck.model.claims import Missing, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abicheck.engine.sources import Source
    from abicheck.families.blocks import Block
    from abicheck.families.scan import HeaderText
    from abicheck.model.claims import Definition, Family
    from abicheck.vcs.tree import Tree

_Found = tuple[str, str]
"""A path and the id of what it holds."""
_Content = tuple[tuple[_Found, ...], tuple[_Found, ...]]
"""The headers with a family's members, and those that its expressions need."""


class Reader:
    """Finds, reads and remembers headers and what families have in them."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._alike = _alike(sources)
        self._places: dict[tuple[int, str, str | None], _Found | None] = {}
        self.closed: dict[str, None] = {}
        """The headers that a tree has and nobody can read, each with the reason."""
        self._register: tuple[Block, ...] | None = None
        self._texts: dict[_Found, HeaderText] = {}
        self._definitions: dict[tuple[str, _Content], tuple[Definition, ...]] = {}

    def sheets(self, family: Family) -> tuple[tuple[Sheet, ...], tuple[Missing, ...]]:
        """The family's distinct contents in the order of the trees, and the trees without it."""
        holders: dict[tuple[Definition, ...], list[int]] = {}
        by_content: dict[_Content, list[int]] = {}
        missing: list[int] = []
        for index, same in self._alike.items():
            tree = self._sources[index].tree
            content = (
                self._find(index, tree, family, family.headers),
                self._find(index, tree, family, family.uses),
            )
            if not content[0]:
                missing.extend(same)
                continue
            if content not in by_content:
                found = self.definitions(family, tree, content)
                by_content[content] = holders.setdefault(found, [])
            by_content[content].extend(same)
        told = tuple(
            Missing(tree=self._sources[index].label, headers=family.headers)
            for index in sorted(missing)
        )
        if not any(holders):
            return (), told
        rows = sorted(holders.items(), key=lambda row: min(row[1]))
        return tuple(Sheet(trees=self._labels(held), definitions=d) for d, held in rows), told

    def strangers(self, families: Iterable[Family], labels: Iterable[str]) -> tuple[str, ...]:
        """Those of the trees that hold no header of any family."""
        asked = frozenset(labels)
        found: list[int] = []
        for index, same in self._alike.items():
            tree = self._sources[index].tree
            if any(self._sources[i].label in asked for i in same) and not any(
                self._find(index, tree, family, family.headers) for family in families
            ):
                found.extend(same)
        return self._labels(found)

    def _labels(self, indexes: Iterable[int]) -> tuple[str, ...]:
        return tuple(self._sources[index].label for index in sorted(indexes))

    def _find(
        self, index: int, tree: Tree, family: Family, headers: Iterable[str]
    ) -> tuple[_Found, ...]:
        found = [self._place(index, tree, *place) for place in _spread(tree, family, headers)]
        for pattern in (header for header in headers if "*" in header):
            for item in tree.omitted(_folder(pattern)):
                if item.path.endswith("/") or fnmatchcase(item.path, pattern):
                    self._close(index, item.path, item.reason)
        return tuple(dict.fromkeys(place for place in found if place is not None))

    def _close(self, index: int, path: str, reason: str) -> None:
        told = f"not checked: {self._sources[index].label}: {path} {reason}"
        self.closed[told] = None

    def _place(self, index: int, tree: Tree, header: str, arch: str | None) -> _Found | None:
        key = (index, header, arch)
        if key not in self._places:
            self._places[key] = find_header(tree, header, arch)
            if self._places[key] is None:
                for path, _ in candidates(header, arch):
                    if (reason := tree.refusal(path)) is not None:
                        self._close(index, path, reason)
        return self._places[key]

    def register(self) -> tuple[Block, ...]:
        """The ioctl number register of the first tree that has one."""
        if self._register is None:
            texts = (s.tree.read(path) for s in self._sources for path in REGISTERS)
            text = next((text for text in texts if text is not None), b"")
            self._register = read_blocks(text.decode("utf-8", "replace"))
        return self._register

    def stripped(self, family: Family) -> tuple[str, ...]:
        """Trees in whose copies of the family's headers no comment is left."""
        found: list[int] = []
        for index, same in self._alike.items():
            tree = self._sources[index].tree
            own = self._find(index, tree, family, family.headers)
            texts = [self._text(tree, place) for place in own]
            if texts and all(is_stripped(text) for text in texts):
                found.extend(same)
        return self._labels(found)

    def definitions(self, family: Family, tree: Tree, content: _Content) -> tuple[Definition, ...]:
        """What a family has in the first of these headers, evaluated with all of them."""
        key = (family.id, content)
        if key not in self._definitions:
            own, used = ([self._text(tree, place) for place in part] for part in content)
            self._definitions[key] = definitions(family, own, used)
        return self._definitions[key]

    def _text(self, tree: Tree, place: _Found) -> HeaderText:
        if place not in self._texts:
            self._texts[place] = read_text(place[0], tree.read(place[0]) or b"")
        return self._texts[place]

    def at(self, family: Family, tree: Tree) -> tuple[Definition, ...]:
        """What a family has in a tree that is none of those compared."""
        own, used = (
            tuple(
                found
                for place in _spread(tree, family, headers)
                if (found := find_header(tree, *place)) is not None
            )
            for headers in (family.headers, family.uses)
        )
        return self.definitions(family, tree, (own, used))


def _spread(tree: Tree, family: Family, headers: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """The headers a family wants, and for whom; patterns as the paths that a tree has."""
    for header, arch in wanted(family, headers):
        if "*" not in header:
            yield header, arch
            continue
        found = tree.files(_folder(header))
        yield from ((path, None) for path in found if fnmatchcase(path, header))


def _folder(pattern: str) -> str:
    return pattern[: pattern.index("*")].rpartition("/")[0]


def _alike(sources: Sequence[Source]) -> dict[int, list[int]]:
    """Trees that hold the same headers, by the first of them.

    Revisions differ in most folders, and rarely in those where headers lie.
    """
    from abicheck.vcs.objects import ObjectTree

    found: dict[object, int] = {}
    alike: dict[int, list[int]] = {}
    for index, source in enumerate(sources):
        tree = source.tree
        key: object = index
        if isinstance(tree, ObjectTree):
            tops = filter(is_top, tree.names())
            key = (id(source.repository), *((name, tree.id_of(name)) for name in tops))
        alike.setdefault(found.setdefault(key, index), []).append(index)
    return alike


def find_header(tree: Tree, header: str, arch: str | None) -> _Found | None:
    """Where a tree keeps a header, and the id of its contents; None where it has none."""
    for path, witness in candidates(header, arch):
        blob = tree.blob(path)
        if blob is not None and (witness is None or tree.blob(witness) is not None):
            return path, blob
    return _lone_header(tree, header.rpartition("/")[2])


def _lone_header(tree: Tree, name: str) -> _Found | None:
    """A header by its own name, where a vendor's folder holds nothing but headers."""
    names = tree.names()
    if name not in names or any(map(is_top, names)):
        return None
    blob = tree.blob(name)
    return None if blob is None else (name, blob)
