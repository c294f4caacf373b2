# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the one line that each header gets."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from abicheck.abis import all_abis
from abicheck.model import Absent, Breaks, HeaderChange, NotChecked, Severity
from abicheck.report.diff.verdicts import Outcome, verdicts
from tests.report.diff import samples

SAME = replace(samples.same(), headers=(HeaderChange(path=samples.KVM, old_path=samples.KVM),))
COMPAT = tuple(abi.name for abi in all_abis() if abi.compat_of)


def _line(**parts: object) -> str:
    (verdict,) = verdicts(replace(SAME, **parts))
    return verdict.text


@pytest.mark.parametrize(
    ("abis", "said"),
    [
        (("i386",), "breaks compat for i386 on x86_64"),
        (
            ("i386", "arc", "m68k"),
            "breaks compat for i386 on x86_64; also moves arc, m68k (no 64-bit kernel runs them)",
        ),
        (("m68k",), "moves m68k (no 64-bit kernel runs it)"),
        (COMPAT, f"breaks compat for {', '.join(COMPAT)} on 64-bit kernels"),
    ],
)
def test_programs_on_another_kernel(abis: tuple[str, ...], said: str) -> None:
    """32-bit programs are named with their kernels, those that have none stand apart."""
    assert _line(findings=(replace(samples.moved(), abis=abis),)) == said


def test_each_kind_of_program_is_named_once() -> None:
    """Two findings about compiled programs and one about sources are two parts of a line."""
    binary = replace(samples.moved(), breaks=Breaks.BINARY, abis=("x86_64",))
    source = replace(samples.gone(), span=samples.moved().span, severity=Severity.ERROR)
    said = _line(findings=(binary, replace(binary, subject="struct b.c", abis=("i386",)), source))
    assert said == "breaks compiled programs on x86_64, i386; breaks recompiling"


def test_a_warning_may_break() -> None:
    """What is not certain is said as such, and is not compatible."""
    said = _line(findings=(replace(samples.moved(), severity=Severity.WARNING, abis=("i386",)),))
    assert said == "may break compat for i386 on x86_64"


def test_a_removed_header_is_called_so() -> None:
    """What is gone breaks whom its rule says, and is called removed where no rule speaks."""
    header = replace(SAME.headers[0], removed=True)
    source = replace(samples.gone(), span=samples.moved().span, severity=Severity.ERROR)
    assert _line(headers=(header,), findings=(source,)) == "removed; breaks recompiling"
    assert _line(headers=(header,)) == f"removed for all {len(samples.ALL)} ABIs"


def test_compatible_counts_the_abis_that_have_the_header() -> None:
    """A header is compatible for as many ABIs as have it and were judged."""
    absent = Absent(path=samples.KVM, abis=("arm", "armeb"), reason="not exported")
    assert _line() == f"compatible for all {len(samples.ALL)} ABIs"
    assert _line(absent=(absent,)) == f"compatible for all {len(samples.ALL) - 2} ABIs that have it"
    assert _line(abis=("x86_64", "i386")) == "compatible for x86_64, i386"


def test_notes_leave_a_header_compatible() -> None:
    """A note about an ABI that no 64-bit kernel runs is told behind the verdict."""
    note = replace(samples.named(), span=samples.moved().span)
    said = _line(findings=(note,))
    assert said.endswith("ABIs; moves m68k (no 64-bit kernel runs it)")


def test_what_was_not_checked_is_never_compatible() -> None:
    """A header that failed under one ABI says so, and under all says nothing else."""
    failure = NotChecked(path=samples.KVM, abis=("sh",), reason="expected ';'")
    (verdict,) = verdicts(replace(SAME, not_checked=(failure,)))
    assert verdict.outcome is Outcome.NOT_CHECKED
    assert verdict.text == "compatible for all but sh; not checked under sh"
    assert _line(not_checked=(replace(failure, abis=samples.ALL),)) == "not checked"
    broken = replace(SAME, not_checked=(failure,), findings=(samples.moved(),))
    (verdict,) = verdicts(broken)
    assert verdict.outcome is Outcome.BREAKS
    assert verdict.text.endswith("not checked under sh")


def test_breaking_headers_come_last() -> None:
    """The worst stands where a terminal ends."""
    outcomes = [verdict.outcome for verdict in verdicts(samples.report())]
    assert outcomes == sorted(outcomes, key=list(Outcome).index)
    assert outcomes[-1] is Outcome.BREAKS


def test_what_has_no_number_is_no_clean_header() -> None:
    """Constants that nobody could compare stand in the line, and the header is in doubt."""
    header = replace(SAME.headers[0], unevaluated=("A", "B", "C", "D"))
    (verdict,) = verdicts(replace(SAME, headers=(header,)))
    assert verdict.text.endswith("; not evaluated: A, B, C and 1 more")
    assert verdict.outcome is Outcome.DOUBTFUL
