# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the configuration."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from pathlib import Path

Levels: TypeAlias = "tuple[tuple[str, str], ...]"
"""(rule name, ``error``, ``warning``, ``note`` or ``off``)."""


class PathRules(Struct, frozen=True, kw_only=True):
    """Levels that hold for some headers only."""

    paths: tuple[str, ...]
    """Globs over paths in the tree; a folder's name stands for all below it."""
    levels: Levels

    def covers(self, path: str) -> bool:
        """Whether a header is meant."""
        return any(
            fnmatchcase(path, glob) or path.startswith(f"{glob.rstrip('/')}/")
            for glob in self.paths
        )


class Config(Struct, frozen=True, kw_only=True):
    """All that a configuration file may say; defaults where there is none."""

    file: Path | None = None
    folder: Path | None = None
    """The folder the file lies in: relative paths in it start there."""
    levels: Levels = ()
    per_path: tuple[PathRules, ...] = ()
    extra_rules: tuple[Path, ...] = ()
    extra_contexts: tuple[Path, ...] = ()
    accepted: Path | None = None
    upstream: str | None = None
    """The branch that changes are compared with where no revision is given."""
    extra_interfaces: tuple[Path, ...] = ()
    extra_boundaries: tuple[Path, ...] = ()
    documents: tuple[str, ...] = ()
    """Globs of documents in the tree that show records or constants."""
    copies: tuple[str, ...] = ()
    """Folders in the tree with copies of exported headers."""
    rivals: tuple[str, ...] = ()
    """Branches that take numbers of the same families."""
    abis: tuple[str, ...] = ()
    fail_on: str = "error"

    def level(self, rule: str, path: str) -> str | None:
        """What a header's findings of a rule are to be, None for what the rule itself says.

        The last entry that covers the path wins over the general one.
        """
        found = dict(self.levels).get(rule)
        for entry in self.per_path:
            if entry.covers(path):
                found = dict(entry.levels).get(rule, found)
        return found
