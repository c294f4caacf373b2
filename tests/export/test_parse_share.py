# SPDX-License-Identifier: GPL-2.0-or-later
"""This module measures how much of real trees parses, each header standing alone.

What does not is on the kernel's own list of headers it does not compile (``no-header-test`` of
usr/include/Makefile), or in the table of export errors below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck import abis
from abicheck.export import open_exports
from abicheck.export.kbuild import Kbuild
from abicheck.export.preludes import PRELUDES
from abicheck.layout import Layouter
from abicheck.parse.libclang import parse
from abicheck.vcs.directory import DirectoryTree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from abicheck.export import World
    from abicheck.model import Abi, CType, Declarations

pytestmark = pytest.mark.trees

_ONE_PER_ARCH = tuple({abi.arch: abi.name for abi in reversed(abis.all_abis())}.values())

_BROKEN = {
    ("asm/sigcontext.h", "hexagon"): "__aligned(8) is a macro inside the kernel only",
    ("asm/ucontext.h", "hexagon"): "includes nothing, needs asm/sigcontext.h",
    ("asm/ucontext.h", "sparc"): "not exported there, but zig shares it among all",
    **{
        ("linux/bpf_perf_event.h", arch): "struct pt_regs is not exported"
        for arch in ("arc", "hexagon", "nios2", "openrisc", "xtensa", "powerpc")
    },
}
"""Headers that no compiler accepts under an architecture, and that the kernel's list lacks."""
_NEVER = {"linux/patchkey.h": "an #error forbids including it", "asm/fbio.h": "not complete"}


def _measure(abi: Abi, declarations: Declarations) -> Callable[[CType], tuple[int, int] | None]:
    return Layouter(abi, declarations).size_of


def _failing(world: World) -> dict[str, str]:
    """The headers that do not parse, and the first error of each."""
    world.preload(header.include for header in world.headers())
    found = {}
    for header in world.headers():
        includes = (*world.prelude(header.include), header.include)
        problems = parse(world, includes, _measure).problems
        if problems:
            found[header.include] = problems[0].message
    return found


def _untested(tree: Path, arch: str) -> frozenset[str]:
    """The kernel's list of headers it does not compile alone."""
    texts = {"Makefile": (tree / "usr/include/Makefile").read_bytes()}
    kbuild = Kbuild(texts.get, lambda _: False, {"SRCARCH": arch})
    kbuild.run("Makefile")
    return frozenset(kbuild.words("no-header-test"))


@pytest.mark.parametrize("name", [abi.name for abi in abis.all_abis()])
def test_a_kernel_tree_parses(name: str, linux_tree: Path) -> None:
    """Of Linux 6.1 every header parses under every ABI, save for some the kernel does not test."""
    abi = abis.get(name)
    world = open_exports(DirectoryTree(linux_tree, "v6.1")).world(abi)
    assert world is not None
    failing = _failing(world)
    allowed = _untested(linux_tree, abi.arch)
    unexpected = {
        header: error
        for header, error in failing.items()
        if header not in allowed and (header, abi.arch) not in _BROKEN
    }
    assert unexpected == {}
    assert len(failing) <= 4
    assert len(world.headers()) >= 900


@pytest.mark.parametrize(
    ("version", "name"),
    [
        *(("0.17.0", name) for name in _ONE_PER_ARCH),
        *(("0.9.1", name) for name in ("x86_64", "arm64", "ppc", "sparc64", "alpha")),
    ],
)
def test_exported_trees_parse(version: str, name: str, zig_tree: Callable[[str], Path]) -> None:
    """Of Linux 5.16 and 7.2, exported, every header parses where the tree has its asm/.

    Where it has not, what fails is what takes something from an asm/ header that nobody has.
    """
    abi = abis.get(name)
    world = open_exports(DirectoryTree(zig_tree(version), version)).world(abi)
    assert world is not None
    for header, error in _failing(world).items():
        missing = error.startswith("'asm/") and error.endswith("file not found")
        known = header in _NEVER or (header, abi.arch) in _BROKEN
        assert known or (missing and not world.has_asm), (header, error)


def test_every_prelude_is_needed(linux_tree: Path, zig_tree: Callable[[str], Path]) -> None:
    """Each header with a prelude fails without it in some tree under some ABI."""
    new = open_exports(DirectoryTree(linux_tree, "v6.1"))
    old = open_exports(DirectoryTree(zig_tree("0.9.1"), "v5.16"))
    worlds = [
        exports.world(abis.get(name)) for exports in (new, old) for name in ("x86_64", "sparc64")
    ]
    needless = [
        header
        for header in PRELUDES
        if not any(world and parse(world, (header,), _measure).problems for world in worlds)
    ]
    assert needless == []


def test_usr_include_parses(debian_include: Path) -> None:
    """Debian's own headers parse for all ABIs of its architecture."""
    exports = open_exports(DirectoryTree(debian_include, "include"))
    for name in ("x86_64", "i386", "x32"):
        world = exports.world(abis.get(name))
        assert world is not None
        assert world.has_asm, "Debian's linux-libc-dev of another architecture is installed"
        # kfd_ioctl.h wants drm/drm.h, which Debian leaves to libdrm-dev.
        assert set(_failing(world)) <= {*_NEVER, "linux/kfd_ioctl.h"}
