# SPDX-License-Identifier: GPL-2.0-or-later
"""This module parses texts under an ABI and writes down, as C, what it takes them to mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck import abis
from abicheck.export import open_exports
from abicheck.layout import Layouter
from abicheck.model import RecordLayout
from abicheck.parse import libclang
from tests.export.trees import DictTree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abicheck.model import Abi, Declarations
    from abicheck.parse.extract import Memo
    from abicheck.parse.unit import Sizes, Unit

BUILT_IN = """
typedef __UINT8_TYPE__ __u8; typedef __UINT16_TYPE__ __u16; typedef __UINT32_TYPE__ __u32;
typedef unsigned long long __u64;
#define __aligned_u64 __u64 __attribute__((aligned(8)))
"""
"""What stands before a text that includes nothing."""


def measure(abi: Abi, declarations: Declarations) -> Sizes:
    """The layout engine's sizes, as the front ends ask for them."""
    return Layouter(abi, declarations).size_of


def parse(
    text: str, abi: str = "x86_64", memo: Memo | None = None, more: Mapping[str, str] | None = None
) -> Unit:
    """What libclang makes of ``h.h``, which may include the files of ``more``."""
    world = open_exports(DictTree({"h.h": text, **(more or {})})).world(abis.get(abi))
    assert world is not None
    return libclang.parse(world, ("h.h",), measure, memo)


def laid_out(unit: Unit, abi: str) -> Iterator[tuple[str, RecordLayout | str]]:
    """(name, layout or why there is none) of every record with a name, in order."""
    layouter = Layouter(abis.get(abi), unit.declarations)
    for records in unit.records.values():
        for record in records:
            layout = layouter.lay_out(record)
            decided = isinstance(layout, RecordLayout)
            yield record.name or "", layout if isinstance(layout, RecordLayout) else layout.reason
            assert decided or not isinstance(layout, RecordLayout)


def claims(unit: Unit, abi: str) -> str:
    """Static assertions on size, alignment and offsets of all records that have a layout."""
    lines = []
    for name, layout in laid_out(unit, abi):
        if isinstance(layout, str):
            continue
        lines.append(_claim(f"sizeof({name}) == {layout.size}"))
        lines.append(_claim(f"__alignof__({name}) == {layout.align}"))
        for placed in layout.members:
            member = placed.member
            if member.name and member.bit_width is None:
                offset = f"__builtin_offsetof({name}, {member.name})"
                lines.append(_claim(f"{offset} == {placed.offset}"))
    return "\n".join(lines) + "\n"


def _claim(condition: str) -> str:
    return f'_Static_assert({condition}, "{condition}");'
