# SPDX-License-Identifier: GPL-2.0-or-later
"""The engine against compilers on generated records; this module is ``make fuzz-layout``.

``ABICHECK_FUZZ=50000`` asks for another number of records per ABI, ``ABICHECK_SEED=7`` for other
ones. A failure is shrunk to the smallest soup that still differs.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from abicheck import abis
from abicheck.layout import Layouter
from abicheck.model import Declarations, RecordLayout, Scalar, ScalarKind, Typedef, Undecided
from tests.oracle.clangs import Answers, clang_answers, contradictions, libclang_answers
from tests.oracle.ctext import c_text
from tests.oracle.known import KNOWN, Disagreement
from tests.oracle.probes import Assembly, differences, probe_text, probes_of
from tests.oracle.soups import NOWHERE, Soup, soups

if TYPE_CHECKING:
    from collections.abc import Callable

    from abicheck.model import Abi
    from tests.conftest import Cc1

    Judge = Callable[[Soup], list[str]]

WANTED = int(os.environ.get("ABICHECK_FUZZ", "2000"))
SEED = int(os.environ.get("ABICHECK_SEED", "1"))
QUICK = 60
RECORDS_PER_SOUP = 8
"""On average; measured."""

ALL = abis.all_abis()
BY_GCC = [abi.name for abi in ALL if abi.gcc]
BY_LIBCLANG = [abi.name for abi in ALL if abi.clang_lays_out]
BY_CLANG = {
    "loongarch64": ("loongarch64-linux-gnu",),
    "loongarch32": ("loongarch32-linux-gnu",),
    "csky": ("csky-linux-gnuabiv2", "-D__CSKYABIV2__"),
    "hexagon": ("hexagon-linux-musl",),
}
"""Triple and flags of ``clang -cc1``, with the macros that only its driver would define."""


def _lay_out(soup: Soup) -> list[RecordLayout]:
    layouter = Layouter(soup.abi, soup.declarations)
    layouts = []
    for record in soup.records():
        layout = layouter.lay_out(record)
        assert not isinstance(layout, Undecided), layout.reason
        layouts.append(layout)
    return layouts


def _gcc(abi: Abi, cc1: Callable[..., Cc1], soup: Soup) -> list[str]:
    _lay_out(soup)
    probes = probes_of(soup.records(), Layouter(abi, soup.declarations))
    text = c_text(soup.items) + probe_text(probes)
    assembly = cc1(*abi.gcc).assemble(text, "-w", "-O0")
    return differences(probes, Assembly(assembly, big_endian=abi.big_endian))


def _against(soup: Soup, answers: Answers) -> list[str]:
    """Differences from a clang, but for what is marked as depending on the compiler."""
    agreed = [layout for layout in _lay_out(soup) if layout.compiler_dependent is None]
    return contradictions(agreed, answers)


def _run(abi: Abi, wanted: int, judge: Judge) -> None:
    """Shows the judge soups until it has seen ``wanted`` records, twice that at most."""
    count = Counter[str]()

    @seed(SEED)
    @settings(
        max_examples=max(8, wanted // RECORDS_PER_SOUP),
        deadline=None,
        database=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(soups(abi))
    def run(soup: Soup) -> None:
        count["records"] += len(soup.records())
        found = judge(soup)
        assert not found, "\n".join(found)

    run()
    assert count["records"] >= wanted // 2, "too few records to mean anything"


@pytest.mark.parametrize("name", BY_GCC)
def test_gcc_agrees_about_some_records(name: str, cc1: Callable[..., Cc1]) -> None:
    """GCC gives a few generated records the layout that the engine gives them."""
    abi = abis.get(name)
    _run(abi, QUICK, lambda soup: _gcc(abi, cc1, soup))


@pytest.mark.fuzz
@pytest.mark.parametrize("name", BY_GCC)
def test_gcc_agrees(name: str, cc1: Callable[..., Cc1]) -> None:
    """GCC gives every generated record the layout that the engine gives it."""
    abi = abis.get(name)
    _run(abi, WANTED, lambda soup: _gcc(abi, cc1, soup))


@pytest.mark.fuzz
@pytest.mark.parametrize("name", BY_CLANG)
def test_clang_agrees(name: str, zig_cc: tuple[str, ...]) -> None:
    """Where no GCC is packaged, clang gives every generated record the engine's layout."""
    abi, clang = abis.get(name), (zig_cc[0], "clang")

    def judge(soup: Soup) -> list[str]:
        names = [record.name or "" for record in soup.records()]
        triple, *flags = BY_CLANG[name]
        answers = clang_answers(clang, triple, flags, c_text(soup.items), names)
        return _against(soup, answers)

    _run(abi, WANTED, judge)


@pytest.mark.fuzz
@pytest.mark.parametrize("name", BY_LIBCLANG)
def test_libclang_agrees(name: str) -> None:
    """Where the table trusts libclang's target, it gives every record the engine's layout."""
    abi = _without(abis.get(name), {"sparc": ScalarKind.LDOUBLE, "ppc64le": ScalarKind.FLOAT128})
    _run(abi, WANTED, lambda soup: _against(soup, libclang_answers(abi, c_text(soup.items))))


def _without(abi: Abi, listed: dict[str, ScalarKind]) -> Abi:
    """The ABI without the scalar that libclang is known to have wrong, or not to have."""
    from msgspec.structs import replace

    kinds = tuple(row for row in abi.scalars if row[0] != listed.get(abi.name))
    return replace(abi, scalars=kinds)


@pytest.mark.parametrize("entry", KNOWN, ids=lambda entry: entry.abi)
def test_a_known_disagreement_stands(entry: Disagreement, zig_cc: tuple[str, ...]) -> None:
    """A disagreement that is listed as known still exists."""
    abi = abis.get(entry.abi)
    wide = Typedef(name="wide", type=Scalar(ScalarKind.UINT), aligned=16, span=NOWHERE)
    declarations = Declarations(typedefs={"wide": wide})
    layout = Layouter(abi, declarations).lay_out(entry.record)
    assert isinstance(layout, RecordLayout)
    text = c_text([wide, entry.record])
    if entry.libclang:
        answers = libclang_answers(abi, text)
    else:
        clang = (zig_cc[0], "clang")
        answers = clang_answers(clang, entry.triple, entry.flags, text, ["struct r"])
    assert contradictions([layout], answers), f"gone: {entry.reason}"
