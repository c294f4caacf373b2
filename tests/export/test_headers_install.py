# SPDX-License-Identifier: GPL-2.0-or-later
"""This module compares our virtual export with what the kernel's own makefiles install."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from abicheck import abis
from abicheck.export import open_exports
from abicheck.vcs.directory import DirectoryTree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.trees

_NUMBER = re.compile(r"^#define[ \t]+(__NR_\w+|LINUX_VERSION_\w+)[ \t]+(.+)$", re.MULTILINE)
_COUNT = re.compile(r"__NR\w*_syscalls$")
"""How many calls there are: behind ``#ifdef __KERNEL__``, and left out by us."""


@pytest.fixture(scope="module")
def installed(
    linux_tree: Path,
    tmp_path_factory: pytest.TempPathFactory,
    program: Callable[[str], str],
    host_cc: str,
) -> Callable[[str], Path]:
    """Runs ``make headers`` of the real tree for an architecture, outside the tree."""

    def install(arch: str) -> Path:
        out = tmp_path_factory.mktemp(arch)
        command = [program("make"), "-s", "-C", str(linux_tree), f"O={out}", f"ARCH={arch}"]
        subprocess.run([*command, f"HOSTCC={host_cc}", "headers"], check=True, capture_output=True)
        return out / "usr" / "include"

    return install


@pytest.mark.parametrize("arch", ["x86", "arm", "mips", "powerpc"])
def test_the_export_is_the_kernels_own(
    arch: str, linux_tree: Path, installed: Callable[[str], Path]
) -> None:
    """The same headers are exported, wrappers and generated ones too, with the same numbers."""
    real = installed(arch)
    abi = next(abi for abi in abis.all_abis() if abi.arch == arch)
    world = open_exports(DirectoryTree(linux_tree, "v6.1")).world(abi)
    assert world is not None
    expected = {path.relative_to(real).as_posix() for path in real.rglob("*.h")}
    inner = {name for name in world.names() if name.startswith("asm-generic/")}
    assert {header.include for header in world.headers()} | inner == expected
    for name in sorted(expected):
        if world.origin(name).startswith("<generated>"):
            assert _numbers(world.text(name)) == _numbers((real / name).read_bytes()), name


def _numbers(text: bytes | None) -> dict[str, str]:
    assert text is not None
    found = _NUMBER.findall(text.decode())
    return {name: value.strip() for name, value in found if not _COUNT.search(name)}
