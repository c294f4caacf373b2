# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shows what was found about the machine abicheck runs on."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from abicheck import __version__
from abicheck.doctor import State
from abicheck.report.json import document
from abicheck.report.lines import Line, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.doctor import Check

_SIGNS = {
    State.GOOD: (" ok ", Role.GOOD),
    State.WARNING: ("warn", Role.WARNING),
    State.BAD: ("FAIL", Role.BAD),
}


def findings(checks: Sequence[Check], width: int) -> Iterator[Line]:
    """A line per check; advice below what is not good."""
    yield ((f"abicheck {__version__}", Role.TITLE),)
    widest = max(len(check.name) for check in checks)
    indent = " " * (widest + 8)
    for check in checks:
        sign, role = _SIGNS[check.state]
        first, *more = _wrapped(check.found, width - len(indent)) or [""]
        head = (f"  {check.name:<{widest}}  ", Role.NAME)
        yield (sign, role), head, (first, Role.PLAIN)
        yield from (((indent + line, Role.PLAIN),) for line in more)
        for number, line in enumerate(_wrapped(check.advice, width - len(indent) - 3)):
            yield ((f"{indent}{'   ' if number else '-> '}{line}", Role.HEADING),)


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of the text; a path stays whole, so that it can be copied."""
    return wrap(text, width, break_long_words=False, break_on_hyphens=False)


def as_json(checks: Sequence[Check]) -> str:
    """The document ``doctor-1``."""
    objects = [
        {
            "name": check.name,
            "state": check.state.value,
            "found": check.found,
            "advice": check.advice or None,
        }
        for check in checks
    ]
    return document("doctor-1", {"works": works(checks), "checks": objects})


def works(checks: Sequence[Check]) -> bool:
    """Nothing found keeps abicheck from its work."""
    return all(check.state is not State.BAD for check in checks)
