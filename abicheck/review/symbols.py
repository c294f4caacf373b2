# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells to which modules a tree exports a function."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

_EXPORT = re.compile(
    r"^[ \t]*EXPORT_SYMBOL(?P<kind>\w*)[ \t]*\(\s*(?P<name>\w+)\s*(?:,\s*(?P<rest>[^)]*))?\)",
    re.MULTILINE,
)
_FOR = re.compile(r"(?:_GPL)?_FOR_(\w+)")
_QUOTED = re.compile(r'"([^"]*)"')


class Export(Struct, frozen=True):
    """How a function is exported."""

    macro: str
    """``EXPORT_SYMBOL_GPL``."""
    modules: tuple[str, ...] | None
    """Globs of the only modules that may link to it; None for all."""


def exports(texts: Iterable[bytes], name: str) -> tuple[Export, ...]:
    """The exports of a function in the texts that may hold them."""
    wanted = name.encode()
    return tuple(
        _export(match)
        for text in texts
        if wanted in text
        for match in _EXPORT.finditer(text.decode("utf-8", "replace"))
        if match["name"] == name
    )


def _export(match: re.Match[str]) -> Export:
    narrowed = _FOR.fullmatch(match["kind"])
    macro = f"EXPORT_SYMBOL{match['kind']}"
    if narrowed is None:
        return Export(macro, None)
    listed = _QUOTED.search(match["rest"] or "")
    names = listed[1].split(",") if listed else [narrowed[1].partition("_")[0].lower()]
    return Export(macro, tuple(name.strip() for name in names))


def is_for(export: Export, path: str) -> bool:
    """Whether a file may belong to one of the modules that an export names.

    A module is called after its only file, its folder, or folders that follow each other.
    """
    parts = path.rpartition(".")[0].replace("-", "_").split("/")
    names = {"_".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, len(parts) + 1)}
    return any(
        fnmatchcase(name, module.replace("-", "_"))
        for module in export.modules or ()
        for name in names
    )
