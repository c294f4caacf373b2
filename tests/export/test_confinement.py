# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that no include path leads out of the folders a world was given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck import abis
from abicheck.export import open_exports
from tests.export.trees import DictTree

_TREES = {
    "kernel": {
        "include/uapi/linux/types.h": "",
        "arch/x86/include/uapi/asm/types.h": "",
        "include/linux/secret.h": "inside the kernel",
        "secret.h": "top",
    },
    "exported": {
        "include/linux/types.h": "",
        "lib/linux/uapi/x86/asm/unistd.h": "",
        "secret.h": "x",
    },
    "zig": {"any-linux-any/linux/types.h": "", "x86-linux-any/asm/unistd.h": "", "secret.h": "x"},
}
_SERVED = {
    "kernel": ("include/uapi/", "arch/x86/include/uapi/"),
    "exported": ("include/", "lib/linux/uapi/x86/asm/"),
    "zig": ("any-linux-any/", "x86-linux-any/asm/"),
}
_PARTS = ("..", ".", "", "linux", "asm", "types.h", "secret.h", "etc", "a\0b", "~", "//", "\\")


@pytest.mark.parametrize("kind", _TREES)
@given(parts=st.lists(st.sampled_from(_PARTS), max_size=7))
def test_no_path_leads_out(kind: str, parts: list[str]) -> None:
    """Whatever an #include line says, the tree is only asked for paths below its own folders."""
    tree = DictTree(_TREES[kind])
    world = open_exports(tree).world(abis.get("x86_64"))
    assert world is not None
    tree.reads.clear()
    text = world.text("/".join(parts))
    world.preload(["/".join(parts)])
    assert text is None or b"inside" not in text
    for path in tree.reads:
        assert path.startswith(_SERVED[kind])
        assert ".." not in path.split("/")
        assert "\0" not in path


@pytest.mark.parametrize(
    "include",
    ["/etc/passwd", "//etc/passwd", "../secret.h", "linux/../../secret.h", "", ".", "..", "a/.."],
)
def test_paths_outside_are_unknown(include: str) -> None:
    """Absolute paths, climbing ones and folders are served nothing, and have no origin."""
    world = open_exports(DictTree(_TREES["kernel"])).world(abis.get("x86_64"))
    assert world is not None
    assert world.text(include) is None
    with pytest.raises(KeyError):
        world.origin(include)


def test_a_path_inside_may_take_a_turn() -> None:
    """``linux/../linux/types.h`` and ``./linux//types.h`` are linux/types.h."""
    world = open_exports(DictTree(_TREES["kernel"])).world(abis.get("x86_64"))
    assert world is not None
    for include in ("linux/../linux/types.h", "./linux//types.h"):
        assert world.origin(include) == "include/uapi/linux/types.h"
