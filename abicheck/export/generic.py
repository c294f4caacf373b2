# SPDX-License-Identifier: GPL-2.0-or-later
"""This module knows which architectures take a header of ``asm/`` from ``asm-generic/`` as it is.

It serves exported trees that lack an architecture: their ``asm-generic/`` is there all the same.
Read off the kernel trees 4.19 to 7.2; an architecture that has a header of its own in any of them
counts as having one.
"""

from __future__ import annotations

_OWN = {
    "auxvec": (
        "x86 arm64 arm riscv powerpc s390 mips sparc parisc loongarch alpha microblaze sh xtensa"
    ),
    "errno": "powerpc mips sparc parisc alpha",
    "fcntl": "arm64 arm powerpc mips sparc parisc alpha m68k",
    "ioctls": "arm powerpc s390 mips sparc parisc alpha m68k sh xtensa",
    "ipcbuf": "powerpc s390 sparc parisc xtensa",
    "mman": "x86 arm64 arm powerpc mips sparc parisc alpha xtensa",
    "msgbuf": "x86 powerpc mips sparc parisc xtensa",
    "param": "arm64 mips sparc alpha hexagon m68k openrisc xtensa",
    "poll": "mips sparc m68k xtensa",
    "resource": "mips sparc alpha",
    "sembuf": "x86 powerpc mips sparc parisc xtensa",
    "shmbuf": "x86 powerpc mips sparc parisc xtensa",
    "siginfo": "x86 mips sparc alpha",
    "socket": "powerpc mips sparc parisc alpha",
    "sockios": "mips alpha sh xtensa",
    "stat": "x86 arm powerpc s390 mips sparc parisc alpha m68k sh xtensa",
    "statfs": "x86 arm64 arm s390 mips parisc alpha",
    "termbits": "powerpc mips sparc parisc alpha",
    "termios": "powerpc s390 mips sparc alpha",
}
"""By header: the architectures that have their own."""


def generic_headers(arch: str) -> tuple[str, ...]:
    """The headers of ``asm/`` that an architecture takes from ``asm-generic/``: ``errno.h``."""
    return tuple(f"{name}.h" for name, own in _OWN.items() if arch not in own.split())
