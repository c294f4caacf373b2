# SPDX-License-Identifier: GPL-2.0-or-later
"""This module says in types which keys a configuration may hold; imported when one is read."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Level = Literal["error", "warning", "note", "off"]
Text = Annotated[str, msgspec.Meta(min_length=1)]


class PathTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[[tool.abicheck.per-path]]``."""

    paths: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    rules: dict[str, Level]


class ConfigTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """``[tool.abicheck]``, or the whole of ``.abicheck.toml``."""

    rules: dict[str, Level] = {}
    per_path: tuple[PathTable, ...] = ()
    extra_rules: tuple[Text, ...] = ()
    extra_contexts: tuple[Text, ...] = ()
    accepted: Text | None = None
    upstream: Text | None = None
    extra_interfaces: tuple[Text, ...] = ()
    extra_boundaries: tuple[Text, ...] = ()
    documents: tuple[Text, ...] = ()
    copies: tuple[Text, ...] = ()
    rivals: tuple[Text, ...] = ()
    abis: tuple[Text, ...] = ()
    fail_on: Literal["error", "warning", "note", "never"] = "error"
