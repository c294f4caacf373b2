# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes collisions of number families as Markdown, for a mail or a merge request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.model import Severity
from abicheck.report.collide.grid import grid, spell
from abicheck.report.collide.numbers import promise_lines
from abicheck.report.collide.text import claim_lines, summary
from abicheck.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model.claims import CollideReport, FamilyResult

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
_MARKS: dict[Severity | None, str] = {Severity.ERROR: "**!**", Severity.WARNING: "?"}


def collisions(report: CollideReport, *, whole: bool) -> str:
    """A section for each family with collisions, ``whole``: for every family."""
    lines = ["# Number collisions", "", summary(report), ""]
    for result in report.families:
        loud = any(c.severity is not Severity.NOTE for c in result.collisions)
        if whole or loud:
            lines.extend(_family(result, whole=whole))
    lines.extend(f"- {_text(note)}" for note in report.notes)
    return "\n".join(lines).rstrip("\n") + "\n"


def allocation(report: CollideReport, *, whole: bool) -> str:
    """A section for each family: its collisions, what is promised, the next free number."""
    lines = ["# Numbers for a new series", "", summary(report), ""]
    for result in report.families:
        lines.extend(_family(result, whole=whole))
        promised = [f"- {_text(line)}" for line in promise_lines(result)]
        lines.extend(["Promised already:", "", *promised, ""] if promised else [])
    lines.extend(f"- {_text(note)}" for note in report.notes)
    return "\n".join(lines).rstrip("\n") + "\n"


def _family(result: FamilyResult, *, whole: bool) -> Iterator[str]:
    yield f"## {_code(result.family.id)} {_text(result.family.title)}"
    yield ""
    for collision in result.collisions:
        if not whole and collision.severity is Severity.NOTE:
            continue
        yield f"- **{collision.severity}** ({collision.kind}): {_text(collision.message)}"
        for line in claim_lines(result, collision.claims):
            yield f"  - {_text(line)}"
    yield ""
    table = grid(result, whole=whole)
    if table.rows:
        yield f"| number | {' | '.join(_text(column) for column in table.columns)} | |"
        yield f"|---:|{'---|' * len(table.columns)}---|"
        for row in table.rows:
            cells = " | ".join(_code(cell) if cell else "" for cell in row.cells)
            mark = _MARKS.get(row.severity, "")
            yield f"| {row.title} | {cells} | {mark} |"
        yield ""
    if result.next_free is not None:
        yield f"Next number free in all trees: **{spell(result.family, result.next_free)}**"
        yield ""


def _text(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", printable(text))


def _code(text: str) -> str:
    return f"`{printable(text).replace('`', '')}`".replace("|", "\\|")
