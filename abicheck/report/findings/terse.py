# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes findings one a line, as editors and users of checkpatch take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.report.findings.words import place, sentence, unchecked
from abicheck.report.printable import printable

if TYPE_CHECKING:
    from abicheck.model import Finding, NotChecked
    from abicheck.report.findings.words import Judged


def render(report: Judged) -> str:
    """``path:line: level: rule: text`` for each finding, and for what was not checked."""
    lines = [_finding(item) for item in report.findings]
    lines += [_not_checked(item) for item in report.not_checked]
    return "".join(f"{line}\n" for line in lines)


def _finding(item: Finding) -> str:
    text = f"{item.subject}: {sentence(item)}"
    return printable(f"{item.span.path}:{item.span.line}: {item.severity}: {item.rule}: {text}")


def _not_checked(item: NotChecked) -> str:
    path, line = place(item)
    return printable(f"{path}:{line}: error: not-checked: {unchecked(item)}")
