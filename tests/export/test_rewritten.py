# SPDX-License-Identifier: GPL-2.0-or-later
"""What a tree exports, opened by itself and by way of a tree that says nearly the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck import abis
from abicheck.engine.recall import Recall
from abicheck.export import open_exports
from abicheck.vcs.directory import DirectoryTree
from abicheck.vcs.edited import EditedTree
from tests.export.trees import DictTree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from abicheck.export import Exports
    from abicheck.vcs.tree import Tree

_ABIS = ("x86_64", "i386", "arm64", "m68k")
_TABLE = "arch/x86/entry/syscalls/syscall_64.tbl"
_FILES = {
    "Kbuild": "",
    "include/uapi/asm-generic/Kbuild": "mandatory-y += errno.h\n",
    "include/uapi/asm-generic/errno.h": "#define A 1\n",
    "include/uapi/linux/types.h": "#include <asm/types.h>\n",
    "include/uapi/linux/kvm.h": "#include <linux/types.h>\n",
    "arch/x86/include/uapi/asm/Kbuild": "generated-y += unistd_64.h\n",
    "arch/x86/include/uapi/asm/types.h": "typedef int a;\n",
    "arch/arm64/include/uapi/asm/types.h": "typedef long a;\n",
    "include/linux/kvm.h": "struct kvm;\n",
    _TABLE: "0\tcommon\tread\n",
}
_CHANGES = st.dictionaries(
    st.sampled_from((*_FILES, "include/uapi/linux/new.h", "arch/m68k/include/uapi/asm/types.h")),
    st.sampled_from((b"", b"#define B 2\n", b"mandatory-y += kvm.h\n", b"9 common other\n", None)),
    max_size=3,
)


def _answers(exports: Exports) -> dict[str, object]:
    """Everything that each ABI's world says."""
    found: dict[str, object] = {"kind": exports.kind, "unknown": exports.unknown_archs}
    for name in _ABIS:
        world = exports.world(abis.get(name))
        if world is not None:
            names = sorted({*world.names(), "linux/new.h", "linux/./kvm.h", "none.h"})
            said = {n: (t, world.origin(n)) for n in names if (t := world.text(n)) is not None}
            found[name] = (said, world.headers(), world.has_asm, world.made())
    return found


def _check(before: Tree, *changes: Mapping[str, bytes | None]) -> None:
    recall = Recall()
    trees = [before]
    for changed in changes:
        trees.append(EditedTree(trees[-1], "edited", changed))
    _answers(recall.exports(before))  # what was asked of one must not be answered for another
    for tree in trees:
        assert _answers(recall.exports(tree)) == _answers(open_exports(tree))


@given(_CHANGES, _CHANGES)
def test_any_change_of_a_small_kernel(
    first: dict[str, bytes | None], second: dict[str, bytes | None]
) -> None:
    """Whatever comes, goes or says another thing, on top of what did, is seen as it is."""
    _check(DictTree(_FILES), first, second)


def test_a_headers_text_alone_is_worked_out_anew() -> None:
    """Of a tree in which one header says another thing, no other file is read again."""
    recall, tree = Recall(), DictTree(_FILES)
    _answers(recall.exports(tree))
    tree.reads.clear()
    changed = {"include/uapi/linux/kvm.h": b"#define C 3\n"}
    world = recall.exports(EditedTree(tree, "edited", changed)).world(abis.get("x86_64"))
    assert world is not None
    assert world.text("linux/kvm.h") == b"#define C 3\n"
    assert world.text("asm/unistd_64.h") is not None
    assert set(tree.reads) <= set(changed)


@pytest.mark.parametrize("path", ["include/uapi/linux/kvm.h", "arch/x86/include/uapi/asm/kvm.h"])
def test_a_real_kernel(linux_tree: Path, path: str) -> None:
    """One header of a whole tree is the only one that is another."""
    _check(DirectoryTree(linux_tree, "linux"), {path: b"#include <linux/types.h>\n"}, {path: b""})
