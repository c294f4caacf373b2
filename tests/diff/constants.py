# SPDX-License-Identifier: GPL-2.0-or-later
"""This module has the constants of small trees of headers compared, old with new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.abis import all_abis
from abicheck.checks.changes.facts import TreeChange
from abicheck.engine.constants import Comparison, versions_of
from abicheck.engine.diff.plots import Plots
from abicheck.engine.rules import Judge
from abicheck.rulebook import read_rules
from abicheck.vcs.memory import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abicheck.checks.changes.facts import ConstantsChange
    from abicheck.engine.constants.sides import Sizes
    from abicheck.model import Finding
    from abicheck.vcs.tree import Tree

FOLDER = "include/uapi/linux"
HEADER = f"{FOLDER}/zone.h"
ALL = tuple(abi.name for abi in all_abis())


def tree(texts: str | Mapping[str, str]) -> MemoryTree:
    """A kernel tree of one header, or of many by path."""
    files = {HEADER: texts} if isinstance(texts, str) else texts
    return MemoryTree("tree", {path: text.encode() for path, text in files.items()})


def compared(old: Tree, new: Tree, abis: Sequence[str] = ALL) -> Comparison:
    """The constants of two trees, before anything is asked of them."""
    plots = Plots(old, new, abis, ())
    return Comparison(versions_of(plots.worlds), plots.differing(), ({}, {}))


def changes(
    old: str | Mapping[str, str],
    new: str | Mapping[str, str],
    abis: Sequence[str] = ALL,
    sizes: tuple[Sizes, Sizes] = ({}, {}),
) -> ConstantsChange:
    """The constants of two versions of a header, or of many by path."""
    plots = Plots(tree(old), tree(new), abis, ())
    return Comparison(versions_of(plots.worlds), plots.differing(), sizes).changes()


def judged(
    old: str | Mapping[str, str],
    new: str | Mapping[str, str],
    abis: Sequence[str] = ALL,
    sizes: tuple[Sizes, Sizes] = ({}, {}),
) -> list[Finding]:
    """What the rules say about them, in order of place."""
    plots = Plots(tree(old), tree(new), abis, ())
    comparison = Comparison(versions_of(plots.worlds), plots.differing(), sizes)
    rules = [r for r in read_rules().rules if r.scope in ("constant-change", "tree-change")]
    judge = Judge(rules)
    found = [
        *judge.constant_changes(comparison.changes()),
        *judge.tree_change(TreeChange(lost=comparison.lost())),
    ]
    return sorted(found, key=lambda item: (item.span.path, item.span.line, item.rule))


def said(findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    """(rule, severity, subject) of each finding."""
    return [(item.rule, str(item.severity), item.subject) for item in findings]


def numbers(finding: Finding) -> dict[str, tuple[int | None, int | None]]:
    """By ABI: the old and the new number."""
    return {
        abi: (
            None if shift.old is None else shift.old.value,
            None if shift.new is None else shift.new.value,
        )
        for shift in finding.shifts
        for abi in shift.abis
    }
