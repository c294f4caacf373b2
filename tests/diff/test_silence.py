# SPDX-License-Identifier: GPL-2.0-or-later
"""This module compares trees with themselves: nothing is said where nothing changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.config import Config
from abicheck.engine.diff import DiffRequest, diff_trees
from abicheck.rulebook import read_rules
from abicheck.vcs.edited import EditedTree
from abicheck.vcs.open import open_directory
from tests.diff.versions import compared

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from abicheck.model import DiffReport

FEW = ("x86_64", "i386", "arm", "m68k")
TOUCHED = b"\n#define SEEN_AGAIN 1\n"
"""A change after which every header is read again in both versions, and means what it did."""


def _touched(path: Path, abis: tuple[str, ...] = ()) -> DiffReport:
    tree = open_directory(path).tree
    headers = tree.read_many(name for name in tree.files() if name.endswith(".h"))
    new = EditedTree(tree, "new", {name: text + TOUCHED for name, text in headers.items()})
    request = DiffRequest(rulebook=read_rules(), config=Config(), abis=abis)
    return diff_trees(tree, new, request)


def _itself(path: Path) -> DiffReport:
    tree = open_directory(path).tree
    request = DiffRequest(rulebook=read_rules(), config=Config())
    return diff_trees(tree, tree, request)


def test_the_fixture_tree_is_silent(fixture_tree: Path) -> None:
    """Every header read twice under every ABI gives no finding, and no record that changed."""
    report = _touched(fixture_tree)
    assert report.headers
    assert report.findings == ()
    assert not any(header.records for header in report.headers)


def test_a_tree_and_itself_are_not_even_read(fixture_tree: Path) -> None:
    """Where no text differs there is no header to speak of."""
    report = _itself(fixture_tree)
    assert (report.headers, report.findings, report.not_checked) == ((), (), ())


@pytest.mark.trees
@pytest.mark.parametrize("version", ["0.9.1", "0.13.0", "0.16.0", "0.17.0"])
def test_a_real_tree_is_silent(version: str, zig_tree: Callable[[str], Path]) -> None:
    """A thousand real headers read twice give no finding; what fails in both is not new."""
    report = _touched(zig_tree(version), FEW if version != "0.17.0" else FEW[:2])
    assert len(report.headers) > 900
    assert report.findings == ()
    assert not any(header.records for header in report.headers)


@pytest.mark.trees
def test_a_real_tree_and_itself_are_not_even_read(zig_tree: Callable[[str], Path]) -> None:
    """A whole tree against itself has nothing in it."""
    report = _itself(zig_tree("0.17.0"))
    assert (report.headers, report.findings, report.not_checked) == ((), (), ())


def test_a_record_beside_the_constants_of_its_size_did_not_change() -> None:
    """A record that is judged for its ``_SIZE_VER`` constants is not shown as one that differs."""
    text = "#define AREA_SIZE_VER0 8\nstruct area { __u32 size; __u32 a; };\n"
    (header,) = compared(text, f"{text}#define MORE 1\n", abis=FEW).headers
    assert header.records == ()
