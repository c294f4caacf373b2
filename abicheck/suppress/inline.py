# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads allowances in comments: ``/* abicheck: allow(rule-name) reason */``.

On a line of code it covers that line; on a line of its own, what the next line of code declares:
a member, or a record with everything in it. ``allow-file(rule-name)`` covers the whole header.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abicheck.model import Finding

_MENTION = re.compile(r"\babicheck\s*:")
_ALLOWANCE = re.compile(
    r"(?:/\*+|//)\s*abicheck:\s*(allow|allow-file)\(\s*([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)\s*\)"
    r"\s*(.*?)\s*(?:\*+/)?\Z",
    re.DOTALL,
)
_OPENS_RECORD = re.compile(r"\b(?:struct|union)\b[^;{}]*\{?\s*\Z|\b(?:struct|union)\b[^;{}]*\{")


class Allowance(Struct, frozen=True, kw_only=True):
    """One comment that allows findings; ``fault`` says what is wrong with it, or None."""

    rules: tuple[str, ...]
    reason: str
    line: int
    first: int
    """The first line covered, counted from 1."""
    last: int
    fault: str | None = None

    def covers(self, finding: Finding) -> bool:
        """Whether it allows a finding of its header."""
        here = self.first <= finding.span.line <= self.last
        return self.fault is None and here and finding.rule in self.rules


def allowances(comments: Iterable[tuple[int, str]], lines: Sequence[str]) -> tuple[Allowance, ...]:
    """The allowances among a header's comments, each given as (line, text with its marks).

    A comment that speaks to abicheck and cannot be understood is one too, with a fault.
    """
    return tuple(_allowance(line, text, lines) for line, text in comments if _MENTION.search(text))


def _allowance(line: int, text: str, lines: Sequence[str]) -> Allowance:
    match = _ALLOWANCE.match(text)
    if match is None:
        advice = "write /* abicheck: allow(rule-name) reason */"
        return Allowance(rules=(), reason="", line=line, first=line, last=line, fault=advice)
    rules = tuple(name.strip() for name in match[2].split(","))
    reason = " ".join(match[3].replace("*", " ").split())
    first, last = (1, len(lines)) if match[1] == "allow-file" else _reach(line, text, lines)
    fault = None if reason else "it gives no reason"
    return Allowance(rules=rules, reason=reason, line=line, first=first, last=last, fault=fault)


def _reach(line: int, text: str, lines: Sequence[str]) -> tuple[int, int]:
    """The lines that a comment speaks of."""
    end = line + text.count("\n")
    own = lines[line - 1] if line <= len(lines) else ""
    if _code(own, text.partition("\n")[0]) and end == line:
        return _body(line, lines)
    after = end + 1
    while after <= len(lines) and not lines[after - 1].strip():
        after += 1
    return _body(after, lines)


def _code(line: str, comment: str) -> bool:
    return bool(line.replace(comment, "").strip())


def _body(line: int, lines: Sequence[str]) -> tuple[int, int]:
    """The line, or all of the record that opens there."""
    text = lines[line - 1] if line <= len(lines) else ""
    if not _OPENS_RECORD.search(re.sub(r"/\*.*?\*/|//.*", "", text).rstrip()):
        return line, line
    depth = 0
    for number in range(line, len(lines) + 1):
        bare = re.sub(r"/\*.*?\*/|//.*", "", lines[number - 1])
        depth += bare.count("{") - bare.count("}")
        if depth <= 0 and ("}" in bare or ";" in bare):
            return line, number
    return line, line
