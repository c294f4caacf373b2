# SPDX-License-Identifier: GPL-2.0-or-later
"""What a text declares, as read for many ABIs in one go; GCC is the judge of this module."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from abicheck import abis
from abicheck.parse.extract import Memo
from tests.parse.texts import BUILT_IN, claims, laid_out, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Cc1

ABIS = ("x86_64", "i386", "x32", "arm", "arm-oabi", "m68k", "sh", "alpha", "s390", "parisc", "mips")

HEADERS = Path(__file__).parent / "headers"
DECIDED = sorted(path.stem for path in (HEADERS / "decided").glob("*.h"))
"""Texts in which GCC and we must agree on every ABI, by what they are about."""
UNDECIDED = sorted(path.stem for path in (HEADERS / "undecided").glob("*.h"))
"""Texts whose layout cannot be known from what libclang tells."""
STAND_IN = sorted(path.stem for path in (HEADERS / "stand-in").glob("*.h"))
"""Texts that a stand-in target cannot know everywhere, as their bounds measure types."""

PACK = {"pack.h": "#pragma pack(1)\n"}


def _known(cc1: Callable[..., Cc1], abi: str) -> Cc1:
    return cc1(*abis.get(abi).gcc)


def _text(group: str, what: str) -> str:
    return (HEADERS / group / f"{what}.h").read_text()


def _judged(text: str, cc1: Callable[..., Cc1]) -> list[tuple[str, str, str]]:
    """(ABI, record, reason) of what is undecided, once GCC agrees with the rest on every ABI."""
    memo, told = Memo(), []
    for abi in ABIS:
        unit = parse(text, abi, memo)
        assert unit.problems == ()
        told += [(abi, name, why) for name, why in laid_out(unit, abi) if isinstance(why, str)]
        judge = cc1(*abis.get(abi).gcc)
        judge.assemble(f"{text}\n{claims(unit, abi)}", "-std=gnu11", "-w", "-fsyntax-only")
    return told


@pytest.mark.parametrize("what", DECIDED)
def test_gcc_agrees(what: str, cc1: Callable[..., Cc1]) -> None:
    """Every record of every text has GCC's size, alignment and offsets on every ABI."""
    assert _judged(_text("decided", what), cc1) == []


@pytest.mark.parametrize("what", STAND_IN)
def test_a_stand_in_is_right_or_silent(what: str, cc1: Callable[..., Cc1]) -> None:
    """Where a bound measures a type that another target stands in for: GCC's layout, or none."""
    told = _judged(_text("stand-in", what), cc1)
    assert {abi for abi, _, _ in told} <= {n for n in ABIS if not abis.get(n).clang_lays_out}


@pytest.mark.parametrize("what", UNDECIDED)
def test_what_is_not_known_is_undecided(what: str) -> None:
    """What libclang does not tell is never taken for the usual: the record says why."""
    for abi in ("x86_64", "m68k"):
        unit = parse(_text("undecided", what), abi, more=PACK)
        found = dict(laid_out(unit, abi))
        assert isinstance(found["struct s"], str), what


@pytest.mark.parametrize("what", DECIDED)
def test_a_shared_memo_changes_nothing(what: str) -> None:
    """A unit read with the memo of all other ABIs equals one that is read with none."""
    memo, text = Memo(), _text("decided", what)
    for abi in (*ABIS, *reversed(ABIS)):
        assert parse(text, abi, memo) == parse(text, abi, Memo())


VALUES = """
struct s { __u8 a; __u32 b; __u64 c; };
enum first { SIZE = sizeof(struct s), COMMAND = 7 << 16 | sizeof(struct s) };
enum second { TWICE = SIZE * 2, PLAIN = 3 };
"""


def test_values_that_measure(cc1: Callable[..., Cc1]) -> None:
    """An enumerator whose value is a size, or is made of one, has GCC's value on every ABI."""
    memo = Memo()
    for abi in ABIS:
        enums = parse(BUILT_IN + VALUES, abi, memo).declarations.enums
        values = [pair for enum in enums.values() for pair in enum.enumerators]
        assert len(values) == 4
        told = "".join(f'_Static_assert({name} == {value}, "");\n' for name, value in values)
        judge = cc1(*abis.get(abi).gcc)
        judge.assemble(f"{BUILT_IN}{VALUES}{told}", "-std=gnu11", "-w", "-fsyntax-only")
