# SPDX-License-Identifier: GPL-2.0-or-later
"""This module compares the rows of the ABI table with GCC, number by number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from abicheck import abis

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Cc1

BY_GCC = [abi.name for abi in abis.all_abis() if abi.gcc]


def _numbers(assembly: str) -> list[int]:
    block = assembly.split("\nnumbers:", 1)[1]
    return [int(number) - 1 for number in re.findall(r"^\s+\.\w+\s+(\d+)", block, re.MULTILINE)]


@pytest.mark.parametrize("name", BY_GCC)
def test_gcc_has_the_scalars_of_the_table(name: str, cc1: Callable[..., Cc1]) -> None:
    """Sizes, alignments and alignments as a member are GCC's, for every scalar and pointers."""
    abi = abis.get(name)
    types = {kind.value: fact for kind, fact in abi.scalars} | {"void *": abi.pointer}
    asked, expected = [], []
    probes = []
    for index, (spelling, fact) in enumerate(types.items()):
        probes.append(f"struct p{index} {{ char c; {spelling} x; }};")
        asked += [
            f"1 + sizeof({spelling})",
            f"1 + __alignof__({spelling})",
            f"1 + __builtin_offsetof(struct p{index}, x)",
        ]
        expected += [fact.size, fact.align, fact.field_align]
    asked += [
        "1 + __BIGGEST_ALIGNMENT__",
        "1 + ((char)-1 < 0)",
        "1 + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)",
        "-1",
    ]
    expected += [abi.biggest_align, abi.char_signed, abi.big_endian]
    text = f"{''.join(probes)}\nint numbers[] = {{ {', '.join(asked)} }};\n"
    said = _numbers(cc1(*abi.gcc).assemble(text, "-w"))[: len(expected)]
    assert said == expected


@pytest.mark.parametrize("name", BY_GCC)
def test_gcc_lacks_what_the_table_lacks(name: str, cc1: Callable[..., Cc1]) -> None:
    """__int128 and __float128 are in the table exactly where GCC has them."""
    abi = abis.get(name)
    text = """int numbers[] = {
    #ifdef __SIZEOF_INT128__
      2,
    #else
      1,
    #endif
    #ifdef __SIZEOF_FLOAT128__
      2,
    #else
      1,
    #endif
      -1 };
    """
    kinds = {kind.value for kind, _ in abi.scalars}
    assert _numbers(cc1(*abi.gcc).assemble(text))[:2] == [
        "__int128" in kinds,
        "__float128" in kinds,
    ]
