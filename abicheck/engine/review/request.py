# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what a review is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from abicheck.config import Config
    from abicheck.rulebook import Rulebook


class ReviewRequest(Struct, frozen=True, kw_only=True):
    """What a user asks the review command."""

    words: tuple[str, ...] = ()
    """A range, a commit, a patch or a mailbox; several commits only with ``onto``."""
    staged: bool = False
    onto: str | None = None
    """The branch that patches are applied to, or that commits are backported to."""
    upstream: str | None = None
    """The branch that backported commits come from."""
    version: int | None = None
    """Of several versions in one mailbox, this one; None is the latest that is complete."""
    text: bytes | None = None
    """The mail or patch itself, where it is in no file."""
    as_answer: bool = False
    """The report is to be an answer to a mail."""
    abis: tuple[str, ...] = ()
    frontend: str = "auto"
    jobs: int = 0
    rulebook: Rulebook
    config: Config
    only: tuple[str, ...] = ()
    """Names of rules: these and no others, whatever configuration says; () is all enabled."""
