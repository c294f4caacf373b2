# SPDX-License-Identifier: GPL-2.0-or-later
"""This module is the table of Linux ABIs: one row each, with the source of every odd number.

Scalar sizes and alignments were read off GCC 12's ``cc1`` for every target Debian packages, and
off clang for loongarch, csky, hexagon and xtensa; ``make oracle`` repeats it. For nios2, openrisc
and microblaze no compiler is packaged and the numbers are GCC's ``config/<arch>/<arch>.h``.
"""

from __future__ import annotations

from functools import cache

from abicheck.errors import UsageError
from abicheck.model import Abi, IoctlEncoding, ScalarFact, ScalarKind

_GENERIC_IOCTL = IoctlEncoding(size_bits=14, none=0, write=1, read=2)
"""asm-generic/ioctl.h."""
_OLD_IOCTL = IoctlEncoding(size_bits=13, none=1, write=4, read=2)
"""asm/ioctl.h of alpha, mips, powerpc and sparc: three direction bits, thirteen for the size."""
_PARISC_IOCTL = IoctlEncoding(size_bits=14, none=0, write=2, read=1)
"""arch/parisc/include/uapi/asm/ioctl.h: the two direction codes are the other way round."""


def _fact(size: int, cap: int) -> ScalarFact:
    align = min(size, cap)
    return ScalarFact(size, align, align)


def _scalars(
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


_LP64 = _scalars(long=8, long_double=(16, 16), int128=16)
_LP64_F128 = _scalars(long=8, long_double=(16, 16), int128=16, float128=True)
_ILP32 = _scalars(long=4, long_double=(8, 8))
_ILP32_LD128 = _scalars(long=4, long_double=(16, 16))
_ILP32_ALIGN4 = _scalars(long=4, cap=4, long_double=(8, 4))

_P8 = ScalarFact(8, 8, 8)
_P4 = ScalarFact(4, 4, 4)
_P4_ALIGN2 = ScalarFact(4, 2, 2)

_X86_MACROS = (
    *("__i386__", "__i386", "i386", "__i486__", "__i486", "__i586__", "__i586", "__i686__"),
    *("__i686", "__pentiumpro", "__pentiumpro__", "__k8", "__k8__"),
)
_SPARC_MACROS = (
    *("__sparc__", "__sparc", "sparc", "__sparcv8", "__sparcv8__"),
    *("__sparc64__", "__arch64__", "__sparcv9", "__sparcv9__", "__sparc_v9__"),
)
_CSKY_MACROS = (
    *("__CSKY__", "__csky__", "__ckcore__", "__CKCORE__", "__CSKYABI__", "__csky", "__ckcore"),
    *("__cskyLE__", "__cskyle__", "__CSKYLE__"),
)
_PPC_MACROS = (
    *("__powerpc__", "__powerpc", "powerpc", "__PPC__", "__PPC", "PPC", "__ppc__", "__POWERPC__"),
    *("_ARCH_PPC", "_ARCH_PPCGR", "_ARCH_PPCSQ", "__LONGDOUBLE128", "__LONG_DOUBLE_128__"),
    "_BIG_ENDIAN",
)
_LOONGARCH_MACROS = ("__loongarch__", "__loongarch_grlen", "__loongarch_lp64", "__loongarch64")
_RISCV_MACROS = ("__riscv", "__riscv_xlen", "__riscv_float_abi_soft")

_U64_ALIGN4 = "GCC config/{0}/{0}.h: BIGGEST_ALIGNMENT 32, so __u64 is 4-aligned; no compiler is packaged."
_STAND_IN = "libclang has no such target: it parses under a stand-in, the layout is ours alone."


def _defines(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, "1") for name in names)


_TABLE = (
    Abi(
        name="x86_64",
        arch="x86",
        title="x86, 64-bit",
        scalars=_LP64_F128,
        pointer=_P8,
        big_endian=False,
        char_signed=True,
        biggest_align=16,
        ioctl=_GENERIC_IOCTL,
        triple="x86_64-linux-gnu",
        clang_lays_out=True,
        gcc=("x86_64-linux-gnu",),
    ),
    Abi(
        name="i386",
        arch="x86",
        title="x86, 32-bit",
        scalars=_scalars(long=4, long_double=(12, 4), float128=True, i386=True),
        pointer=_P4,
        big_endian=False,
        char_signed=True,
        biggest_align=16,
        ioctl=_GENERIC_IOCTL,
        triple="i386-linux-gnu",
        clang_lays_out=True,
        compat_of=("x86_64",),
        gcc=("i686-linux-gnu",),
        notes=(
            "__u64 and double are 8-aligned alone and 4-aligned in a record (System V ABI, i386 "
            "supplement; GCC x86_field_alignment).",
        ),
    ),
    Abi(
        name="x32",
        arch="x86",
        title="x86, 64-bit with 32-bit pointers",
        scalars=_scalars(long=4, long_double=(16, 16), int128=16, float128=True),
        pointer=_P4,
        big_endian=False,
        char_signed=True,
        biggest_align=16,
        ioctl=_GENERIC_IOCTL,
        triple="x86_64-linux-gnux32",
        clang_lays_out=True,
        compat_of=("x86_64",),
        gcc=("x86_64-linux-gnux32",),
        notes=("__kernel_long_t is 64-bit (asm/posix_types_x32.h).",),
    ),
    Abi(
        name="arm64",
        arch="arm64",
        title="ARM, 64-bit",
        scalars=_LP64,
        pointer=_P8,
        big_endian=False,
        char_signed=False,
        biggest_align=16,
        vector_align=16,
        unnamed_bit_field_aligns=True,
        ioctl=_GENERIC_IOCTL,
        triple="aarch64-linux-gnu",
        clang_lays_out=True,
        gcc=("aarch64-linux-gnu",),
        notes=("Unnamed bit-fields align their record (AAPCS64, 10.1.8).",),
    ),
    Abi(
        name="arm64be",
        arch="arm64",
        title="ARM, 64-bit, big-endian",
        scalars=_LP64,
        pointer=_P8,
        big_endian=True,
        char_signed=False,
        biggest_align=16,
        vector_align=16,
        unnamed_bit_field_aligns=True,
        ioctl=_GENERIC_IOCTL,
        triple="aarch64_be-linux-gnu",
        clang_lays_out=True,
        gcc=("aarch64-linux-gnu", "-mbig-endian"),
    ),
    Abi(
        name="arm",
        arch="arm",
        title="ARM EABI",
        scalars=_ILP32,
        pointer=_P4,
        big_endian=False,
        char_signed=False,
        biggest_align=8,
        vector_align=8,
        unnamed_bit_field_aligns=True,
        ioctl=_GENERIC_IOCTL,
        triple="arm-linux-gnueabi",
        clang_lays_out=True,
        compat_of=("arm64",),
        gcc=("arm-linux-gnueabi",),
        notes=("Unnamed bit-fields align their record (AAPCS, 8.1.8).",),
    ),
    Abi(
        name="armeb",
        arch="arm",
        title="ARM EABI, big-endian",
        scalars=_ILP32,
        pointer=_P4,
        big_endian=True,
        char_signed=False,
        biggest_align=8,
        vector_align=8,
        unnamed_bit_field_aligns=True,
        ioctl=_GENERIC_IOCTL,
        triple="armeb-linux-gnueabi",
        clang_lays_out=True,
        compat_of=("arm64be",),
        gcc=("arm-linux-gnueabi", "-mbig-endian"),
    ),
    Abi(
        name="arm-oabi",
        arch="arm",
        title="ARM, old ABI (apcs-gnu)",
        scalars=_ILP32_ALIGN4,
        pointer=_P4,
        big_endian=False,
        char_signed=False,
        biggest_align=4,
        record_boundary=4,
        ioctl=_GENERIC_IOCTL,
        triple="arm-linux-gnu",
        clang_args=("-mabi=apcs-gnu",),
        clang_lays_out=False,
        undefines=("__ARM_EABI__",),
        gcc=("arm-linux-gnueabi", "-mabi=apcs-gnu"),
        notes=(
            "Every record is aligned and padded to 4 bytes (GCC STRUCTURE_SIZE_BOUNDARY 32; "
            "Documentation/driver-api/ioctl.rst).",
        ),
    ),
    Abi(
        name="riscv64",
        arch="riscv",
        title="RISC-V, 64-bit",
        scalars=_LP64,
        pointer=_P8,
        big_endian=False,
        char_signed=False,
        biggest_align=16,
        ioctl=_GENERIC_IOCTL,
        triple="riscv64-linux-gnu",
        clang_lays_out=True,
        gcc=("riscv64-linux-gnu", "-march=rv64imafdc", "-mabi=lp64d"),
    ),
    Abi(
        name="riscv32",
        arch="riscv",
        title="RISC-V, 32-bit",
        scalars=_ILP32_LD128,
        pointer=_P4,
        big_endian=False,
        char_signed=False,
        biggest_align=16,
        ioctl=_GENERIC_IOCTL,
        triple="riscv32-linux-gnu",
        clang_lays_out=True,
        compat_of=("riscv64",),
        gcc=("riscv64-linux-gnu", "-march=rv32imafdc", "-mabi=ilp32d"),
    ),
    Abi(
        name="ppc64",
        arch="powerpc",
        title="PowerPC, 64-bit, big-endian",
        scalars=_LP64,
        pointer=_P8,
        big_endian=True,
        char_signed=False,
        biggest_align=16,
        ioctl=_OLD_IOCTL,
        triple="powerpc64-linux-gnu",
        clang_lays_out=True,
        gcc=("powerpc64-linux-gnu",),
    ),
    Abi(
        name="ppc64le",
        arch="powerpc",
        title="PowerPC, 64-bit, little-endian",
        scalars=_LP64_F128,
        pointer=_P8,
        big_endian=False,
        char_signed=False,
        biggest_align=16,
        ioctl=_OLD_IOCTL,
        triple="powerpc64le-linux-gnu",
        clang_lays_out=True,
        gcc=("powerpc64le-linux-gnu",),
    ),
    Abi(
        name="ppc",
        arch="powerpc",
        title="PowerPC, 32-bit",
        scalars=_ILP32_LD128,
        pointer=_P4,
        big_endian=True,
        char_signed=False,
        biggest_align=16,
        ioctl=_OLD_IOCTL,
        triple="powerpc-linux-gnu",
        clang_lays_out=True,
        compat_of=("ppc64",),
        gcc=("powerpc-linux-gnu",),
    ),
    Abi(
        name="s390x",
        arch="s390",
        title="IBM Z, 64-bit",
        scalars=_scalars(long=8, long_double=(16, 8), int128=8),
        pointer=_P8,
        big_endian=True,
        char_signed=False,
        biggest_align=8,
        ioctl=_GENERIC_IOCTL,
        triple="s390x-linux-gnu",
        clang_lays_out=True,
        gcc=("s390x-linux-gnu",),
        notes=("Nothing is aligned beyond 8, __int128 included (GCC BIGGEST_ALIGNMENT 64).",),
    ),
    Abi(
        name="s390",
        arch="s390",
        title="IBM Z, 31-bit",
        scalars=_scalars(long=4, long_double=(16, 8)),
        pointer=_P4,
        big_endian=True,
        char_signed=False,
        biggest_align=8,
        ioctl=_GENERIC_IOCTL,
        triple="powerpc-linux-gnu",
        clang_lays_out=False,
        defines=_defines("__s390__"),
        undefines=_PPC_MACROS,
        compat_of=("s390x",),
        gcc=("s390x-linux-gnu", "-m31"),
        notes=(_STAND_IN, "Compat on s390x ends with Linux 6.18 (arch/s390/Kconfig)."),
    ),
    *(
        Abi(
            name=f"mips64{suffix}",
            arch="mips",
            title=f"MIPS n64, {title}",
            scalars=_LP64,
            pointer=_P8,
            big_endian=not suffix,
            char_signed=True,
            biggest_align=16,
            ioctl=_OLD_IOCTL,
            triple=f"mips64{suffix}-linux-gnuabi64",
            clang_lays_out=True,
            gcc=(f"mips64{suffix}-linux-gnuabi64",),
        )
        for suffix, title in (("", "big-endian"), ("el", "little-endian"))
    ),
    *(
        Abi(
            name=f"mipsn32{suffix}",
            arch="mips",
            title=f"MIPS n32, {title}",
            scalars=_scalars(long=4, long_double=(16, 16), int128=16),
            pointer=_P4,
            big_endian=not suffix,
            char_signed=True,
            biggest_align=16,
            ioctl=_OLD_IOCTL,
            triple=f"mips64{suffix}-linux-gnuabin32",
            clang_lays_out=True,
            compat_of=(f"mips64{suffix}",),
            gcc=(f"mips64{suffix}-linux-gnuabi64", "-mabi=n32"),
        )
        for suffix, title in (("", "big-endian"), ("el", "little-endian"))
    ),
    *(
        Abi(
            name=f"mips{suffix}",
            arch="mips",
            title=f"MIPS o32, {title}",
            scalars=_ILP32,
            pointer=_P4,
            big_endian=not suffix,
            char_signed=True,
            biggest_align=8,
            ioctl=_OLD_IOCTL,
            triple=f"mips{suffix}-linux-gnu",
            clang_lays_out=True,
            compat_of=(f"mips64{suffix}",),
            gcc=(f"mips{suffix}-linux-gnu",),
        )
        for suffix, title in (("", "big-endian"), ("el", "little-endian"))
    ),
    Abi(
        name="sparc64",
        arch="sparc",
        title="SPARC, 64-bit",
        scalars=_LP64,
        pointer=_P8,
        big_endian=True,
        char_signed=True,
        biggest_align=16,
        ioctl=_OLD_IOCTL,
        triple="sparc64-linux-gnu",
        clang_lays_out=True,
        gcc=("sparc64-linux-gnu",),
        notes=("__kernel_suseconds_t is 32-bit (arch/sparc asm/posix_types.h).",),
    ),
    Abi(
        name="sparc",
        arch="sparc",
        title="SPARC, 32-bit",
        scalars=_scalars(long=4, long_double=(16, 8)),
        pointer=_P4,
        big_endian=True,
        char_signed=True,
        biggest_align=8,
        ioctl=_OLD_IOCTL,
        triple="sparc-linux-gnu",
        clang_lays_out=True,
        compat_of=("sparc64",),
        gcc=("sparc64-linux-gnu", "-m32", "-mptr32", "-mno-stack-bias", "-mlong-double-128"),
        notes=("long double is 16 bytes on Linux; clang's target has 8.",),
    ),
    Abi(
        name="parisc64",
        arch="parisc",
        title="PA-RISC, 64-bit",
        scalars=_LP64,
        pointer=_P8,
        big_endian=True,
        char_signed=True,
        biggest_align=16,
        ioctl=_PARISC_IOCTL,
        triple="sparc64-linux-gnu",
        clang_lays_out=False,
        defines=_defines("__hppa__", "__hppa", "__hppa64__", "_PA_RISC2_0"),
        undefines=_SPARC_MACROS,
        notes=(_STAND_IN, "A kernel's own ABI: no 64-bit user space is in use."),
    ),
    Abi(
        name="parisc",
        arch="parisc",
        title="PA-RISC, 32-bit",
        scalars=_ILP32,
        pointer=_P4,
        big_endian=True,
        char_signed=True,
        biggest_align=8,
        ioctl=_PARISC_IOCTL,
        triple="sparc-linux-gnu",
        clang_lays_out=False,
        defines=_defines("__hppa__", "__hppa", "_PA_RISC1_1"),
        undefines=_SPARC_MACROS,
        compat_of=("parisc64",),
        gcc=("hppa-linux-gnu",),
        notes=(_STAND_IN,),
    ),
    Abi(
        name="loongarch64",
        arch="loongarch",
        title="LoongArch, 64-bit",
        scalars=_LP64,
        pointer=_P8,
        big_endian=False,
        char_signed=True,
        biggest_align=16,
        ioctl=_GENERIC_IOCTL,
        triple="loongarch64-linux-gnu",
        clang_lays_out=True,
    ),
    Abi(
        name="loongarch32",
        arch="loongarch",
        title="LoongArch, 32-bit",
        scalars=_ILP32_LD128,
        pointer=_P4,
        big_endian=False,
        char_signed=True,
        biggest_align=16,
        ioctl=_GENERIC_IOCTL,
        triple="loongarch32-linux-gnu",
        clang_lays_out=True,
        notes=("No 64-bit kernel runs it (arch/loongarch/Kconfig has no COMPAT).",),
    ),
    Abi(
        name="alpha",
        arch="alpha",
        title="Alpha",
        scalars=_LP64,
        pointer=_P8,
        big_endian=False,
        char_signed=True,
        biggest_align=16,
        ioctl=_OLD_IOCTL,
        triple="loongarch64-linux-gnu",
        clang_lays_out=False,
        defines=_defines("__alpha__", "__alpha"),
        undefines=_LOONGARCH_MACROS,
        gcc=("alpha-linux-gnu",),
        notes=(_STAND_IN,),
    ),
    *(
        Abi(
            name=f"arc{suffix}",
            arch="arc",
            title=f"ARC, {title}",
            scalars=_ILP32_ALIGN4,
            pointer=_P4,
            big_endian=bool(suffix),
            char_signed=False,
            biggest_align=4,
            ioctl=_GENERIC_IOCTL,
            triple="powerpc-linux-gnu" if suffix else "csky-linux-gnu",
            clang_args=("-funsigned-char",),
            clang_lays_out=False,
            defines=_defines("__arc__", *(("__BIG_ENDIAN__",) if suffix else ())),
            undefines=_PPC_MACROS if suffix else _CSKY_MACROS,
            gcc=("arc-linux-gnu", *(("-mbig-endian",) if suffix else ())),
            notes=("clang's arc target disagrees with GCC: a stand-in is parsed instead.",),
        )
        for suffix, title in (("", "little-endian"), ("eb", "big-endian"))
    ),
    Abi(
        name="csky",
        arch="csky",
        title="C-SKY",
        scalars=_ILP32_ALIGN4,
        pointer=_P4,
        big_endian=False,
        char_signed=True,
        biggest_align=4,
        unnamed_bit_field_aligns=True,
        ioctl=_GENERIC_IOCTL,
        triple="csky-linux-gnu",
        clang_lays_out=True,
        defines=_defines("__CSKYABIV2__", "__cskyabiv2__"),
        notes=(
            "__u64 is 4-aligned: measured with clang.",
            "GCC says which of its two ABIs it compiles for (config/csky/csky.cc), clang does not.",
        ),
    ),
    Abi(
        name="hexagon",
        arch="hexagon",
        title="Hexagon",
        scalars=_ILP32,
        pointer=_P4,
        big_endian=False,
        char_signed=False,
        biggest_align=8,
        ioctl=_GENERIC_IOCTL,
        triple="hexagon-linux-musl",
        clang_args=("-fno-short-enums",),
        clang_lays_out=True,
        notes=(
            "The kernel is built with -fno-short-enums (arch/hexagon/Makefile); clang's user space "
            "default is short enums.",
        ),
    ),
    Abi(
        name="m68k",
        arch="m68k",
        title="Motorola 68000 family",
        scalars=_scalars(long=4, cap=2, long_double=(12, 2)),
        pointer=_P4_ALIGN2,
        big_endian=True,
        char_signed=True,
        biggest_align=2,
        bit_field_type_matters=False,
        empty_field_boundary=16,
        ioctl=_GENERIC_IOCTL,
        triple="m68k-linux-gnu",
        clang_lays_out=False,
        gcc=("m68k-linux-gnu",),
        notes=(
            "Nothing is aligned beyond 2 (GCC BIGGEST_ALIGNMENT 16); clang's target has 8 for "
            "__u64 and is never asked for a layout.",
            "A bit-field's declared type does not matter (GCC PCC_BITFIELD_TYPE_MATTERS 0).",
        ),
    ),
    *(
        Abi(
            name=f"microblaze{suffix}",
            arch="microblaze",
            title=f"MicroBlaze, {title}",
            scalars=_ILP32_ALIGN4,
            pointer=_P4,
            big_endian=not suffix,
            char_signed=True,
            biggest_align=4,
            ioctl=_GENERIC_IOCTL,
            triple="csky-linux-gnu" if suffix else "powerpc-linux-gnu",
            clang_args=("-fsigned-char",),
            clang_lays_out=False,
            defines=(
                *_defines("__MICROBLAZE__", "__microblaze__"),
                *(_defines("__MICROBLAZEEL__") if suffix else ()),
            ),
            undefines=_CSKY_MACROS if suffix else _PPC_MACROS,
            notes=(_STAND_IN, _U64_ALIGN4.format("microblaze")),
        )
        for suffix, title in (("", "big-endian"), ("el", "little-endian"))
    ),
    Abi(
        name="nios2",
        arch="nios2",
        title="Nios II",
        scalars=_ILP32_ALIGN4,
        pointer=_P4,
        big_endian=False,
        char_signed=True,
        biggest_align=4,
        ioctl=_GENERIC_IOCTL,
        triple="csky-linux-gnu",
        clang_lays_out=False,
        defines=_defines("__nios2__", "__nios2", "__NIOS2__", "__nios2_little_endian__"),
        undefines=_CSKY_MACROS,
        notes=(_STAND_IN, _U64_ALIGN4.format("nios2")),
    ),
    Abi(
        name="openrisc",
        arch="openrisc",
        title="OpenRISC",
        scalars=_ILP32_ALIGN4,
        pointer=_P4,
        big_endian=True,
        char_signed=True,
        biggest_align=4,
        ioctl=_GENERIC_IOCTL,
        triple="powerpc-linux-gnu",
        clang_args=("-fsigned-char",),
        clang_lays_out=False,
        defines=_defines("__OR1K__", "__or1k__"),
        undefines=_PPC_MACROS,
        notes=(_STAND_IN, _U64_ALIGN4.format("or1k")),
    ),
    *(
        Abi(
            name=f"sh{suffix}",
            arch="sh",
            title=f"SuperH, {title}",
            scalars=_ILP32_ALIGN4,
            pointer=_P4,
            big_endian=bool(suffix),
            char_signed=True,
            biggest_align=4,
            ioctl=_GENERIC_IOCTL,
            triple="powerpc-linux-gnu" if suffix else "csky-linux-gnu",
            clang_args=("-fsigned-char",),
            clang_lays_out=False,
            defines=_defines(
                *("__sh__", "__SH4__"),
                "__BIG_ENDIAN__" if suffix else "__LITTLE_ENDIAN__",
            ),
            undefines=_PPC_MACROS if suffix else _CSKY_MACROS,
            gcc=("sh4-linux-gnu", *(("-mb",) if suffix else ())),
            notes=(_STAND_IN,),
        )
        for suffix, title in (("", "little-endian"), ("eb", "big-endian"))
    ),
    *(
        Abi(
            name=f"xtensa{suffix}",
            arch="xtensa",
            title=f"Xtensa, {title}",
            scalars=_ILP32,
            pointer=_P4,
            big_endian=bool(suffix),
            char_signed=False,
            biggest_align=16,
            ioctl=_GENERIC_IOCTL,
            triple="powerpc-linux-gnu" if suffix else "riscv32-linux-gnu",
            clang_lays_out=False,
            defines=_defines(
                *("__XTENSA__", "__xtensa__"), "__XTENSA_EB__" if suffix else "__XTENSA_EL__"
            ),
            undefines=_PPC_MACROS if suffix else _RISCV_MACROS,
            notes=(_STAND_IN, "GCC config/xtensa/xtensa.h: BIGGEST_ALIGNMENT 128."),
        )
        for suffix, title in (("", "little-endian"), ("eb", "big-endian"))
    ),
)


def all_abis() -> tuple[Abi, ...]:
    """Every ABI, in table order: the order all output follows."""
    return _TABLE


@cache
def _by_name() -> dict[str, Abi]:
    return {abi.name: abi for abi in _TABLE}


def get(name: str) -> Abi:
    """The ABI of that name; UsageError, with the nearest names, for an unknown one."""
    abi = _by_name().get(name)
    if abi is None:
        from difflib import get_close_matches

        near = get_close_matches(name, list(_by_name()), n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; see 'abicheck abis'"
        raise UsageError(f"unknown ABI '{name}'{hint}")
    return abi


def compat_pairs() -> tuple[tuple[Abi, Abi], ...]:
    """Every (32-bit, 64-bit) pair in which the 64-bit kernel runs the 32-bit programs."""
    return tuple((abi, get(host)) for abi in _TABLE for host in abi.compat_of)
