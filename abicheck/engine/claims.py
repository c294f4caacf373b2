# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads the claims of every tree, each distinct content once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.families.collect import definitions
from abicheck.families.places import candidates, wanted
from abicheck.families.scan import read_text
from abicheck.model import Missing, Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abicheck.engine.sources import Source
    from abicheck.families.scan import HeaderText
    from abicheck.model import Definition, Family
    from abicheck.vcs.tree import Tree

_Found = tuple[str, str]
"""A path and the id of what it holds."""


class Reader:
    """Finds, reads and remembers headers and what families have in them."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._places: dict[tuple[int, str, str | None], _Found | None] = {}
        self._texts: dict[_Found, HeaderText] = {}
        self._definitions: dict[tuple[str, tuple[_Found, ...]], tuple[Definition, ...]] = {}

    def sheets(self, family: Family) -> tuple[tuple[Sheet, ...], tuple[Missing, ...]]:
        """The family's distinct contents in the order of the trees, and the trees without it."""
        together: dict[tuple[Definition, ...], list[str]] = {}
        by_content: dict[tuple[_Found, ...], tuple[Definition, ...]] = {}
        missing: list[Missing] = []
        for index, source in enumerate(self._sources):
            found = self._find(index, source.tree, family)
            if not found:
                missing.append(Missing(tree=source.label, headers=family.headers))
                continue
            if found not in by_content:
                by_content[found] = self.definitions(family, source.tree, found)
            together.setdefault(by_content[found], []).append(source.label)
        sheets = tuple(
            Sheet(trees=tuple(trees), definitions=content) for content, trees in together.items()
        )
        if not any(sheet.definitions for sheet in sheets):
            return (), tuple(missing)
        return sheets, tuple(missing)

    def _find(self, index: int, tree: Tree, family: Family) -> tuple[_Found, ...]:
        found = [self._place(index, tree, header, arch) for header, arch in wanted(family)]
        return tuple(dict.fromkeys(place for place in found if place is not None))

    def _place(self, index: int, tree: Tree, header: str, arch: str | None) -> _Found | None:
        key = (index, header, arch)
        if key not in self._places:
            self._places[key] = find_header(tree, header, arch)
        return self._places[key]

    def definitions(
        self, family: Family, tree: Tree, found: tuple[_Found, ...]
    ) -> tuple[Definition, ...]:
        """What a family has in these headers."""
        key = (family.id, found)
        if key not in self._definitions:
            texts = [self._text(tree, place) for place in found]
            own = [text for text in texts if _is_own(text.path, family)]
            used = [text for text in texts if text not in own]
            self._definitions[key] = definitions(family, own, used)
        return self._definitions[key]

    def _text(self, tree: Tree, place: _Found) -> HeaderText:
        if place not in self._texts:
            self._texts[place] = read_text(place[0], tree.read(place[0]) or b"")
        return self._texts[place]

    def at(self, family: Family, tree: Tree) -> tuple[Definition, ...]:
        """What a family has in a tree that is none of those compared."""
        places = (find_header(tree, header, arch) for header, arch in wanted(family))
        found = tuple(dict.fromkeys(place for place in places if place is not None))
        return self.definitions(family, tree, found)


def find_header(tree: Tree, header: str, arch: str | None) -> _Found | None:
    """Where a tree keeps a header, and the id of its contents; None where it has none."""
    for path, witness in candidates(header, arch):
        blob = tree.blob(path)
        if blob is not None and (witness is None or tree.blob(witness) is not None):
            return path, blob
    return None


def _is_own(path: str, family: Family) -> bool:
    used = {header.rpartition("/")[2] for header in family.uses}
    own = {header.rpartition("/")[2] for header in family.headers}
    name = path.rpartition("/")[2]
    return name in own or name not in used
