# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds ``#pragma pack`` that reaches further than the records it is for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit
from abicheck.checks.source import code
from abicheck.model import Severity, Span
from abicheck.parse.pragmas import pragmas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import HeaderFacts
    from abicheck.model import Rule

_PACK = re.compile(r"\s*#\s*pragma\s+pack\b\s*(.*)")
_INCLUDE = re.compile(r"\s*#\s*include\b")


def leak(header: HeaderFacts, _rule: Rule) -> Iterator[Hit]:
    """Packing left in force at the end of a header, or over one that it includes."""
    text, opened, pushed = code(header), 0, False
    for number, line in enumerate(text.lines, 1):
        match = _PACK.match(line)
        if match is None:
            if opened and _INCLUDE.match(line):
                yield _hit(header, number, "is included under a packing that is not its own")
            continue
        argument = "".join(match[1].split()).strip("()")
        if argument.startswith("push"):
            opened, pushed = number, True
        elif argument.startswith("pop"):
            opened = 0
        elif argument:
            opened, pushed = number, False
        elif opened:
            opened = 0
            if not pushed:
                yield _hit(
                    header, number, "resets a packing that whoever includes this had set", note=True
                )
    if opened and pragmas(header.content).leak is not None:
        yield _hit(header, opened, "stays in force in whatever is included next")


def _hit(header: HeaderFacts, line: int, what: str, *, note: bool = False) -> Hit:
    written = header.lines[line - 1].strip()
    return Hit(
        span=Span(header.path, line, 1),
        subject=f"{header.include}: {written}",
        abis=header.abis,
        fields=(("written", written), ("what", what)),
        suggestion="#pragma pack(pop)" if note else "",
        severity=Severity.NOTE if note else None,
    )
