# SPDX-License-Identifier: GPL-2.0-or-later
"""Every record and member of whole trees against GCC; this module is ``make oracle``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck import abis
from abicheck.export import open_exports
from abicheck.vcs.directory import DirectoryTree
from tests.oracle.test_generated import BY_CLANG
from tests.oracle.trees import TreeJudge, Verdict, by_clang, by_gcc

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Cc1
    from tests.oracle.trees import Ask

BY_GCC = [abi.name for abi in abis.all_abis() if abi.gcc]

XTENSA = ("xtensa-linux", "-D__linux__")
"""Not for generated records: clang lets unnamed bit-fields align (see ``known``)."""


def _judge(tree: Path, name: str, ask: Ask, folder: Path) -> Verdict | None:
    world = open_exports(DirectoryTree(tree, "tree")).world(abis.get(name))
    return None if world is None else TreeJudge(world, ask, folder).judge(world.headers())


def _gcc(name: str, cc1: Callable[..., Cc1]) -> Ask:
    abi = abis.get(name)
    return by_gcc(cc1(*abi.gcc), abi)


@pytest.mark.parametrize("name", BY_GCC)
def test_gcc_agrees_about_the_small_tree(
    name: str, fixture_tree: Path, cc1: Callable[..., Cc1], tmp_path: Path
) -> None:
    """GCC lays out every record of our miniature tree as the engine does."""
    verdict = _judge(fixture_tree, name, _gcc(name, cc1), tmp_path)
    if verdict is not None:
        assert (verdict.differences, verdict.uncompiled) == ([], {})
        assert verdict.records


@pytest.mark.oracle
@pytest.mark.parametrize("name", BY_GCC)
def test_gcc_agrees_about_linux(
    name: str, linux_tree: Path, cc1: Callable[..., Cc1], tmp_path: Path
) -> None:
    """GCC lays out every record of every header that Linux 6.1 exports as the engine does."""
    verdict = _judge(linux_tree, name, _gcc(name, cc1), tmp_path)
    assert verdict is not None
    assert (verdict.differences, verdict.uncompiled) == ([], {})
    assert verdict.records > 4400
    assert verdict.members > 24000


@pytest.mark.oracle
@pytest.mark.parametrize("name", [*BY_CLANG, "xtensa"])
def test_clang_agrees_about_linux(
    name: str, linux_tree: Path, zig_cc: tuple[str, ...], tmp_path: Path
) -> None:
    """Where no GCC is packaged, clang lays every record of Linux 6.1 out as the engine does."""
    ask = by_clang(zig_cc[0], *{**BY_CLANG, "xtensa": XTENSA}[name])
    verdict = _judge(linux_tree, name, ask, tmp_path)
    assert verdict is not None
    assert (verdict.differences, verdict.uncompiled) == ([], {})
    assert verdict.records > 4300


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
    verdict = _judge(zig_tree(version), name, _gcc(name, cc1), tmp_path)
    if verdict is not None:
        assert (verdict.differences, verdict.uncompiled) == ([], {})
        assert verdict.records > 4300
