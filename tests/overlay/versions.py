# SPDX-License-Identifier: GPL-2.0-or-later
"""This module makes two versions of a header, and asks what is said of the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.config import Config
from abicheck.engine.diff import DiffRequest, diff
from abicheck.engine.layouts import LayoutRequest, layout
from abicheck.model import Side
from abicheck.rulebook import read_rules

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.model import Finding, RecordLayout, Shift

TYPES = """\
#ifndef _LINUX_TYPES_H
#define _LINUX_TYPES_H
typedef unsigned char __u8;
typedef unsigned short __u16;
typedef signed int __s32;
typedef unsigned int __u32;
typedef signed long long __s64;
typedef unsigned long long __u64;
#define __aligned_u64 __u64 __attribute__((aligned(8)))
#endif
"""
INCLUDE = "#include <linux/types.h>\n"
PATH = "include/uapi/linux/sample.h"
OWN = ("reserved-consumed", "pad-named-or-added", "union-arm-grown", "member-overlaid")
PLACES = (*OWN, "field-moved", "struct-size-changed")
"""With the rules that tell of the same places and sizes, for other reasons."""


def tree(folder: Path, text: str) -> Path:
    """A kernel's tree with one header; its folder."""
    for name, content in {"include/uapi/linux/types.h": TYPES, PATH: INCLUDE + text}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def said(
    folder: Path, old: str, new: str, only: tuple[str, ...] = OWN, abis: tuple[str, ...] = ()
) -> tuple[Finding, ...]:
    """What some rules say about the change from one text to another."""
    book = read_rules()
    known = {rule.name for rule in book.rules}
    report = diff(
        DiffRequest(
            old=str(tree(folder / "old", old)),
            new=str(tree(folder / "new", new)),
            abis=abis,
            rulebook=book,
            config=Config(),
            only=tuple(name for name in only if name in known),
            jobs=1,
        )
    )
    assert not report.not_checked
    return report.findings


def laid_out(folder: Path, text: str, abi: str, name: str = "*") -> RecordLayout:
    """The first record of a text, or the one of that name, under one ABI."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "sample.h"
    path.write_text(INCLUDE + text, encoding="utf-8")
    report = layout(
        LayoutRequest(names=(name.rpartition(" ")[2],), paths=(str(path),), abis=(abi,), jobs=1)
    )
    return report.records[0].groups[0].layout


def pair(folder: Path, old: str, new: str, abi: str) -> tuple[RecordLayout, RecordLayout]:
    """The first record of both texts under one ABI."""
    return laid_out(folder / "old", old, abi), laid_out(folder / "new", new, abi)


def under(finding: Finding, abi: str) -> Shift:
    """What the change does under one ABI."""
    return next(shift for shift in finding.shifts if abi in shift.abis)


def offsets(finding: Finding, abi: str) -> tuple[int | None, int | None]:
    """Where the subject was and is under one ABI, in bytes."""
    old, new = _sides(finding, abi)
    return old.offset, new.offset


def sizes(finding: Finding, abi: str) -> tuple[int | None, int | None]:
    """How large the subject was and is under one ABI, in bytes."""
    old, new = _sides(finding, abi)
    return old.size, new.size


def _sides(finding: Finding, abi: str) -> tuple[Side, Side]:
    shift = under(finding, abi)
    return shift.old or Side(), shift.new or Side()
