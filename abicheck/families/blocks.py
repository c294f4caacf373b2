# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads the kernel's register of ioctl numbers and finds who trespasses.

Documentation/userspace-api/ioctl/ioctl-number.rst gives blocks of a type's numbers to headers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.families.clash import Clash
from abicheck.model import Severity
from abicheck.model.claims import CollisionKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.model.claims import Definition, Sheet

REGISTERS = (
    "Documentation/userspace-api/ioctl/ioctl-number.rst",
    "Documentation/ioctl/ioctl-number.rst",
    "Documentation/ioctl/ioctl-number.txt",
)
"""Where kernels keep the register, newest first."""

_ROW = re.compile(
    r"(?:0x([0-9A-Fa-f]{2})|'(.)')\s+(all|[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2})?)[ \t]*([^\n]*)"
)
_MORE = re.compile(r"[ \t]{6,20}(\S+\.[ch])\b")
_FILE = re.compile(r"[\w./-]+\.[ch]\b")


class Block(Struct, frozen=True):
    """Numbers of one type, and the files they are given to."""

    type: int
    first: int
    last: int
    files: tuple[str, ...]
    shared: bool
    """The register itself says that others use them too."""


def read_blocks(text: str) -> tuple[Block, ...]:
    """The rows of the register that name files."""
    rows: list[Block] = []
    for line in text.split("\n"):
        match = _ROW.match(line)
        if match is None:
            more = _MORE.match(line)
            if more is not None and rows:
                last = rows[-1]
                files = (*last.files, more.group(1))
                rows[-1] = Block(last.type, last.first, last.last, files, last.shared)
            continue
        code, letter, span, rest = match.groups()
        first, _, last_nr = ("00-FF" if span == "all" else span).partition("-")
        rows.append(
            Block(
                int(code, 16) if code else ord(letter),
                int(first, 16),
                int(last_nr or first, 16),
                tuple(_FILE.findall(rest)),
                "conflict!" in rest,
            )
        )
    return tuple(row for row in rows if row.files)


def trespassers(
    sheets: Sequence[Sheet], blocks: Sequence[Block], upstream: frozenset[int]
) -> Iterator[Clash]:
    """Commands in blocks that the register gives to others: a clash for each header and block.

    The trespasses of a header that upstream has are history, and what the register itself calls a
    conflict is known.
    """
    by_type: dict[int, list[Block]] = defaultdict(list)
    for block in blocks:
        by_type[block.type].append(block)
    found: dict[tuple[str, Block], list[tuple[int, Definition]]] = defaultdict(list)
    for index, sheet in enumerate(sheets):
        for definition in sheet.definitions:
            command = definition.ioctl
            if command is None or definition.number is None or definition.misplaced:
                continue
            around = [b for b in by_type[command.type] if b.first <= command.nr <= b.last]
            if around and not any(_is_given(definition.path, block) for block in around):
                header = definition.path.rpartition("/")[2]
                found[header, around[0]].append((index, definition))
    for (_, block), stakes in found.items():
        known = block.shared or any(index in upstream for index, _ in stakes)
        span = f"0x{block.first:02x} to 0x{block.last:02x}"
        yield Clash(
            CollisionKind.RANGE,
            Severity.NOTE if known else Severity.WARNING,
            stakes[0][1].number,
            tuple(sorted({definition.name for _, definition in stakes})),
            f"{span} of this type are registered for {block.files[0]}",
            tuple(stakes),
        )


def _is_given(path: str, block: Block) -> bool:
    name = path.rpartition("/")[2]
    parts = {part for file in block.files for part in file.split("/")}
    return name in parts or name.removesuffix(".h") in parts
