# SPDX-License-Identifier: GPL-2.0-or-later
"""This module says in lines what a report leaves open: headers absent or not checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.report.lines import Line, Role, wrapped
from abicheck.report.names import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    causes: dict[object, list[NotChecked]] = {}
    for index, item in enumerate(report.not_checked):
        causes.setdefault((item.span, item.reason) if item.span else index, []).append(item)
    for failures in causes.values():
        yield list(not_checked(failures[0], width, failures[1:]))


def not_checked(
    failure: NotChecked, width: int, others: Sequence[NotChecked] = ()
) -> Iterator[Line]:
    """A header or record that could not be judged: the first error, and how it was reached.

    ``others`` could not be for the same error.
    """
    what = failure.subject or failure.path
    names = list(dict.fromkeys(item.subject or item.path for item in others))
    abis = tuple(dict.fromkeys(abi for item in (failure, *others) for abi in item.abis))
    more = f" and {len(names)} more" if names else ""
    yield from wrapped(f"not checked: {what}{more} under {named(abis)}", "", width, Role.BAD)
    place = f"{_at(failure.span)}: " if failure.span else ""
    yield from wrapped(f"{place}{failure.reason}", "  ", width, Role.PLAIN)
    for span in failure.stack:
        yield ((f"  included from {_at(span)}", Role.COMMENT),)
    if names:
        yield from wrapped(f"the same: {', '.join(names)}", "  ", width, Role.COMMENT)


def _at(span: Span) -> str:
    return f"{span.path}:{span.line}:{span.column}"
