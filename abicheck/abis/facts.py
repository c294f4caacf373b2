# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the facts that several rows of the table share."""

from __future__ import annotations

from abicheck.model import IoctlEncoding, ScalarFact, ScalarKind

GENERIC_IOCTL = IoctlEncoding(size_bits=14, none=0, write=1, read=2)
"""asm-generic/ioctl.h."""
OLD_IOCTL = IoctlEncoding(size_bits=13, none=1, write=4, read=2)
"""asm/ioctl.h of alpha, mips, powerpc and sparc: three direction bits, thirteen for the size."""
PARISC_IOCTL = IoctlEncoding(size_bits=14, none=0, write=2, read=1)
"""arch/parisc/include/uapi/asm/ioctl.h: the two direction codes are the other way round."""


def _fact(size: int, cap: int) -> ScalarFact:
    align = min(size, cap)
    return ScalarFact(size, align, align)


def scalars(
    *,
    long: int,
    cap: int = 16,
    long_double: tuple[int, int],
    int128: int = 0,
    float128: bool = False,
    i386: bool = False,
) -> tuple[tuple[ScalarKind, ScalarFact], ...]:
    """The scalars of an ABI that aligns each to its size, at most to ``cap`` bytes."""
    k = ScalarKind
    eight = ScalarFact(8, 8, 4) if i386 else _fact(8, cap)
    rows = [(kind, _fact(1, cap)) for kind in (k.BOOL, k.CHAR, k.SCHAR, k.UCHAR)]
    rows += [(kind, _fact(2, cap)) for kind in (k.SHORT, k.USHORT)]
    rows += [(kind, _fact(4, cap)) for kind in (k.INT, k.UINT, k.FLOAT)]
    rows += [(kind, _fact(long, cap)) for kind in (k.LONG, k.ULONG)]
    rows += [(kind, eight) for kind in (k.LLONG, k.ULLONG, k.DOUBLE)]
    rows += [(k.LDOUBLE, ScalarFact(long_double[0], long_double[1], long_double[1]))]
    if int128:
        rows += [(kind, ScalarFact(16, int128, int128)) for kind in (k.INT128, k.UINT128)]
    if float128:
        rows += [(k.FLOAT128, ScalarFact(16, 16, 16))]
    return tuple(rows)


LP64 = scalars(long=8, long_double=(16, 16), int128=16)
LP64_F128 = scalars(long=8, long_double=(16, 16), int128=16, float128=True)
ILP32 = scalars(long=4, long_double=(8, 8))
ILP32_LD128 = scalars(long=4, long_double=(16, 16))
ILP32_ALIGN4 = scalars(long=4, cap=4, long_double=(8, 4))

P8 = ScalarFact(8, 8, 8)
P4 = ScalarFact(4, 4, 4)
P4_ALIGN2 = ScalarFact(4, 2, 2)

X86_MACROS = (
    *("__i386__", "__i386", "i386", "__i486__", "__i486", "__i586__", "__i586", "__i686__"),
    *("__i686", "__pentiumpro", "__pentiumpro__", "__k8", "__k8__"),
)
SPARC_MACROS = (
    *("__sparc__", "__sparc", "sparc", "__sparcv8", "__sparcv8__"),
    *("__sparc64__", "__arch64__", "__sparcv9", "__sparcv9__", "__sparc_v9__"),
)
CSKY_MACROS = (
    *("__CSKY__", "__csky__", "__ckcore__", "__CKCORE__", "__CSKYABI__", "__csky", "__ckcore"),
    *("__cskyLE__", "__cskyle__", "__CSKYLE__"),
)
PPC_MACROS = (
    *("__powerpc__", "__powerpc", "powerpc", "__PPC__", "__PPC", "PPC", "__ppc__", "__POWERPC__"),
    *("_ARCH_PPC", "_ARCH_PPCGR", "_ARCH_PPCSQ", "__LONGDOUBLE128", "__LONG_DOUBLE_128__"),
    "_BIG_ENDIAN",
)
LOONGARCH_MACROS = ("__loongarch__", "__loongarch_grlen", "__loongarch_lp64", "__loongarch64")
RISCV_MACROS = ("__riscv", "__riscv_xlen", "__riscv_float_abi_soft")

U64_ALIGN4 = (
    "GCC config/{0}/{0}.h: BIGGEST_ALIGNMENT 32, so __u64 is 4-aligned; no compiler is packaged."
)
STAND_IN = "libclang has no such target: it parses under a stand-in, the layout is ours alone."


def defines(*names: str) -> tuple[tuple[str, str], ...]:
    """Macros that a compiler predefines as 1."""
    return tuple((name, "1") for name in names)
