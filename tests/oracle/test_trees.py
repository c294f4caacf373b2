# SPDX-License-Identifier: GPL-2.0-or-later
"""Every record and member of whole trees against GCC; this module is ``make oracle``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck import abis
from abicheck.export import open_exports
from abicheck.vcs.directory import DirectoryTree
from tests.oracle.trees import TreeJudge, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Cc1

BY_GCC = [abi.name for abi in abis.all_abis() if abi.gcc]


def _judge(tree: Path, name: str, cc1: Callable[..., Cc1], folder: Path) -> Verdict | None:
    abi = abis.get(name)
    world = open_exports(DirectoryTree(tree, "tree")).world(abi)
    if world is None:
        return None
    return TreeJudge(world, cc1(*abi.gcc), folder).judge(world.headers())


@pytest.mark.parametrize("name", BY_GCC)
def test_gcc_agrees_about_the_small_tree(
    name: str, fixture_tree: Path, cc1: Callable[..., Cc1], tmp_path: Path
) -> None:
    """GCC lays out every record of our miniature tree as the engine does."""
    verdict = _judge(fixture_tree, name, cc1, tmp_path)
    if verdict is not None:
        assert (verdict.differences, verdict.uncompiled) == ([], {})
        assert verdict.records


@pytest.mark.oracle
@pytest.mark.parametrize("name", BY_GCC)
def test_gcc_agrees_about_linux(
    name: str, linux_tree: Path, cc1: Callable[..., Cc1], tmp_path: Path
) -> None:
    """GCC lays out every record of every header that Linux 6.1 exports as the engine does."""
    verdict = _judge(linux_tree, name, cc1, tmp_path)
    assert verdict is not None
    assert (verdict.differences, verdict.uncompiled) == ([], {})
    assert verdict.records > 4400
    assert verdict.members > 24000


@pytest.mark.oracle
@pytest.mark.parametrize("version", ["0.9.1", "0.17.0"])
@pytest.mark.parametrize("name", ["x86_64", "i386", "arm", "ppc", "m68k"])
def test_gcc_agrees_about_exported_trees(
    name: str,
    version: str,
    zig_tree: Callable[[str], Path],
    cc1: Callable[..., Cc1],
    tmp_path: Path,
) -> None:
    """GCC agrees about the headers that Linux 5.16 and 7.2 installed."""
    verdict = _judge(zig_tree(version), name, cc1, tmp_path)
    if verdict is not None:
        assert (verdict.differences, verdict.uncompiled) == ([], {})
        assert verdict.records > 4400
