# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds which documents describe which headers, and what asks for a new feature."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.review.paths import matches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Interface(Struct, frozen=True, kw_only=True):
    """An interface as ``rules/interfaces/*.toml`` describes it."""

    id: str
    title: str
    headers: tuple[str, ...]
    """Globs over paths in a kernel tree; the first document is where new things belong."""
    documents: tuple[str, ...]
    documented: str | None
    """Expression of the names that a document has to mention; ioctl commands it must anyway."""
    undocumented: str | None
    """Expression of those among all these that need no mention, such as markers."""
    gates: str | None
    """Expression of the names by which a program learns what a kernel can."""
    gated: str | None
    """Expression of the names that need such a gate; ioctl commands need one anyway."""

    def owns(self, path: str) -> bool:
        """Whether a header is one of the interface's."""
        return matches(path, self.headers)

    def must_document(self, name: str, *, is_command: bool = False) -> bool:
        """Whether a document has to mention the name."""
        wanted = is_command or _is(self.documented, name)
        return wanted and not _is(self.undocumented, name)

    def is_gate(self, name: str) -> bool:
        """Whether a program can ask the kernel for it."""
        return _is(self.gates, name)

    def needs_gate(self, name: str) -> bool:
        """Whether programs must ask before they use the name."""
        return _is(self.gated, name)


def read_interfaces(folders: Sequence[Path] = ()) -> tuple[Interface, ...]:
    """Our interfaces and those of other folders, by id; ConfigError for a wrong file."""
    from abicheck.review.book import compiled, read_rows
    from abicheck.review.schema import InterfaceFile

    found = {}
    for path, parsed in read_rows("interfaces", folders, InterfaceFile):
        for row in parsed.interface:
            for key in ("documented", "undocumented", "gates", "gated"):
                compiled(path, row.id, key, getattr(row, key))
            found[row.id] = Interface(
                id=row.id,
                title=row.title,
                headers=row.headers,
                documents=row.documents,
                documented=row.documented,
                undocumented=row.undocumented,
                gates=row.gates,
                gated=row.gated,
            )
    return tuple(found[key] for key in sorted(found))


def _is(pattern: str | None, name: str) -> bool:
    return pattern is not None and re.fullmatch(pattern, name) is not None
