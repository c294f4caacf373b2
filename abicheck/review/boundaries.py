# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds a subsystem's private functions in code that a step adds outside of it."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.review.paths import matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from abicheck.review.added import AddedFile, Word


class Boundary(Struct, frozen=True, kw_only=True, eq=False, dict=True):
    """Functions that only some files may call, as ``rules/boundaries/*.toml`` has them."""

    id: str
    symbols: tuple[str, ...]
    """Names, or globs of names."""
    owners: tuple[str, ...]
    """Globs of the files and folders that may call them."""
    within: tuple[str, ...]
    """Globs of the only files that may not; () for all but the owners."""
    why: str
    """A sentence."""
    instead: str
    """A sentence."""
    references: tuple[str, ...]

    @cached_property
    def _names(self) -> re.Pattern[str]:
        globs = (re.escape(symbol).replace(r"\*", r"\w*") for symbol in self.symbols)
        return re.compile(rf"\b(?:{'|'.join(globs)})\b", re.ASCII)

    def forbids(self, path: str) -> bool:
        """Whether a file stands outside."""
        inside = not self.within or matches(path, self.within)
        return inside and not matches(path, self.owners)

    def is_private(self, name: str) -> bool:
        """Whether a name is one of the functions."""
        return self._names.fullmatch(name) is not None

    def is_near(self, file: AddedFile) -> bool:
        """Whether one of the functions is named in a changed line, be it in a comment."""
        return self._names.search(file.raw) is not None


class Borrowing(Struct, frozen=True):
    """Private functions of one kind in the added lines of one file."""

    boundary: Boundary
    path: str
    words: tuple[Word, ...]
    """The first use of each name, in order."""


def read_boundaries(folders: Sequence[Path] = ()) -> tuple[Boundary, ...]:
    """Our boundaries and those of other folders, by id; ConfigError for a wrong file."""
    from abicheck.review.book import read_rows
    from abicheck.review.schema import BoundaryFile

    found = {
        row.id: Boundary(
            id=row.id,
            symbols=row.symbols,
            owners=row.owners,
            within=row.within,
            why=row.why,
            instead=row.instead,
            references=row.references,
        )
        for _, parsed in read_rows("boundaries", folders, BoundaryFile)
        for row in parsed.boundary
    }
    return tuple(found[key] for key in sorted(found))


def borrowings(files: Iterable[AddedFile], boundaries: Sequence[Boundary]) -> Iterator[Borrowing]:
    """Where added code uses what is private to others, by file and boundary.

    A use that the step also takes away from somewhere outside is one that it moves.
    """
    files = tuple(files)
    for boundary in boundaries:
        outside = [f for f in files if boundary.forbids(f.path) and boundary.is_near(f)]
        gone = Counter(name for f in outside for name in f.removed if boundary.is_private(name))
        for file in outside:
            found: dict[str, Word] = {}
            for word in file.words:
                if not boundary.is_private(word.name) or word.name in file.defined:
                    continue
                if gone[word.name] > 0:
                    gone[word.name] -= 1
                else:
                    found.setdefault(word.name, word)
            if found:
                yield Borrowing(boundary, file.path, tuple(found.values()))
