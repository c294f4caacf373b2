# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests a review as people read it in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from abicheck.model import Victim
from abicheck.report import text as plain_text
from abicheck.report.review import text
from abicheck.report.review.verdict import of_step
from tests.diff.versions import compared
from tests.report.review import samples

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from abicheck.model import ReviewReport


def _shown(report: ReviewReport, *, whole: bool = False) -> str:
    return plain_text.render(text.lines(report, whole=whole, width=80))


def test_a_series(recorded: SnapshotAssertion) -> None:
    """A series is told by what stands at its end, then by its steps, numbers and backports."""
    assert _shown(samples.series()) == recorded


def test_nothing_to_say() -> None:
    """A change without findings takes four lines, one without headers a single one."""
    assert _shown(samples.clean()) == (
        "review of HEAD against HEAD^\n\n"
        "No break found.\n0 errors, 0 warnings, 0 notes in 1 header\n"
    )
    assert _shown(samples.untouched()) == (
        "HEAD: no uapi header is touched, there is nothing to review\n"
    )


def test_records_that_only_hold_others_are_counted() -> None:
    """As in a comparison: the innermost record that changed is shown, and every one on demand."""
    body = "struct events {%s __u32 code; };\nstruct regs { __u64 head; struct events e[]; };\n"
    change = compared(body % "", body % " __u32 nap;", abis=("x86_64",))
    step = replace(samples.clean().whole, headers=change.headers, findings=change.findings)
    report = replace(samples.clean(), whole=step, steps=(step,))
    assert _shown(report).count("from HEAD^ to HEAD on") == 1
    assert "1 record that changed not shown: see --all" in _shown(report)
    assert _shown(report, whole=True).count("from HEAD^ to HEAD on") == 2


def test_what_breaks_comes_first() -> None:
    """Findings are told by how bad they are, then by place."""
    report = samples.series()
    found = sorted(report.whole.findings, key=lambda item: -item.severity.rank)
    shown = _shown(replace(report, whole=replace(report.whole, findings=tuple(found)))).splitlines()
    heads = ("error [", "warning [", "note [")
    levels = [line.split()[0] for line in shown if line.startswith(heads)]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    assert len(set(levels)) > 1


def test_everybody_who_is_hurt_is_named() -> None:
    """A headline leaves nobody out, however many they are."""
    report = samples.series()
    found = replace(samples.moved(), victims=tuple(Victim))
    headline = of_step(replace(report.whole, findings=(found,))).headline
    assert all(victim in headline for victim in Victim)
