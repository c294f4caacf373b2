# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the writer of a format."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abicheck.model import ReviewReport, Rule

_OWN = ("markdown", "html", "mail", "b4", "checkpatch", "json")
_OF_FINDINGS = ("terse", "github", "gitlab", "junit")
NAMES = ("text", *_OWN, "sarif", *_OF_FINDINGS)
"""Every format; ``text`` is lines, for which see ``abicheck.report.review.text``."""


def render(name: str, report: ReviewReport, rules: Sequence[Rule]) -> str:
    """The report in a format of ``NAMES`` other than ``text``."""
    if name in _OWN:
        return str(import_module(f"abicheck.report.review.{name}").render(report))
    from abicheck.report.review.flat import as_lint

    if name == "sarif":
        from abicheck.report.findings import sarif

        return sarif.render(as_lint(report), rules)
    return str(import_module(f"abicheck.report.findings.{name}").render(as_lint(report)))
