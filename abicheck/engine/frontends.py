# SPDX-License-Identifier: GPL-2.0-or-later
"""This module picks what parses: libclang, or pycparser where no libclang loads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abicheck.engine.harvest import Parse
    from abicheck.parse.compare import Difference
    from abicheck.parse.extract import Memo
    from abicheck.parse.unit import Measure, Problem, Unit, World


class FrontEnd(Struct, frozen=True):
    """The parser in use, and what to tell the user about the choice."""

    parse: Parse
    note: str | None = None


def front_end(name: str) -> FrontEnd:
    """The front end of that name; InputError where libclang is asked for and cannot be loaded."""
    if name == "pycparser":
        return FrontEnd(_portable)
    from abicheck.parse import libclang

    try:
        libclang.library()
    except InputError as error:
        if name != "auto":
            raise
        return FrontEnd(_portable, f"{error}; pycparser parses instead")
    return FrontEnd(_both if name == "both" else libclang.parse)


def _portable(world: World, includes: Sequence[str], measure: Measure, _memo: Memo) -> Unit:
    from abicheck.parse.portable import parse

    return parse(world, includes, measure)


def _both(world: World, includes: Sequence[str], measure: Measure, memo: Memo) -> Unit:
    """What libclang reads; where pycparser reads something else, that is a problem."""
    from abicheck.parse import libclang
    from abicheck.parse.compare import compare

    unit = libclang.parse(world, includes, measure, memo)
    other = _portable(world, includes, measure, memo)
    if not unit.problems:
        unit.problems = (*other.problems, *map(_disagreement, compare(unit, other)))
    return unit


def _disagreement(found: Difference) -> Problem:
    from abicheck.parse.unit import Problem

    what = f"{found.subject}: libclang reads {found.fact} {found.left}, pycparser {found.right}"
    return Problem(message=what, span=found.span)
