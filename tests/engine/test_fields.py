# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests which headers paths of a tree mean, and that many paths cost little."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from abicheck import abis
from abicheck.engine.fields import plots
from abicheck.engine.selection import wanted_records
from abicheck.export import open_exports
from abicheck.vcs.memory import MemoryTree

if TYPE_CHECKING:
    from types import FrameType

    from abicheck.engine.fields import Plot


def _plot(paths: tuple[str, ...], count: int) -> Plot:
    files = {
        f"include/uapi/linux/{folder}/n{number}.h": b"struct s%d { int a; };\n" % number
        for number in range(count)
        for folder in ("a", "ab")
    }
    tree = MemoryTree("a tree", {**files, "include/uapi/linux/top.h": b"\n", "Kbuild": b""})
    exports = open_exports(tree)
    worlds = {name: exports.world(abis.get(name)) for name in ("x86_64", "i386", "arm64")}
    return plots(exports, worlds, paths, wanted_records(("*",)), tree)


def test_a_folder_means_what_is_below_it() -> None:
    """A folder means its headers and no other's whose name begins alike; a header means itself."""
    assert _plot(("include/uapi/linux/a",), 2).paths() == (
        "include/uapi/linux/a/n0.h",
        "include/uapi/linux/a/n1.h",
    )
    assert _plot(("include/uapi/linux/ab/n1.h",), 2).paths() == ("include/uapi/linux/ab/n1.h",)
    assert len(_plot(("",), 2).paths()) == 5


def test_many_headers_by_name_take_as_many_steps() -> None:
    """Four times as many headers, each named, take some four times as many steps, not sixteen."""
    few, many = (_steps(count) for count in (50, 200))
    assert many < 6 * few


def _steps(count: int) -> int:
    """Lines that are run to find out what so many paths mean."""
    steps = 0

    def count_line(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal steps
        if not frame.f_code.co_filename.endswith("engine/fields.py"):
            return None
        steps += event == "line"
        return count_line

    paths = tuple(f"include/uapi/linux/a/n{number}.h" for number in range(count))
    before = sys.gettrace()
    sys.settrace(count_line)
    try:
        _plot(paths, count)
    finally:
        sys.settrace(before)
    return steps
