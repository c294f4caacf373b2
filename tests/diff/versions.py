# SPDX-License-Identifier: GPL-2.0-or-later
"""This module has small trees of headers compared, old with new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.abis import all_abis
from abicheck.config import Config
from abicheck.engine.diff import DiffRequest, diff_trees
from abicheck.model import ScalarKind
from abicheck.rulebook import read_rules
from abicheck.vcs.memory import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abicheck.model import Abi, DiffReport, Finding, Side

HEADER = "include/uapi/linux/zone.h"
TYPES = "#include <linux/types.h>\n#include <linux/ioctl.h>\n"


def _align(abi: Abi) -> int:
    return dict(abi.scalars)[ScalarKind.ULLONG].field_align


A8 = frozenset(abi.name for abi in all_abis() if _align(abi) == 8)
"""The ABIs on which a ``__u64`` in a record is 8-aligned."""
A4_AND_M68K = frozenset(abi.name for abi in all_abis()) - A8
EVERY = A8 | A4_AND_M68K
LP64 = frozenset(abi.name for abi in all_abis() if abi.bits == 64)


def compared(
    old: str | Mapping[str, str],
    new: str | Mapping[str, str],
    *rules: str,
    abis: Sequence[str] = (),
    paths: Sequence[str] = (),
) -> DiffReport:
    """What rules (all of them, if none is named) say about two texts of one header, or of many."""
    request = DiffRequest(
        rulebook=read_rules(),
        config=Config(),
        only=rules,
        abis=tuple(abis),
        paths=tuple(paths),
        jobs=1,
    )
    return diff_trees(_tree("old", old), _tree("new", new), request)


def _tree(label: str, texts: str | Mapping[str, str]) -> MemoryTree:
    files = {HEADER: texts} if isinstance(texts, str) else texts
    return MemoryTree(label, {path: (TYPES + text).encode() for path, text in files.items()})


def only(report: DiffReport, rule: str) -> Finding:
    """The one finding of a rule."""
    (found,) = (finding for finding in report.findings if finding.rule == rule)
    return found


def said(report: DiffReport) -> list[tuple[str, str, str]]:
    """(rule, kind, subject) of each finding, sorted."""
    return sorted((f.rule, f.kind, f.subject) for f in report.findings)


def places(finding: Finding) -> dict[str, tuple[int | None, int | None]]:
    """By ABI: the offset before and after, in bytes; None where a version has no such member."""
    return {
        abi: (_offset(shift.old), _offset(shift.new))
        for shift in finding.shifts
        for abi in shift.abis
    }


def sizes(finding: Finding) -> dict[str, tuple[int | None, int | None]]:
    """By ABI: the size before and after, in bytes."""
    return {
        abi: (_size(shift.old), _size(shift.new)) for shift in finding.shifts for abi in shift.abis
    }


def _size(side: Side | None) -> int | None:
    return None if side is None else side.size


def _offset(side: Side | None) -> int | None:
    return None if side is None else side.offset
