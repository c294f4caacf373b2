# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what preprocessing gives, and how it says that it gave up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from abicheck.model import Span
    from abicheck.parse.portable.lexer import Token
    from abicheck.parse.unit import Problem


class BudgetError(Exception):
    """The unit outgrew a bound; the message says which."""


class Output(Struct):
    """What preprocessing gives: the tokens left, without white space, and what went wrong."""

    tokens: list[Token] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    stacks: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    """By include path: the ``#include`` lines that first led there, innermost first."""
