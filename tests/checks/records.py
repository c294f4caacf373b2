# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes headers of random records and asks what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from abicheck.config import Config
from abicheck.engine.layouts import LayoutRequest, layout
from abicheck.engine.lint import LintRequest, lint
from abicheck.model import walk
from abicheck.rulebook import read_rules

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.model import Finding, RecordAcross, RecordLayout

BOOK = read_rules()
FIXED = ("__u8", "__u16", "__u32", "__u64", "__s64", "__aligned_u64")
"""Types of one width everywhere."""


def _member(draw: st.DrawFn, name: str, depth: int) -> list[str]:
    kind = draw(st.sampled_from(("scalar", "scalar", "scalar", "array", "struct", "union")))
    if kind in ("struct", "union") and depth < 2:
        inner = _body(draw, depth + 1, name)
        tail = f"}} {name};" if draw(st.booleans()) else "};"
        return [f"{kind} {{", *(f"\t{line}" for line in inner), tail]
    bound = f"[{draw(st.integers(1, 5))}]" if kind == "array" else ""
    return [f"{draw(st.sampled_from(FIXED))} {name}{bound};"]


def _body(draw: st.DrawFn, depth: int, prefix: str) -> list[str]:
    count = draw(st.integers(1, 4))
    return [line for index in range(count) for line in _member(draw, f"{prefix}m{index}", depth)]


@st.composite
def headers(draw: st.DrawFn) -> str:
    """A header of some records whose scalars have one width everywhere."""
    lines = ["#include <linux/types.h>"]
    for number in range(6):
        body = (f"\t{line}" for line in _body(draw, 0, f"r{number}"))
        lines += ["", f"struct record{number} {{", *body, "};"]
    return "\n".join(lines) + "\n"


def said(path: Path, rules: tuple[str, ...], abis: tuple[str, ...]) -> tuple[Finding, ...]:
    """What some rules say about a header under some ABIs."""
    request = LintRequest(
        paths=(str(path),), rulebook=BOOK, config=Config(), only=rules, abis=abis, jobs=1
    )
    report = lint(request)
    assert not report.not_checked
    return report.findings


def laid_out(path: Path, abis: tuple[str, ...]) -> dict[str, RecordAcross]:
    """By name: the records of a header."""
    report = layout(LayoutRequest(names=("*",), paths=(str(path),), abis=abis, jobs=1))
    return {record.name: record for record in report.records}


def under(record: RecordAcross, abi: str) -> RecordLayout:
    """A record's layout under one ABI."""
    return next(group.layout for group in record.groups if abi in group.abis)


def places(layout: RecordLayout) -> dict[str, tuple[int, int]]:
    """By path: where each scalar lies and how large it is, in bits."""
    return {
        leaf.path: (leaf.bit_offset, leaf.placed.bit_size)
        for leaf in walk(layout)
        if leaf.placed.element is None
    }


def mended(path: Path, findings: tuple[Finding, ...]) -> bool:
    """Applies the edits of the findings, from the end of the file; whether there were any."""
    edits = sorted(
        {edit for finding in findings for edit in finding.edits}, key=lambda edit: -edit.line
    )
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for edit in edits:
        new = edit.text.splitlines(keepends=True)
        lines[edit.line - 1 : edit.line - 1 + edit.count] = new
    path.write_text("".join(lines), encoding="utf-8")
    return bool(edits)
