# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes the ``asm/unistd_*.h`` that a kernel build makes from its syscall tables.

Two generations exist. Until Linux 6.10 each architecture with a table has its own makefile; which
rows and which offset those take is the table below (arch/*/kernel/syscalls/Makefile,
arch/x86/entry/syscalls/Makefile, arch/arm/tools/Makefile). Since 6.11 the architectures without
one share scripts/syscall.tbl and list their columns in arch/*/kernel/Makefile.syscalls.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from abicheck.export.kbuild import Kbuild

_NAME = re.compile(r"unistd[_-](\w+)\.h")
_ROW = re.compile(rb"^(0[xX][0-9a-fA-F]+|[0-9]+)[ \t]+(\S+)[ \t]+(\w+)", re.MULTILINE)

_OWN_COLUMNS = {
    ("x86", "32"): ("i386",),
    ("powerpc", "32"): ("common", "nospu", "32"),
    ("powerpc", "64"): ("common", "nospu", "64"),
    ("arm", "common"): ("common",),
}
_COMMON_AND_OWN = ("x86", "powerpc", "arm", "s390", "sparc", "parisc")
"""Architectures whose table holds several ABIs; the others take every row."""
_OFFSETS = {
    ("x86", "x32"): "__X32_SYSCALL_BIT",
    ("arm", "oabi"): "__NR_SYSCALL_BASE",
    ("arm", "eabi"): "__NR_SYSCALL_BASE",
    ("arm", "common"): "__NR_SYSCALL_BASE",
    ("mips", "n32"): "__NR_Linux",
    ("mips", "n64"): "__NR_Linux",
    ("mips", "o32"): "__NR_Linux",
    ("ia64", "64"): "__NR_Linux",
}
_OWN_TABLES = {
    ("x86", "32"): "arch/x86/entry/syscalls/syscall_32.tbl",
    ("x86", "64"): "arch/x86/entry/syscalls/syscall_64.tbl",
    ("x86", "x32"): "arch/x86/entry/syscalls/syscall_64.tbl",
    ("arm", "oabi"): "arch/arm/tools/syscall.tbl",
    ("arm", "eabi"): "arch/arm/tools/syscall.tbl",
    ("arm", "common"): "arch/arm/tools/syscall.tbl",
    ("mips", "n32"): "arch/mips/kernel/syscalls/syscall_n32.tbl",
    ("mips", "n64"): "arch/mips/kernel/syscalls/syscall_n64.tbl",
    ("mips", "o32"): "arch/mips/kernel/syscalls/syscall_o32.tbl",
}


class SyscallHeader(Struct, frozen=True, kw_only=True):
    """How one header is made: from which table, which of its rows, and what is added."""

    name: str
    table: str
    columns: tuple[str, ...]
    """Values of the table's second column to take; all rows without any."""
    offset: str = ""

    def text(self, read: Callable[[str], bytes | None]) -> bytes | None:
        """The header's text; None where the tree has no such table."""
        table = read(self.table)
        return None if table is None else _made_of(table, self)


@lru_cache(maxsize=64)
def _made_of(table: bytes, header: SyscallHeader) -> bytes:
    """A header's text, made once for all trees that have the table in common."""
    guard = "_UAPI_ASM_" + re.sub(r"\W", "_", header.name).upper()
    lines = [f"#ifndef {guard}", f"#define {guard}"]
    for number, column, name in _ROW.findall(table):
        if not header.columns or column.decode("ascii", "replace") in header.columns:
            value = f"({header.offset} + {number.decode()})" if header.offset else number.decode()
            lines.append(f"#define __NR_{name.decode('ascii', 'replace')} {value}")
    return "\n".join([*lines, f"#endif /* {guard} */", ""]).encode()


def own_headers(arch: str, names: tuple[str, ...]) -> tuple[SyscallHeader, ...]:
    """Those of ``generated-y`` that an architecture makes from a table of its own."""
    splits_common = "unistd-common.h" in names
    made = []
    for name in names:
        match = _NAME.fullmatch(name)
        if match is None:
            continue
        key = (arch, match[1])
        shared = () if splits_common else ("common",)
        columns = (*shared, match[1]) if arch in _COMMON_AND_OWN else ()
        made.append(
            SyscallHeader(
                name=name,
                table=_OWN_TABLES.get(key, f"arch/{arch}/kernel/syscalls/syscall.tbl"),
                columns=_OWN_COLUMNS.get(key, columns),
                offset=_OFFSETS.get(key, ""),
            )
        )
    return tuple(made)


def shared_headers(kbuild: Kbuild, names: tuple[str, ...]) -> tuple[SyscallHeader, ...]:
    """Those of ``syscall-y``, made as the architecture's Makefile.syscalls says."""
    made = []
    for name in names:
        match = _NAME.fullmatch(name)
        if match is None:
            continue
        bits = match[1]
        table = (*kbuild.words("syscalltbl"), "scripts/syscall.tbl")[0]
        arguments = kbuild.words(f"syshdr-args-{bits}")
        offset = arguments[arguments.index("--offset") + 1 :] if "--offset" in arguments else ()
        made.append(
            SyscallHeader(
                name=name,
                table=table.removeprefix("/").replace("%", bits),
                columns=("common", bits, *kbuild.words(f"syscall_abis_{bits}")),
                offset=offset[0] if offset else "",
            )
        )
    return tuple(made)
