# SPDX-License-Identifier: GPL-2.0-or-later
"""Asking for one header of a tree against listing all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck import abis
from abicheck.engine.fields import exported
from abicheck.export import open_exports
from abicheck.vcs.directory import DirectoryTree
from tests.export.trees import DictTree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from abicheck.vcs.tree import Tree

_ABIS = ("x86_64", "i386", "arm64", "mips", "m68k", "sparc64")


def _differences(tree: Tree) -> list[tuple[str, str, str | None, str | None]]:
    """(ABI, path, name when listed, name when asked for), where these differ."""
    exports = open_exports(tree)
    found = []
    for name in _ABIS:
        world = exports.world(abis.get(name))
        if world is None:
            continue
        listed = {p: include for include, p in exported(world).items()}
        for path in tree.files():
            if path.endswith(".h"):
                asked = world.include_of(path)
                if asked != listed.get(path):
                    found.append((name, path, listed.get(path), asked))
    return found


@pytest.mark.parametrize("version", ["0.9.1", "0.17.0"])
def test_zig(zig_tree: Callable[[str], Path], version: str) -> None:
    """Each header of zig's trees is exported by itself as it is among all."""
    assert _differences(DirectoryTree(zig_tree(version), "zig")) == []


def test_usr_include(debian_include: Path) -> None:
    """Beside a libc too, each header is exported by itself as it is among all."""
    assert _differences(DirectoryTree(debian_include, "debian")) == []


def test_a_kernel_tree() -> None:
    """Wrappers, headers kept back, another architecture's and the kernel's own are told apart."""
    tree = DictTree(
        {
            "include/uapi/Kbuild": "no-export-headers += linux/kvm.h\n",
            "include/uapi/asm-generic/Kbuild": "mandatory-y += errno.h\nmandatory-y += poll.h\n",
            "include/uapi/asm-generic/errno.h": "",
            "include/uapi/asm-generic/poll.h": "",
            "include/uapi/linux/types.h": "",
            "include/uapi/linux/kvm.h": "",
            "include/uapi/linux/compiler.h": "",
            "include/linux/list.h": "",
            "arch/x86/include/uapi/asm/poll.h": "",
            "arch/mips/include/uapi/asm/errno.h": "",
        }
    )
    assert _differences(tree) == []
    world = open_exports(tree).world(abis.get("x86_64"))
    assert world is not None
    assert world.include_of("include/uapi/asm-generic/errno.h") == "asm/errno.h"
    assert world.include_of("include/uapi/asm-generic/poll.h") is None
