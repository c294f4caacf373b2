# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the report of a comparison that people read."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from abicheck.model import Breaks, HeaderChange
from abicheck.report import terminal
from abicheck.report import text as plain
from abicheck.report.diff import text
from tests.report.diff import samples

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from abicheck.model import DiffReport


def _plain(report: DiffReport, *, whole: bool = False, width: int = 80) -> str:
    return plain.render(text.lines(report, whole=whole, width=width))


def test_a_comparison(recorded: SnapshotAssertion) -> None:
    """Findings with both versions, the record side by side, a verdict for each header."""
    assert _plain(samples.report(), whole=True) == recorded


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_fit_the_page(width: int) -> None:
    """Whatever the width, no line is wider but the verdicts, which are one line each."""
    lines = _plain(samples.report(), whole=True, width=width).splitlines()
    wide = [line for line in lines if len(line) > width]
    assert all(line.startswith("include/uapi/linux/") and ".h: " in line for line in wide)


def test_a_record_is_shown_once_for_each_way_it_changed() -> None:
    """ABIs that a reader could not tell apart share a table, however the rest of it differs."""
    shown = _plain(samples.report())
    assert shown.count("from v5.17 to v5.18 on ") == 2
    assert "struct kvm_run.system_event  " in shown


def test_notes_about_other_architectures_are_counted() -> None:
    """A note that breaks no pair is one of a number at the end, and whole on demand."""
    assert "pad-named" not in _plain(samples.report())
    assert "1 note about ABIs that no 64-bit kernel runs not shown" in _plain(samples.report())
    assert "pad-named" in _plain(samples.report(), whole=True)


def test_versions_that_agree_are_one_line() -> None:
    """Where nothing differs, that is all there is to say."""
    assert _plain(samples.same()) == "v5.17 to v5.18: no uapi header differs\n"


def test_colours_add_nothing_but_colours() -> None:
    """Without its colours the terminal's report is the plain one."""
    shown = terminal.render(text.lines(samples.report(), whole=False, width=80))
    assert "\x1b[" in shown
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown) == _plain(samples.report())


def test_text_of_strangers_stays_text() -> None:
    """No control character from a header or a path reaches a terminal."""
    shown = _plain(samples.attacked())
    unseen = {"Cc", "Cs", "Zl", "Zp"}
    assert not [c for c in shown if unicodedata.category(c) in unseen and c != "\n"]


def test_many_compatible_headers_are_counted() -> None:
    """Of many headers with nothing to add the text says how many they are; --all has each."""
    names = [f"include/uapi/linux/quiet{number}.h" for number in range(9)]
    quiet = tuple(HeaderChange(path=n, old_path=n, abis=samples.ALL) for n in names)
    report = replace(samples.same(), headers=quiet)
    shown = _plain(report)
    assert f"9 headers: compatible for all {len(samples.ALL)} ABIs" in shown
    assert not any(name in shown for name in names)
    assert all(f"{name}: compatible" in _plain(report, whole=True) for name in names)


def test_many_headers_that_are_gone_are_listed_together() -> None:
    """Headers of which there is nothing else to say are one block; --all has a block for each."""
    names = [f"linux/gone{number}.h" for number in range(9)]
    found = tuple(
        replace(samples.moved(), rule="header-removed", subject=name, consequence="")
        for name in names
    )
    report = replace(samples.same(), findings=found, headers=samples.report().headers)
    assert _plain(report).count("[header-removed]") == 1
    assert all(name in _plain(report) for name in names)
    assert _plain(report, whole=True).count("[header-removed]") == len(names)


def test_lines_that_break_come_last_when_they_are_counted_too() -> None:
    """Headers that are gone and no more are counted behind those that are compatible."""
    kinds = {"quiet": False, "gone": True}
    headers = tuple(
        HeaderChange(path=f"{kind}{n}.h", old_path=f"{kind}{n}.h", removed=gone, abis=samples.ALL)
        for kind, gone in kinds.items()
        for n in range(9)
    )
    losses = tuple(
        replace(
            samples.moved(),
            rule="header-removed",
            breaks=Breaks.SOURCE,
            span=replace(samples.moved().span, path=header.path),
            abis=samples.ALL,
        )
        for header in headers
        if header.removed
    )
    lines = _plain(replace(samples.same(), headers=headers, findings=losses)).splitlines()
    counted = [line for line in lines if line.startswith("9 headers: ")]
    assert [line.partition(": ")[2] for line in counted] == [
        f"compatible for all {len(samples.ALL)} ABIs",
        "removed; breaks recompiling",
    ]
