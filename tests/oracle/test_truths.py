# SPDX-License-Identifier: GPL-2.0-or-later
"""Assertions in the kernel's C files; this module compares them with the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck import abis
from abicheck.export import open_exports
from abicheck.vcs.directory import DirectoryTree
from tests.oracle.truths import Knowledge, Truth, truths

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.model import Abi

ONLY_64_BIT = {
    "arch/x86/kernel/signal_compat.c",
    "arch/x86/kernel/signal_64.c",
    "arch/sparc/kernel/signal_64.c",
}
ONLY_32_BIT = {
    "arch/sparc/kernel/signal_32.c",
    "arch/x86/kernel/signal_32.c",
    "arch/parisc/mm/init.c",
}
UNTRUE_OF = {"arm-oabi", "x32"}
"""ABIs that no kernel is built for: its assertions are about the ABI it is built for."""


@pytest.fixture(scope="session")
def asserted(linux_tree: Path) -> tuple[Truth, ...]:
    """The assertions of Linux 6.1 about sizes and offsets."""
    return tuple(truths(linux_tree))


def _concerns(truth: Truth, abi: Abi) -> bool:
    """Whether the kernel of this ABI, or the 64-bit one that serves it, asserts this."""
    top, _, rest = truth.path.partition("/")
    arch = rest.partition("/")[0] if top == "arch" else abi.arch
    if "compat_siginfo_t" in truth.condition:
        return any(abis.get(host).arch == arch for host in abi.compat_of)
    if arch != abi.arch or (truth.path in ONLY_64_BIT and abi.bits == 32):
        return False
    return not (truth.path in ONLY_32_BIT and abi.bits == 64)


@pytest.mark.oracle
@pytest.mark.parametrize("name", [a.name for a in abis.all_abis() if a.name not in UNTRUE_OF])
def test_what_kernel_developers_asserted(
    name: str, linux_tree: Path, asserted: tuple[Truth, ...]
) -> None:
    """Every size and offset of an exported record that a C file of Linux 6.1 asserts is ours."""
    abi = abis.get(name)
    world = open_exports(DirectoryTree(linux_tree, "linux-6.1")).world(abi)
    assert world is not None
    known = Knowledge.of(world)
    judged = [(t, known.holds(t.condition)) for t in asserted if _concerns(t, abi)]
    wrong = [
        f"{truth.path}:{truth.line}: {truth.condition}"
        for truth, holds in judged
        if holds is not None and holds is not truth.holds
    ]
    assert not wrong
    assert sum(holds is not None for _, holds in judged) > 60
