# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what a comparison is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from abicheck.config import Config
    from abicheck.rulebook import Rulebook


class DiffRequest(Struct, frozen=True, kw_only=True):
    """What a user asks the diff command."""

    old: str = ""
    """A tree as ``open_sources`` takes it: a revision, a folder, ``FOLDER:REVISION``, a header."""
    new: str = ""
    """Another one, or a patch on the old one; empty for the work tree."""
    paths: tuple[str, ...] = ()
    """Headers or folders, as paths of either tree or as programs include them; () is all."""
    abis: tuple[str, ...] = ()
    frontend: str = "auto"
    jobs: int = 0
    rulebook: Rulebook
    config: Config
    only: tuple[str, ...] = ()
    """Names of rules: these and no others, whatever configuration says; () is all enabled."""
