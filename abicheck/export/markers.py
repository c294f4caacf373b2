# SPDX-License-Identifier: GPL-2.0-or-later
"""This module knows by what names and signs trees tell one architecture's ``asm/`` from another's.

Folders are named after the kernel's architecture (Android, Debian since 13), after zig's, or
after a Debian multiarch triple. A plain ``asm/`` is told by a file only that architecture has, or
by the include guard of its ``ptrace.h``: Linux 4.19 to 7.2.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from abicheck.model import Abi
    from abicheck.vcs.tree import Tree

_IN_ASM_FOLDER = re.compile(
    r"(?:include/)?(?:[\w-]+-linux-\w+|lib/linux/uapi/\w+|asm-\w+)/(?=asm/)"
)

_SIGNS = {
    "x86": ("ldt.h", b""),
    "arm64": ("sve_context.h", b""),
    "arm": ("unistd-eabi.h", b""),
    "riscv": ("ptrace.h", b"RISCV_PTRACE"),
    "powerpc": ("epapr_hcalls.h", b""),
    "s390": ("vtoc.h", b""),
    "mips": ("sgidefs.h", b""),
    "sparc": ("openpromio.h", b""),
    "parisc": ("ptrace.h", b"PARISC_PTRACE"),
    "loongarch": ("reg.h", b"LOONGARCH"),
    "alpha": ("ptrace.h", b"ASMAXP_PTRACE"),
    "arc": ("ptrace.h", b"ASM_ARC_PTRACE"),
    "csky": ("ptrace.h", b"CSKY_PTRACE"),
    "hexagon": ("registers.h", b""),
    "m68k": ("bootinfo-mac.h", b""),
    "microblaze": ("ptrace.h", b"MICROBLAZE_PTRACE"),
    "nios2": ("ptrace.h", b"NIOS2_PTRACE"),
    "openrisc": ("ptrace.h", b"OPENRISC_PTRACE"),
    "sh": ("ptrace.h", b"ASM_SH_PTRACE"),
    "xtensa": ("ptrace.h", b"XTENSA_PTRACE"),
}
"""By architecture: a file of its ``asm/`` that no other has, or words in one that no other has."""

_ZIG = {"arm64": "aarch64", "s390": "s390x"}
"""Where zig's name is not the kernel's."""

_MULTIARCH = {
    "x86_64": ("x86_64-linux-gnu", "i386-linux-gnu"),
    "i386": ("i386-linux-gnu", "x86_64-linux-gnu"),
    "x32": ("x86_64-linux-gnux32", "x86_64-linux-gnu", "i386-linux-gnu"),
    "arm64": ("aarch64-linux-gnu",),
    "arm": ("arm-linux-gnueabihf", "arm-linux-gnueabi"),
    "riscv": ("riscv64-linux-gnu",),
    "powerpc": ("powerpc64le-linux-gnu", "powerpc64-linux-gnu", "powerpc-linux-gnu"),
    "s390": ("s390x-linux-gnu",),
    "mips": (
        *("mips64el-linux-gnuabi64", "mips64-linux-gnuabi64", "mipsel-linux-gnu"),
        *("mips-linux-gnu", "mips64el-linux-gnuabin32", "mips64-linux-gnuabin32"),
    ),
    "sparc": ("sparc64-linux-gnu", "sparc-linux-gnu"),
    "parisc": ("hppa-linux-gnu",),
    "loongarch": ("loongarch64-linux-gnu",),
    "alpha": ("alpha-linux-gnu",),
    "arc": ("arc-linux-gnu",),
    "csky": ("csky-linux-gnuabiv2",),
    "m68k": ("m68k-linux-gnu",),
    "openrisc": ("or1k-linux-gnu",),
    "sh": ("sh4-linux-gnu",),
}
"""Debian's multiarch folders by ABI, else by architecture: one ``asm/`` serves all its ABIs."""


def asm_folders(abi: Abi, top: str) -> tuple[str, ...]:
    """Folders that may hold an ABI's ``asm/``, where ``linux/`` lies below ``top``; best first."""
    if top == "any-linux-any":
        return (f"{_ZIG.get(abi.arch, abi.arch)}-linux-any",)
    prefix = f"{top}/" if top else ""
    triples = _MULTIARCH.get(abi.name, _MULTIARCH.get(abi.arch, ()))
    debian = (f"lib/linux/uapi/{abi.arch}",) if top == "include" else ()
    return (*(f"{prefix}{triple}" for triple in triples), *debian, f"{prefix}asm-{abi.arch}")


def include_of_asm(path: str) -> str | None:
    """The include path of a file in one of those folders: ``asm/kvm.h``; None elsewhere."""
    match = _IN_ASM_FOLDER.match(path)
    return path[match.end() :] if match else None


def named_archs(tree: Tree, top: str) -> frozenset[str]:
    """The architectures that a tree names its folders after, whether we know them or not."""
    kernel_names = {zig: arch for arch, zig in _ZIG.items()}
    if top == "any-linux-any":
        folders = (name for name in tree.names() if name.endswith("-linux-any") and name != top)
        found = (name.removesuffix("-linux-any") for name in folders)
        return frozenset(kernel_names.get(name, name) for name in found)
    return frozenset(tree.names("lib/linux/uapi")) if top == "include" else frozenset()


def arch_of(read: Callable[[str], bytes | None]) -> str | None:
    """The architecture of the ``asm/`` whose files ``read`` gives by name; None if none fits."""
    for arch, (name, word) in _SIGNS.items():
        text = read(name)
        if text is not None and word in text:
            return arch
    return None
