# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds a rule: policy on a mechanism, as its file says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.model.findings import Breaks, Severity

Parameter: TypeAlias = "str | int | bool | tuple[str, ...]"


class Rule(Struct, frozen=True, kw_only=True):
    """One rule, as ``rules/<group>/<name>/rule.toml`` describes it."""

    name: str
    group: str
    catalogue: str
    summary: str
    """One sentence."""
    severity: Severity
    breaks: Breaks
    enabled: bool
    """Applied unless configuration says otherwise."""
    since: str
    check: str
    """The mechanism: module and function below ``abicheck.checks``."""
    scope: str
    """What the mechanism judges, one at a time: ``record``, ``header``, ``tree`` of one version;
    ``record-change``, ``constant-change``, ``tree-change`` of two; ``merge``; ``review`` for a
    commit with all it brings. What the engine itself finds has ``backport``, ``collision`` (of
    numbers in several trees) or, for what is wrong with allowances, ``meta``."""
    message: str
    """Filled with what the mechanism found: ``{member} is at {offset}``."""
    help: str
    references: tuple[str, ...]
    params: tuple[tuple[str, Parameter], ...] = ()
    folder: Path
    """Where the rule's page lies."""

    def parameter(self, name: str) -> Parameter:
        """The value of a parameter; KeyError where the rule's file does not set it."""
        return dict(self.params)[name]
