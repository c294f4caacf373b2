# SPDX-License-Identifier: GPL-2.0-or-later
"""This module says in types which keys a ``rule.toml`` may hold; imported when one is read."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Mechanism = Annotated[str, msgspec.Meta(pattern=r"^[a-z_0-9]+(\.[a-z_0-9]+)+$")]
Sentence = Annotated[str, msgspec.Meta(min_length=8)]


class RuleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule; what the keys mean stands at ``abicheck.model.Rule``."""

    name: Name
    catalogue: Annotated[str, msgspec.Meta(pattern=r"^([A-Z]\d\d)?$")] = ""
    summary: Sentence
    severity: Literal["error", "warning", "note"]
    breaks: Literal["compat", "binary", "source", "portability", "hygiene"]
    enabled: bool = True
    since: Annotated[str, msgspec.Meta(pattern=r"^\d+\.\d+(\.\d+)?$")]
    check: Mechanism
    scope: Literal[
        "record",
        "header",
        "tree",
        "meta",
        "record-change",
        "constant-change",
        "tree-change",
        "merge",
        "review",
        "backport",
        "collision",
    ]
    message: Sentence
    help: Sentence
    references: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    params: dict[str, str | int | bool | tuple[str, ...]] = {}
