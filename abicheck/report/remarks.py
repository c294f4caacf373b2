# SPDX-License-Identifier: GPL-2.0-or-later
"""This module says in lines what a report leaves open: headers absent or not checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.report.lines import Line, Role, wrapped
from abicheck.report.names import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import DiffReport, LayoutReport, LintReport, NotChecked, Span


def closing(report: LayoutReport | LintReport | DiffReport, width: int) -> Iterator[list[Line]]:
    """What concerns headers rather than records: where they do not exist or were not checked."""
    absent = (
        f"{each.path} is not there under {named(each.abis)}: {each.reason}"
        for each in report.absent
    )
    said = [
        line for text in (*report.notes, *absent) for line in wrapped(text, "", width, Role.COMMENT)
    ]
    if said:
        yield said
    for failure in report.not_checked:
        yield list(not_checked(failure, width))


def not_checked(failure: NotChecked, width: int) -> Iterator[Line]:
    """A header or record that could not be judged: the first error, and how it was reached."""
    what = failure.subject or failure.path
    yield from wrapped(f"not checked: {what} under {named(failure.abis)}", "", width, Role.BAD)
    place = f"{_at(failure.span)}: " if failure.span else ""
    yield from wrapped(f"{place}{failure.reason}", "  ", width, Role.PLAIN)
    for span in failure.stack:
        yield ((f"  included from {_at(span)}", Role.COMMENT),)


def _at(span: Span) -> str:
    return f"{span.path}:{span.line}:{span.column}"
