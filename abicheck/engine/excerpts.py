# SPDX-License-Identifier: GPL-2.0-or-later
"""This module takes the lines that findings are about from the text the engine read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from abicheck.model import Excerpt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abicheck.checks.facts import HeaderFacts
    from abicheck.model import Finding, Span

_LONGEST = 240
"""Characters of a line that are kept; whoever writes longer ones has other things in mind."""


def with_excerpts(
    findings: Iterable[Finding], headers: Mapping[str, HeaderFacts]
) -> Iterator[Finding]:
    """The findings, each with its line of the header it is in."""
    for finding in findings:
        header = headers.get(finding.span.path)
        if header is None or not 0 < finding.span.line <= len(header.lines):
            yield finding
        else:
            yield replace(finding, excerpt=_excerpt(header, finding.span))


def _excerpt(header: HeaderFacts, span: Span) -> Excerpt:
    line = header.lines[span.line - 1]
    column = span.column - 1
    if not line.isascii():  # columns count bytes
        raw = header.content.split(b"\n", span.line)[span.line - 1]
        column = len(raw[:column].decode("utf-8", "replace"))
    before = header.lines[span.line - 2] if span.line > 1 else ""
    return Excerpt(before=_cut(before), line=_cut(line), column=column)


def _cut(line: str) -> str:
    return line.rstrip("\r")[:_LONGEST]
