# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds copies of headers that a step leaves behind, or that contradict it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit
from abicheck.checks.review.facts import shown
from abicheck.model import Severity, Span
from abicheck.review.copies import drifts, late, original, places
from abicheck.review.headers import HeaderStep

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.checks.review.facts import StepFacts
    from abicheck.model import Rule
    from abicheck.review.copies import Drift, Late

_TOLD = 3
"""Things of one kind that are told by name."""


def drifted(facts: StepFacts, rule: Rule) -> Iterator[Hit]:
    """Copies that contradict their header where a step touches one; once all it leaves behind."""
    if facts.step.partial:
        return
    mirrors = rule.parameter("mirrors")
    assert isinstance(mirrors, tuple)
    behind: list[tuple[HeaderStep, str, Late]] = []
    for header, copy in _pairs(facts, mirrors):
        found = tuple(drifts(header, copy))
        if found:
            yield _contradicts(header, copy, found)
        elif copy.new and copy.path not in facts.paths and (lack := late(header, copy.new)):
            behind.append((header, copy.path, lack))
    if behind:
        yield _left_behind(behind)


def _pairs(facts: StepFacts, mirrors: Sequence[str]) -> Iterator[tuple[HeaderStep, HeaderStep]]:
    """Each header with each of its copies, where the step touches one of the two."""
    touched = {header.path: header for header in facts.headers}
    for path in sorted(facts.paths):
        source = original(path, mirrors, facts.copies)
        if source is not None and source not in touched and (now := facts.shown(source)):
            touched[source] = HeaderStep(source, now, now)
    for header_path, header in touched.items():
        for path in places(header_path, mirrors, facts.copies):
            new = facts.shown(path)
            if new is not None:
                old = shown(facts.step.old, path) if path in facts.paths else new
                yield header, HeaderStep(path, old, new)


def _contradicts(header: HeaderStep, copy: HeaderStep, found: Sequence[Drift]) -> Hit:
    first, *rest = found
    others = "; ".join(f"{drift.subject} {drift.text}" for drift in rest[:_TOLD])
    more = f"; and {len(rest) - _TOLD} more" if rest[_TOLD:] else ""
    return Hit(
        span=Span(copy.path, first.line, 1),
        subject=f"{first.subject} in {copy.path}",
        fields=(("subject", first.subject), ("what", first.text)),
        consequence=f"{others}{more}" if rest else "",
        suggestion=f"Take {header.path} as it is.",
    )


def _left_behind(behind: Sequence[tuple[HeaderStep, str, Late]]) -> Hit:
    first, path, lack = behind[0]
    more = f" and {len(behind) - 1} more" if behind[1:] else ""
    return Hit(
        span=Span(first.path, _line(first), 1),
        subject=first.path,
        fields=(
            ("subject", first.path),
            ("what", f"has a copy that this change does not reach: {path}{more}"),
        ),
        consequence=_lag(first, lack),
        suggestion="Leave tools/ to its owners, who follow later; other copies need it too.",
        severity=Severity.NOTE,
    )


def _lag(header: HeaderStep, lack: Late) -> str:
    """What a copy has not, and what it has as it was."""
    if header.new is None:
        return "it stays where its header goes"
    told = [("lacks", lack.lacking), ("has an older", lack.older)]
    return f"it {' and '.join(f'{how} {_names(names)}' for how, names in told if names)}"


def _names(names: Sequence[str]) -> str:
    return f"{', '.join(names[:_TOLD])}{' and more' if names[_TOLD:] else ''}"


def _line(header: HeaderStep) -> int:
    """The first line of what the step touches in a header."""
    if header.new is None:
        return 1
    text, records = header.new.text.by_name, header.new.records
    lines = [text[name].line for name in header.constants if name in text]
    lines += [one.sketch.line for key in header.records for one in records.get(key, ())]
    return min(lines, default=1)
