# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the search for headers that a change reaches to what each may include."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.abis import all_abis
from abicheck.engine.diff.plots import Plots
from abicheck.engine.fields import exported
from abicheck.parse.inclusion import closure
from abicheck.vcs.directory import DirectoryTree
from abicheck.vcs.edited import EditedTree
from abicheck.vcs.memory import MemoryTree

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.export import World

NAMES = tuple(abi.name for abi in all_abis())
UAPI = "include/uapi"


def _reaches(world: World, include: str) -> dict[str, bytes]:
    return closure(world, (*world.prelude(include), include))


@pytest.mark.parametrize(
    "path",
    [
        f"{UAPI}/linux/kvm.h",
        f"{UAPI}/linux/types.h",
        f"{UAPI}/asm-generic/int-ll64.h",
        f"{UAPI}/asm-generic/fresh.h",
        "arch/x86/include/uapi/asm/kvm.h",
        "arch/arm64/include/uapi/asm/types.h",
    ],
)
def test_a_header_is_touched_if_what_it_may_include_differs(fixture_tree: Path, path: str) -> None:
    """Under every ABI, those whose closure of texts differs are found, and no header more."""
    old = DirectoryTree(fixture_tree, "old")
    text = (old.read(path) or b"") + b"\n#define ZONE_FRESH 1\n"
    plots = Plots(old, EditedTree(old, "new", {path: text}), NAMES, ())
    for name, touched in plots.touched.items():
        before, after = plots.worlds[name]
        everything = exported(before) | exported(after)
        differing = {n for n in everything if _reaches(before, n) != _reaches(after, n)}
        assert touched.new.headers.keys() | touched.old.headers.keys() == differing


def test_what_a_build_would_make_counts(fixture_tree: Path) -> None:
    """A header kept back by a Kbuild is one that programs lose."""
    old = DirectoryTree(fixture_tree, "old")
    kbuild = f"{UAPI}/linux/Kbuild"
    new = EditedTree(old, "new", {kbuild: b"no-export-headers += vfio.h\n"})
    plots = Plots(old, new, NAMES, ())
    assert all("linux/vfio.h" in touched.own for touched in plots.touched.values())


def test_a_comment_in_a_header_that_others_include_reaches_none_of_them(fixture_tree: Path) -> None:
    """Words and blanks make a header differ, and nothing that includes it."""
    old = DirectoryTree(fixture_tree, "old")
    path = f"{UAPI}/linux/types.h"
    text = b"/* More words,\n on lines */\n" + (old.read(path) or b"").replace(b"\n", b" \n\n")
    plots = Plots(old, EditedTree(old, "new", {path: text}), NAMES, ())
    assert {tuple(touched.new.headers.values()) for touched in plots.touched.values()} == {(path,)}


def test_a_number_that_changed_has_its_payload_read() -> None:
    """The header with the record of an ioctl number that is gone is read for its size."""
    record = b"struct load { int a, b; };\n"
    head = b'#include <linux/ioctl.h>\n#include "load.h"\n'
    keep, give = b"#define KEEP _IOR('z', 1, struct load)\n", b"#define GIVE _IOR('z', 2, int)\n"
    files = {f"{UAPI}/linux/load.h": record, f"{UAPI}/linux/zone.h": head + keep + give}
    for lost, read in ((keep, {"load.h", "zone.h"}), (give, {"zone.h"})):
        less = {f"{UAPI}/linux/zone.h": files[f"{UAPI}/linux/zone.h"].replace(lost, b"")}
        plots = Plots(MemoryTree("old", files), MemoryTree("new", files | less), NAMES[:1], ())
        assert {path.rpartition("/")[2] for path in plots.old.paths()} == read


@pytest.mark.parametrize(
    "line",
    [
        "#include NAME",
        "# include NAME",
        "#\\\ninclude NAME",
        "%:include NAME",
        "#import NAME",
        "#if __has_include(NAME)\n#endif",
    ],
)
def test_a_header_that_computes_what_it_includes_is_always_touched(line: str) -> None:
    """Nobody knows what it includes, so any change may reach it; words in a comment do not."""
    text = f'#define NAME "zone.h"\n{line}\n'.encode()
    files = {
        f"{UAPI}/linux/zone.h": b"struct zone { int a; };\n",
        f"{UAPI}/linux/unsure.h": text,
        f"{UAPI}/linux/sure.h": b"/* they include NAME */\n",
    }
    other = {f"{UAPI}/linux/zone.h": b"struct zone { int a, b; };\n"}
    plots = Plots(MemoryTree("old", files), MemoryTree("new", files | other), NAMES[:1], ())
    assert set(plots.new.paths()) == {f"{UAPI}/linux/zone.h", f"{UAPI}/linux/unsure.h"}
