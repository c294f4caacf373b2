# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the report that people read."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from abicheck.abis import all_abis
from abicheck.model import Breaks, Evidence, Excerpt, Shift, Side
from abicheck.report import terminal
from abicheck.report import text as plain
from abicheck.report.findings import terse, text
from abicheck.report.findings.words import on_which
from tests.report.findings import samples

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from abicheck.model import LintReport

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def _plain(report: LintReport, *, whole: bool = False, width: int = 80) -> str:
    return plain.render(text.lines(report, whole=whole, width=width))


def test_a_report(recorded: SnapshotAssertion) -> None:
    """Findings as a reviewer would mail them, in eighty columns."""
    assert _plain(samples.report()) == recorded


def test_lines(recorded: SnapshotAssertion) -> None:
    """The terse format holds one line for each finding and each header not checked."""
    assert terse.render(samples.report()) == recorded


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_fit_the_page(width: int) -> None:
    """Whatever the width, no line of a report is wider."""
    lines = _plain(samples.report(), whole=True, width=width).splitlines()
    assert not [line for line in lines if len(line) > width]


def test_notes_about_other_architectures_are_counted() -> None:
    """A note that breaks no pair is one of a number at the end, and whole on demand."""
    short, long = _plain(samples.report()), _plain(samples.report(), whole=True)
    assert "implicit-hole" not in short
    assert "1 note about ABIs that no 64-bit kernel runs not shown; --all shows it" in short
    assert "note [implicit-hole]" in long
    assert "--all" not in long


def test_colours_add_nothing_but_colours() -> None:
    """Without its colours the terminal's report is the plain one."""
    shown = terminal.render(text.lines(samples.report(), whole=False, width=80))
    assert "\x1b[" in shown
    assert _COLOURS.sub("", shown) == _plain(samples.report())


def test_the_mark_stands_under_the_place() -> None:
    """Tabs and letters outside ASCII in front of a place leave the mark below it."""
    line = "\tcaf\u00e9;\tint x;"
    finding = replace(
        samples.moved(), excerpt=Excerpt(before="", line=line, column=line.index("x;"))
    )
    lines = _plain(replace(samples.clean(), findings=(finding,))).splitlines()
    (source,) = [number for number, text in enumerate(lines) if "int x;" in text]
    assert lines[source].index("x;") == lines[source + 1].index("^")


def test_a_long_line_is_cut() -> None:
    """A line that does not fit is cut, and a place beyond the cut has no mark."""
    finding = replace(
        samples.moved(), excerpt=Excerpt(before="", line=f"int {'x' * 200};", column=150)
    )
    shown = _plain(replace(samples.clean(), findings=(finding,)))
    assert "xxx..." in shown
    assert "^" not in shown


def test_a_clean_report_is_one_line() -> None:
    """Where nothing is found there is only the sum."""
    assert _plain(samples.clean()) == "2 headers: 0 errors, 0 warnings, 0 notes\n"


@pytest.mark.parametrize("render", [_plain, terse.render])
def test_text_of_strangers_stays_text(render: object) -> None:
    """No control character from a header or a path reaches a terminal."""
    assert callable(render)
    shown = render(samples.attacked())
    unseen = {"Cc", "Cs", "Zl", "Zp"}
    assert not [c for c in shown if unicodedata.category(c) in unseen and c != "\n"]
    assert not re.search(r"^::", shown, re.MULTILINE)


@pytest.mark.parametrize(
    ("abis", "said"),
    [
        (("i386",), "i386"),
        (("i386", "arc", "m68k"), "i386; also arc, m68k (no 64-bit kernel runs them)"),
        (("m68k",), "m68k (no 64-bit kernel runs it)"),
        (tuple(a.name for a in all_abis() if a.bits == 32), "all 32-bit ABIs"),
        (
            tuple(a.name for a in all_abis() if a.bits == 32 and a.name != "x32"),
            "ILP32 but x32; also all other 32-bit ABIs (no 64-bit kernel runs them)",
        ),
    ],
)
def test_whom_it_breaks(abis: tuple[str, ...], said: str) -> None:
    """Programs that a 64-bit kernel runs come first, the others stand apart by name."""
    assert on_which(replace(samples.moved(), abis=abis)) == said


def test_a_change_of_some_32_bit_abis_is_not_of_all() -> None:
    """Where only the ABIs of a change are measured, they are not called all there are."""
    abis = ("i386", "arm-oabi")
    shift = Shift(abis=abis, old=Side(offset=16), new=Side(offset=12))
    finding = replace(samples.moved(), abis=abis, evidence=(), shifts=(shift,))
    assert on_which(finding) == "i386; also arm-oabi (no 64-bit kernel runs it)"


def test_abis_are_named_among_those_measured() -> None:
    """Of a header that two ABIs have, both are all of them, and an ABI alone is itself."""
    evidence = (Evidence(abis=("s390x", "s390"), size=8),)
    finding = replace(samples.moved(), evidence=evidence, breaks=Breaks.HYGIENE)
    assert on_which(replace(finding, abis=("s390x", "s390"))) == "s390x, s390"
    assert on_which(replace(finding, abis=())) == ""
