# SPDX-License-Identifier: GPL-2.0-or-later
"""This module gives the tokens that a unit's headers come to, and what went wrong on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.parse.portable.lexer import Token
from abicheck.parse.portable.output import BudgetError, Output
from abicheck.parse.unit import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abicheck.parse.unit import World


def preprocess(world: World, includes: Sequence[str], macros: Iterable[tuple[str, str]]) -> Output:
    """The tokens of a unit that includes these headers in turn, with these macros defined.

    Then come the ``-D`` and ``-U`` arguments of the world.
    """
    from abicheck.parse.portable.confined import MAIN, Confined

    output = Output()
    processor = Confined(world, output)
    try:
        for name, value in macros:
            processor.define(f"{name} {value}")
        processor.command_line(world.arguments)
        text = "".join(f"#include <{name}>\n" for name in includes)
        output.tokens = list(_solid(processor.parsegen(text, MAIN, MAIN)))
    except BudgetError as stop:
        output.problems.append(Problem(message=str(stop), span=None))
    except RecursionError:
        output.problems.append(Problem(message="macros nested too deeply", span=None))
    except (AssertionError, AttributeError, LookupError, NameError, TypeError, ValueError):
        # pcpp trusts directives to be well formed in places; the last one seen is the culprit.
        output.problems.append(
            processor.problem("malformed directive", processor.lastdirective.place)
        )
    return output


def _solid(produced: Iterable[Token]) -> Iterator[Token]:
    """The tokens without white space; a directive that was let through becomes one token."""
    stream = iter(produced)
    for token in stream:
        if token.type == "CPP_WS":
            continue
        if token.type == "CPP_POUND":
            rest = []
            for following in stream:
                if following.value == "\n":
                    break
                rest.append(following.value)
            yield Token("PRAGMA", "".join(rest).strip(), token.place)
        else:
            yield token
