# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the rules about alignment to what layouts say, over random records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from tests.checks.records import headers, laid_out, mended, places, said, under

if TYPE_CHECKING:
    from pathlib import Path

PAIR = ("x86_64", "i386")
ALIGNMENT = ("u64-compat-offset", "u64-compat-size")
PADDING = (*ALIGNMENT, "implicit-hole", "implicit-tail-pad")
_EXAMPLES_EACH = max(1, settings().max_examples // 5)
"""Each example parses six records twice."""
_EXAMPLES = settings(
    max_examples=_EXAMPLES_EACH,
    deadline=None,
    suppress_health_check=(HealthCheck.function_scoped_fixture,),
)


@pytest.fixture
def header(tmp_path: Path) -> Path:
    """Where a header is written."""
    return tmp_path / "random.h"


@_EXAMPLES
@given(text=headers())
def test_every_difference_inside_a_pair_is_found_and_nothing_else(header: Path, text: str) -> None:
    """A record has a finding if and only if a scalar, or its end, differs inside the pair."""
    header.write_text(text, encoding="utf-8")
    found = {finding.subject.partition(".")[0] for finding in said(header, ALIGNMENT, PAIR)}
    differing = {
        name
        for name, record in laid_out(header, PAIR).items()
        if places(under(record, "i386")) != places(under(record, "x86_64"))
        or under(record, "i386").size != under(record, "x86_64").size
    }
    assert found == differing


@_EXAMPLES
@given(text=headers())
def test_repairs_leave_the_kernel_as_it_is_and_the_pair_agreed(header: Path, text: str) -> None:
    """Named holes change no place on x86_64; with all of them named, i386 has the same places."""
    header.write_text(text, encoding="utf-8")
    before = laid_out(header, PAIR)
    for _ in range(12):
        if not mended(header, said(header, PADDING, PAIR)):
            break
    after = laid_out(header, PAIR)
    for name, record in before.items():
        wide, new = under(record, "x86_64"), under(after[name], "x86_64")
        assert places(wide).items() <= places(new).items()
        assert (wide.size, wide.align) == (new.size, new.align)
        assert places(under(after[name], "i386")) == places(new)


def test_other_pairs_agree_about_alignment(tmp_path: Path) -> None:
    """arm and riscv32 align 64-bit scalars as their kernels do: nothing is said to them."""
    path = tmp_path / "event.h"
    path.write_text("#include <linux/types.h>\nstruct event {\n\t__u32 a;\n\t__u64 b;\n};\n")
    for pair in (("arm64", "arm"), ("riscv64", "riscv32"), ("ppc64", "ppc"), ("x86_64", "x32")):
        assert not said(path, ALIGNMENT, pair)


def test_an_architecture_without_a_pair_gets_a_note(tmp_path: Path) -> None:
    """Between ABIs that share no programs, a difference is a matter of portability."""
    path = tmp_path / "event.h"
    path.write_text("#include <linux/types.h>\nstruct event {\n\t__u32 a;\n\t__u64 b;\n};\n")
    (finding,) = said(path, ALIGNMENT, ("x86_64", "m68k"))
    assert (finding.severity, finding.breaks) == ("note", "portability")
    assert finding.abis == ("m68k",)
