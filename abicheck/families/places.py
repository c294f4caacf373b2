# SPDX-License-Identifier: GPL-2.0-or-later
"""This module knows where kernels, exports and copies keep a uapi header."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abicheck.model.claims import Family

_ROOTS = (
    "include/uapi/",
    "",
    "usr/include/",
    "any-linux-any/",  # zig
    "linux-headers/",  # QEMU
    "libc/kernel/uapi/",  # bionic
    "tools/include/uapi/",
    "include/",  # kernels before 3.7, and kvmtool
)
_ARCH_ROOTS = (
    "arch/{arch}/include/uapi/asm/",
    "{zig}-linux-any/asm/",
    "lib/linux/uapi/{arch}/asm/",  # Debian 13
    "{debian}/asm/",
    "usr/include/{debian}/asm/",
    "asm-{arch}/",
    "linux-headers/asm-{arch}/",
    "libc/kernel/uapi/asm-{arch}/asm/",
    "tools/arch/{arch}/include/uapi/asm/",
    "{arch}/include/asm/",  # kvmtool
    "arch/{arch}/include/asm/",
)
_TOPS = frozenset(
    {
        *("include", "arch", "tools", "scripts", "Documentation", "usr", "linux", "drm"),
        *("xen", "lib", "libc", "linux-headers", "sound", "scsi", "rdma", "misc"),
        *("mtd", "video", "x86", "arm64", "arm", "riscv", "powerpc", "mips"),
        *("s390"),
    }
)
_EXPORTED = ("asm/", "usr/include/asm/")
_DEBIAN = {
    "x86": "x86_64-linux-gnu",
    "arm64": "aarch64-linux-gnu",
    "arm": "arm-linux-gnueabihf",
    "powerpc": "powerpc64le-linux-gnu",
    "s390": "s390x-linux-gnu",
    "riscv": "riscv64-linux-gnu",
    "mips": "mips64el-linux-gnuabi64",
    "sparc": "sparc64-linux-gnu",
    "parisc": "hppa-linux-gnu",
    "loongarch": "loongarch64-linux-gnu",
    "alpha": "alpha-linux-gnu",
    "m68k": "m68k-linux-gnu",
    "sh": "sh4-linux-gnu",
}
_ZIG = {"arm64": "aarch64", "s390": "s390x"}

# An export names no architecture: each of these headers is exported by one alone.
_WITNESSES = {
    "x86": "asm/unistd_x32.h",
    "arm64": "asm/sve_context.h",
    "powerpc": "asm/epapr_hcalls.h",
    "s390": "asm/zcrypt.h",
    "mips": "asm/sgidefs.h",
    "sparc": "asm/envctrl.h",
    "alpha": "asm/sysinfo.h",
    "parisc": "asm/pdc.h",
    "xtensa": "asm/elf.h",
}


def is_top(name: str) -> bool:
    """Whether headers may lie below a folder of this name at the root of a tree."""
    return name in _TOPS or name.endswith(("-linux-any", "-linux-gnu")) or name.startswith("asm")


def candidates(header: str, arch: str | None = None) -> Iterator[tuple[str, str | None]]:
    """Paths at which a tree may keep a header, best first.

    Each comes with a second path that must exist too, where the first alone proves nothing.
    """
    if header.startswith(("arch/", "scripts/", "tools/", "Documentation/")):
        yield header, None
        return
    if header.startswith("asm/") and arch is not None:
        rest = header.removeprefix("asm/")
        zig, debian = _ZIG.get(arch, arch), _DEBIAN.get(arch)
        for root in _ARCH_ROOTS:
            if debian is not None or "{debian}" not in root:
                yield root.format(arch=arch, zig=zig, debian=debian) + rest, None
        witness = _WITNESSES.get(arch)
        if witness is not None:
            for root in _EXPORTED:
                yield root + rest, root.removesuffix("asm/") + witness
        return
    for root in _ROOTS:
        yield root + header, None


def wanted(family: Family, headers: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """Headers of a family, each with the architecture it is looked for under."""
    for header in headers:
        if header.startswith("asm/"):
            for arch in family.arches:
                yield header, arch
        else:
            yield header, None
