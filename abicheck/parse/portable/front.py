# SPDX-License-Identifier: GPL-2.0-or-later
"""This module parses headers without any library: pcpp preprocesses, pycparser parses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from abicheck.parse.portable.declare import Declarer
from abicheck.parse.portable.gnu import plain
from abicheck.parse.portable.preprocess import preprocess
from abicheck.parse.predefined import predefined
from abicheck.parse.unit import Problem, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abicheck.parse.portable.gnu import Plain
    from abicheck.parse.unit import Measure, World

TOKENS = 3_000_000
"""As many tokens as a unit may have: ten times what all headers of a kernel come to."""
_ATTEMPTS = 20
"""How many declarations that do not parse are left out before a unit is given up."""
_WHERE = re.compile(r"[^:]*:(\d+)(?::\d+)?: (.*)", re.DOTALL)


def parse(world: World, includes: Sequence[str], measure: Measure | None = None) -> Unit:
    """What a unit that includes these headers in turn declares under the world's ABI.

    ``measure`` gives ``sizeof`` of records; without it such an expression has no value. Errors
    are problems of the unit, and the declarations that are whole are there all the same.
    """
    found = preprocess(world, includes, predefined(world.abi))
    if len(found.tokens) > TOKENS:
        found.problems.append(Problem(message=f"more than {TOKENS} tokens", span=None))
        return Unit(problems=tuple(found.problems))
    try:
        declarer = Declarer(world, plain(found.tokens), found.stacks, measure)
        tree = _tree(declarer)
        if tree is not None:
            declarer.read(tree)
    except RecursionError:
        found.problems.append(Problem(message="declarations nested too deeply", span=None))
        return Unit(problems=tuple(found.problems))
    declarer.unit.problems = (*found.problems, *declarer.problems)
    return declarer.unit


def _tree(declarer: Declarer) -> Any:
    """The syntax tree; declarations that do not parse are left out and noted."""
    text = declarer.plain
    left_out: set[int] = set()
    for _ in range(_ATTEMPTS):
        tree, said = _parsed(text.text(frozenset(left_out)))
        if not said:
            return tree
        match = _WHERE.match(said)
        line = int(match[1]) if match else _first_failing(text, left_out)
        declarer.problem(_message(match[2] if match else said.lstrip(": ")), line)
        chunk = max((start for start in text.chunks if start <= line), default=0)
        if chunk in left_out:
            break
        left_out.add(chunk)
    return None


def _parsed(text: str) -> tuple[Any, str]:
    """The syntax tree of a text, or None and what pycparser says against it."""
    from pycparser.c_parser import CParser, ParseError

    try:
        return CParser().parse(text), ""
    except (ParseError, AssertionError, AttributeError) as error:
        return None, str(error) or "cannot be parsed"


def _first_failing(text: Plain, left_out: set[int]) -> int:
    """The line at which the first declaration that does not parse starts, found by halving."""
    low, high = 0, len(text.chunks) - 1
    while low < high:
        middle = (low + high) // 2
        later = text.chunks[middle + 1 :]
        if _parsed(text.text(frozenset({*left_out, *later})))[1]:
            high = middle
        else:
            low = middle + 1
    return text.chunks[low] + 1 if text.chunks else 1


def _message(said: str) -> str:
    if said.startswith("before: "):
        return f"syntax error before '{said.removeprefix('before: ')}'"
    said = said[:1].lower() + said[1:]
    return f"syntax error {said}" if said.startswith("at ") else said
