# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests trees of headers that are exported already, and headers that lie alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck import abis
from abicheck.export import Exports, Kind, World, open_exports
from abicheck.vcs.directory import DirectoryTree
from tests.export.trees import DictTree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_SHARED = {
    "linux/types.h": "#include <asm/types.h>\n",
    "linux/kvm.h": "#include <asm/kvm.h>\n",
    "asm-generic/errno.h": "\n",
    "asm-generic/posix_types.h": "\n",
    "vendor/thing.h": "\n",
}
_X86 = {"unistd.h": "\n", "types.h": "/* x86 */\n", "kvm.h": "\n", "ldt.h": "\n"}


def _below(folder: str, texts: dict[str, str]) -> dict[str, str]:
    return {f"{folder}/{name}": text for name, text in texts.items()}


_PLAIN = {**_SHARED, **_below("asm", _X86)}
_MULTIARCH = {
    **_SHARED,
    "features.h": "\n",
    "string.h": "a libc's own\n",
    **_below("x86_64-linux-gnu/asm", _X86),
    "x86_64-linux-gnu/bits/types.h": "\n",
}
_DEBIAN = {**_below("include", _SHARED), **_below("lib/linux/uapi/x86/asm", _X86)}
_ZIG = {
    **_below("any-linux-any", {**_SHARED, "asm/errno.h": "generic\n"}),
    **_below("x86-linux-any/asm", _X86),
}
_ANDROID = {**_SHARED, **_below("asm-x86/asm", _X86)}
_TREES = (_PLAIN, _MULTIARCH, _DEBIAN, _ZIG, _ANDROID)


def _world(texts: dict[str, str], abi: str) -> World:
    world = open_exports(DictTree(texts)).world(abis.get(abi))
    assert world is not None
    return world


@pytest.mark.parametrize("texts", _TREES, ids=("plain", "multiarch", "debian", "zig", "android"))
class TestLayouts:
    """What holds in every layout of exported trees known."""

    @pytest.mark.parametrize("abi", ["x86_64", "i386", "x32"])
    def test_an_architecture_serves_all_its_abis(self, texts: dict[str, str], abi: str) -> None:
        """asm/ of x86 is found for each of its ABIs, and linux/ beside it."""
        world = _world(texts, abi)
        assert world.has_asm
        assert world.text("asm/types.h") == b"/* x86 */\n"
        assert world.text("linux/kvm.h") is not None

    def test_another_architecture_gets_our_own_basics(self, texts: dict[str, str]) -> None:
        """For arm64, linux/ is the tree's and asm/ ours; what asm/kvm.h decides is not exported."""
        world = _world(texts, "arm64")
        assert not world.has_asm
        assert world.origin("asm/types.h") == "<system root>/asm/types.h"
        assert world.text("asm/errno.h") == b"#include <asm-generic/errno.h>\n"
        assert world.text("asm/kvm.h") is world.text("linux/kvm.h") is None

    def test_a_header_of_its_own_is_not_guessed(self, texts: dict[str, str]) -> None:
        """errno.h of alpha is not the generic one, so nobody has it."""
        assert _world(texts, "alpha").text("asm/errno.h") is None

    def test_paths_lead_to_include_paths_and_back(self, texts: dict[str, str]) -> None:
        """Each header listed has the include path that its path says."""
        exports = open_exports(DictTree(texts))
        assert exports.kind is Kind.EXPORTED
        world = _world(texts, "x86_64")
        listed = world.headers()
        assert {"linux/types.h", "linux/kvm.h", "asm/ldt.h"} <= {h.include for h in listed}
        for header in listed:
            assert exports.header(header.path) == header.include
            assert world.origin(header.include) == header.path

    def test_libc_is_ours(self, texts: dict[str, str]) -> None:
        """A libc in the tree is never read: its headers are for one architecture only."""
        world = _world(texts, "x86_64")
        assert world.origin("string.h") == "<system root>/string.h"
        assert not any("bits" in name for name in world.names())


def test_beside_a_libc_only_folders_of_the_kernel_are_listed() -> None:
    """In /usr/include a folder that is not the kernel's can be included, and is not checked."""
    world = _world(_MULTIARCH, "x86_64")
    assert "vendor/thing.h" not in {header.include for header in world.headers()}
    assert world.text("vendor/thing.h") is not None
    plain = _world(_PLAIN, "x86_64")
    assert "vendor/thing.h" in {header.include for header in plain.headers()}


@pytest.mark.parametrize(
    "texts",
    [
        {**_DEBIAN, "lib/linux/uapi/ia64/asm/unistd.h": "\n"},
        {**_ZIG, "ia64-linux-any/asm/unistd.h": "\n", "x86_64-linux-musl/bits/x.h": "\n"},
    ],
)
def test_architectures_without_an_abi_are_named(texts: dict[str, str]) -> None:
    """A folder of ia64 is told of, not silently left out."""
    assert open_exports(DictTree(texts)).unknown_archs == ("ia64",)


def test_abis_share_what_is_equal() -> None:
    """Two architectures the tree lacks share a world only where it serves them the same."""
    exports: Exports = open_exports(DictTree(_PLAIN))
    names = ("arm64", "riscv64", "alpha")
    worlds = [exports.world(abis.get(name)) for name in names]
    arm64, riscv64, alpha = (world.identity for world in worlds if world is not None)
    assert arm64 == riscv64 != alpha


def test_every_plain_asm_is_told_apart(zig_tree: Callable[[str], Path]) -> None:
    """The asm/ of each architecture in a real tree, put alone, is known for what it is."""
    tree = zig_tree("0.17.0")
    for folder in sorted(tree.glob("*-linux-any")):
        arch = {"aarch64": "arm64", "s390x": "s390"}.get(name := folder.name.split("-")[0], name)
        if arch == "any":
            continue
        texts = {
            f"asm/{path.relative_to(folder / 'asm').as_posix()}": path.read_text(errors="replace")
            for path in folder.glob("asm/*.h")
        }
        exports = open_exports(DictTree({**_SHARED, **texts}))
        known = {abi.arch for abi in abis.all_abis() if _has_asm(exports, abi.name)}
        assert known == {arch}


def _has_asm(exports: Exports, abi: str) -> bool:
    world = exports.world(abis.get(abi))
    return world is not None and world.has_asm


def test_usr_include_is_a_multiarch_tree(debian_include: Path) -> None:
    """Debian's /usr/include has asm/ for x86 and linux/ for all."""
    exports = open_exports(DirectoryTree(debian_include, "include"))
    x86, arm64 = (exports.world(abis.get(name)) for name in ("i386", "arm64"))
    assert x86 is not None
    assert arm64 is not None
    assert x86.has_asm
    assert not arm64.has_asm
    assert x86.origin("asm/kvm.h") == "x86_64-linux-gnu/asm/kvm.h"
    assert len(x86.headers()) > 800


def test_a_lone_header_has_our_system_root() -> None:
    """A vendor header in a folder of its own finds types, ioctl numbers and libc."""
    exports = open_exports(DictTree({"gzvm.h": "#include <linux/types.h>\n", "notes.txt": ""}))
    assert exports.kind is Kind.LONE
    assert exports.header("gzvm.h") == "gzvm.h"
    assert exports.header("notes.txt") is None
    for abi in abis.all_abis():
        world = exports.world(abi)
        assert world is not None
        assert [header.path for header in world.headers()] == ["gzvm.h"]
        for name in ("linux/types.h", "linux/ioctl.h", "linux/compiler.h", "asm/byteorder.h"):
            assert world.text(name) is not None
        assert world.text("asm/kvm.h") is None


def test_lone_headers_win_over_our_own() -> None:
    """A folder that brings its own linux/types.h is taken at its word."""
    world = _world({"gzvm.h": "\n", "linux/const.h": "mine\n"}, "arm64")
    assert world.text("linux/const.h") == b"mine\n"
