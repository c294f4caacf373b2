# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the report people read, plain and in colours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from abicheck.model import Absent, NotChecked, Span
from abicheck.report import terminal, text, views
from abicheck.report.sheet import Settings, page
from tests.report import records
from tests.report.headers import report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from syrupy.assertion import SnapshotAssertion

    from abicheck.model import LayoutReport
    from abicheck.report.views import View

_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_ALL = (records.runstate, records.epoll, records.motley)


def _shown(
    found: LayoutReport, view: Callable[[LayoutReport], Iterator[View]], settings: Settings
) -> str:
    return text.render(page(view(found), [found], settings))


def _everything() -> LayoutReport:
    return report(*(make() for make in _ALL), records.event(repaired=False))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_side_by_side(recorded: SnapshotAssertion, width: int) -> None:
    """Every ABI's layout, as wide as the page."""
    assert _shown(_everything(), views.across, Settings(width=width)) == recorded


def test_reasons(recorded: SnapshotAssertion) -> None:
    """With reasons, each member says what put it where it is."""
    assert _shown(_everything(), views.across, Settings(explain=True)) == recorded


def test_kernel_and_programs(recorded: SnapshotAssertion) -> None:
    """Only the pairs in which a 64-bit kernel and a 32-bit program differ."""
    assert _shown(_everything(), views.compat, Settings()) == recorded


def test_other_boundaries(recorded: SnapshotAssertion) -> None:
    """The reader's own boundaries: a cache line of 256 bytes."""
    found = report(records.epoll(), records.runstate())
    assert _shown(found, views.across, Settings(boundaries=(256,))) == recorded


def test_old_beside_new(recorded: SnapshotAssertion) -> None:
    """What changed, what did not, what came and what went."""
    old = report(records.event(repaired=False), records.epoll(), records.runstate(), source="v5.17")
    new = report(records.event(repaired=True), records.motley(), records.runstate(), source="v5.18")
    assert text.render(page(views.against(old, new), [old, new], Settings())) == recorded


def test_a_record_that_moved_to_another_header_is_the_same(recorded: SnapshotAssertion) -> None:
    """Records are matched by name where their header changed."""
    there = replace(records.runstate(), path="arch/x86/include/uapi/asm/vcpu.h")
    compared = views.against(report(there, source="v5.17"), report(records.runstate()))
    assert text.render(page(compared, [], Settings())) == recorded


def test_what_could_not_be_checked(recorded: SnapshotAssertion) -> None:
    """Failures name the first error and the way it was reached; absences name their reason."""
    stack = (Span("linux/outer.h", 12, 10), Span("linux/kvm.h", 14, 10))
    header = NotChecked(
        path="include/uapi/linux/kvm.h",
        abis=("x86_64", "i386", "x32"),
        reason="unknown type name '__u65'",
        span=Span("linux/inner.h", 3, 2),
        stack=stack,
    )
    record = NotChecked(
        path=header.path,
        abis=("m68k",),
        reason="the ABI has no type '__int128'",
        subject="struct s",
    )
    found = replace(
        report(replace(records.epoll(), not_checked=(record,), absent=("sh", "sheb"))),
        not_checked=(header,),
        absent=(Absent(path="asm/kvm.h", abis=("csky",), reason="not exported"),),
        notes=("no ABI is known for arch/ia64",),
    )
    assert _shown(found, views.across, Settings()) == recorded


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_fit_the_page(width: int) -> None:
    """No line of ordinary names is wider than the page."""
    shown = _shown(_everything(), views.across, Settings(width=width, explain=True))
    assert [line for line in shown.splitlines() if len(line) > width] == []


def test_colours_add_nothing_but_colours() -> None:
    """The coloured report without its escapes is the plain one."""
    lines = list(page(views.across(_everything()), [], Settings()))
    coloured = terminal.render(lines)
    assert "\x1b[" in coloured
    assert _ESCAPES.sub("", coloured) == text.render(lines)


def test_strangers_get_no_word_in() -> None:
    """Escapes in names and paths reach neither report."""
    lines = list(page(views.across(report(records.hostile())), [], Settings()))
    assert _ESCAPES.sub("", terminal.render(lines)).isascii()
    plain = text.render(lines)
    assert plain.replace("\n", "").isprintable()
    assert "\\x1b[2J" in plain


def test_many_columns_are_split() -> None:
    """A record with more layouts than fit shows each in some table, beside the first."""
    shown = _shown(report(records.event(repaired=False)), views.across, Settings(width=70))
    heads = [
        line.split()
        for line in shown.splitlines()
        if line.split() and set(line.split()) <= set("ABCD")
    ]
    assert heads == [["A", "B"], ["A", "C"], ["A", "D"]]
