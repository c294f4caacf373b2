# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shows the lines of a header at a finding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from abicheck.model import Finding

_WORD = re.compile(r"\w+")


class SourceLine(Struct, frozen=True, kw_only=True):
    """A line of a header: what stands before the place meant, the place, and what follows."""

    number: int
    before: str
    marked: str
    after: str


def source(finding: Finding) -> tuple[SourceLine, ...]:
    """The lines of the header at a finding, without the indentation they share; () for none."""
    excerpt, number = finding.excerpt, finding.span.line
    if excerpt is None:
        return ()
    above, line = excerpt.before.expandtabs(8), excerpt.line.expandtabs(8)
    column = len(excerpt.line[: excerpt.column].expandtabs(8))
    word = _WORD.match(line, column)
    end = word.end() if word else column
    cut = min(_indentation(each) for each in (above, line) if each.strip() or each is line)
    marked = SourceLine(
        number=number, before=line[cut:column], marked=line[column:end], after=line[end:]
    )
    if not above.strip():
        return (marked,)
    return SourceLine(number=number - 1, before=above[cut:], marked="", after=""), marked


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
