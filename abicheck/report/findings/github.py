# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes findings as workflow commands, which GitHub shows beside the lines.

docs.github.com, "Workflow commands for GitHub Actions": a command is a line that begins with
``::``; ``%``, CR and LF are escaped in it, in its properties ``:`` and ``,`` as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.model import Severity
from abicheck.report.findings.words import paragraph, place, unchecked
from abicheck.report.printable import printable

if TYPE_CHECKING:
    from abicheck.report.findings.words import Judged

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Judged) -> str:
    """A command for each finding and for what was not checked; the worst first.

    GitHub shows ten of a kind for each step.
    """
    worst = sorted(report.findings, key=lambda item: item.severity.rank)
    found = [
        _command("error", (*place(item), 1), "not-checked", unchecked(item))
        for item in report.not_checked
    ]
    found += [
        _command(
            _COMMANDS[item.severity],
            (item.span.path, item.span.line, item.span.column),
            item.rule,
            paragraph(item),
        )
        for item in worst
    ]
    return "".join(f"{line}\n" for line in found)


def _command(kind: str, where: tuple[str, int, int], rule: str, text: str) -> str:
    path, line, column = where
    return (
        f"::{kind} file={_property(path)},line={line},col={column},"
        f"title={_property(f'abicheck: {rule}')}::{_data(text)}"
    )


def _data(text: str) -> str:
    lines = (printable(line.expandtabs(4)).replace("%", "%25") for line in text.split("\n"))
    return "%0A".join(lines)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
