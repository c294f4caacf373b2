# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds headers whose licence does not say that programs may include them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit
from abicheck.checks.source import replaced
from abicheck.model import Severity, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import HeaderFacts
    from abicheck.model import Rule

_TAG = re.compile(r"SPDX-License-Identifier:\s*(.*?)\s*(?:\*/.*)?$")
_GPL = re.compile(r"\bL?GPL-[\d.]+(?:-only|-or-later|\+)?(?P<note>\s+WITH\s+Linux-syscall-note)?")
_WORDS = re.compile(r"licen[sc]e|redistribut|permission is hereby", re.IGNORECASE)
_GENERATED = re.compile(r"do not edit", re.IGNORECASE)
_LONGEST = 500
"""Characters of a line with a licence in it."""
_IN_TREE = re.compile(r"(?:^|/)include/uapi/")


def syscall_note(header: HeaderFacts, _rule: Rule) -> Iterator[Hit]:
    """GPL tags without the note; in a kernel's tree also headers without any tag."""
    tags = [
        (number, match[1])
        for number, line in enumerate(header.lines, 1)
        if len(line) < _LONGEST and (match := _TAG.search(line.rstrip("\r")))
    ]
    for number, expression in tags:
        bare = [match for match in _GPL.finditer(expression) if not match["note"]]
        if bare:
            yield _without_note(header, number, expression)
    if not tags and _IN_TREE.search(header.path) and not _is_void(header):
        yield _without_tag(header)


def _without_tag(header: HeaderFacts) -> Hit:
    spoken = any(_WORDS.search(text) for _, text in header.text.comments)
    return Hit(
        span=Span(header.path, 1, 1),
        subject=header.include,
        fields=(("what", "tools read an SPDX line, and there is none"),),
        suggestion="One line such as /* SPDX-License-Identifier: MIT */ for the text below."
        if spoken
        else "/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */",
        severity=Severity.NOTE if spoken else Severity.WARNING,
    )


def _without_note(header: HeaderFacts, number: int, expression: str) -> Hit:
    whole = header.lines[number - 1].rstrip("\r")
    mended = _noted(expression)
    line = whole.replace(expression, mended)
    ending = "\r" if header.lines[number - 1].endswith("\r") else ""
    return Hit(
        span=Span(header.path, number, whole.find("SPDX") + 1),
        subject=header.include,
        fields=(("what", f"'{expression}' does not except programs that make system calls"),),
        suggestion=line.strip(),
        edits=(replaced(header, number, line + ending),),
    )


def _noted(expression: str) -> str:
    """The expression with the note after each GPL that lacks it, in parentheses among others."""

    def note(match: re.Match[str]) -> str:
        if match["note"]:
            return match[0]
        noted = f"{match[0]} WITH Linux-syscall-note"
        alone = match[0] == expression or expression[match.start() - 1 : match.start()] == "("
        return noted if alone else f"({noted})"

    return _GPL.sub(note, expression)


def _is_void(header: HeaderFacts) -> bool:
    """Whether a tool made the header, or nothing in it can be anybody's work."""
    return bool(_GENERATED.search("\n".join(header.lines[:20]))) or len(header.content) < 64
