# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the rows of architectures that are 32-bit only."""

from __future__ import annotations

from abicheck.abis.facts import (
    CSKY_MACROS,
    GENERIC_IOCTL,
    ILP32,
    ILP32_ALIGN4,
    P4,
    P4_ALIGN2,
    PPC_MACROS,
    RISCV_MACROS,
    STAND_IN,
    U64_ALIGN4,
    defines,
    scalars,
)
from abicheck.model import Abi

NARROW = (
    *(
        Abi(
            name=f"arc{suffix}",
            arch="arc",
            title=f"ARC, {title}",
            scalars=ILP32_ALIGN4,
            pointer=P4,
            big_endian=bool(suffix),
            char_signed=False,
            biggest_align=4,
            ioctl=GENERIC_IOCTL,
            triple="powerpc-linux-gnu" if suffix else "csky-linux-gnu",
            clang_args=("-funsigned-char",),
            clang_lays_out=False,
            defines=defines("__arc__", *(("__BIG_ENDIAN__",) if suffix else ())),
            undefines=PPC_MACROS if suffix else CSKY_MACROS,
            gcc=("arc-linux-gnu", *(("-mbig-endian",) if suffix else ())),
            notes=("clang's arc target disagrees with GCC: a stand-in is parsed instead.",),
        )
        for suffix, title in (("", "little-endian"), ("eb", "big-endian"))
    ),
    Abi(
        name="csky",
        arch="csky",
        title="C-SKY",
        scalars=ILP32_ALIGN4,
        pointer=P4,
        big_endian=False,
        char_signed=False,
        biggest_align=4,
        unnamed_bit_field_aligns=True,
        ioctl=GENERIC_IOCTL,
        triple="csky-linux-gnu",
        clang_args=("-funsigned-char",),
        clang_lays_out=True,
        defines=defines("__CSKYABIV2__", "__cskyabiv2__"),
        notes=(
            "__u64 is 4-aligned (GCC config/csky/csky.h: BIGGEST_ALIGNMENT 32).",
            "Unnamed bit-fields align their record: measured with clang.",
            "char is unsigned: GCC config/csky/csky.h DEFAULT_SIGNED_CHAR 0; clang has it signed.",
            "GCC says which of its two ABIs it compiles for (config/csky/csky.cc), clang does not.",
        ),
    ),
    Abi(
        name="hexagon",
        arch="hexagon",
        title="Hexagon",
        scalars=ILP32,
        pointer=P4,
        big_endian=False,
        char_signed=False,
        biggest_align=8,
        ioctl=GENERIC_IOCTL,
        triple="hexagon-linux-musl",
        clang_args=("-fno-short-enums",),
        clang_lays_out=True,
        notes=(
            (
                "The kernel is built with -fno-short-enums (arch/hexagon/Makefile); clang's user "
                "space default is short enums."
            ),
        ),
    ),
    Abi(
        name="m68k",
        arch="m68k",
        title="Motorola 68000 family",
        scalars=scalars(long=4, cap=2, long_double=(12, 2)),
        pointer=P4_ALIGN2,
        big_endian=True,
        char_signed=True,
        biggest_align=2,
        bit_field_type_matters=False,
        empty_field_boundary=16,
        ioctl=GENERIC_IOCTL,
        triple="m68k-linux-gnu",
        clang_lays_out=False,
        gcc=("m68k-linux-gnu",),
        notes=(
            (
                "Nothing is aligned beyond 2 (GCC BIGGEST_ALIGNMENT 16); clang's target has 8 for "
                "__u64 and is never asked for a layout."
            ),
            "A bit-field's declared type does not matter (GCC PCC_BITFIELD_TYPE_MATTERS 0).",
        ),
    ),
    *(
        Abi(
            name=f"microblaze{suffix}",
            arch="microblaze",
            title=f"MicroBlaze, {title}",
            scalars=ILP32_ALIGN4,
            pointer=P4,
            big_endian=not suffix,
            char_signed=True,
            biggest_align=4,
            ioctl=GENERIC_IOCTL,
            triple="csky-linux-gnu" if suffix else "powerpc-linux-gnu",
            clang_args=("-fsigned-char",),
            clang_lays_out=False,
            defines=(
                *defines("__MICROBLAZE__", "__microblaze__"),
                *(defines("__MICROBLAZEEL__") if suffix else ()),
            ),
            undefines=CSKY_MACROS if suffix else PPC_MACROS,
            notes=(STAND_IN, U64_ALIGN4.format("microblaze")),
        )
        for suffix, title in (("", "big-endian"), ("el", "little-endian"))
    ),
    Abi(
        name="nios2",
        arch="nios2",
        title="Nios II",
        scalars=ILP32_ALIGN4,
        pointer=P4,
        big_endian=False,
        char_signed=True,
        biggest_align=4,
        ioctl=GENERIC_IOCTL,
        triple="csky-linux-gnu",
        clang_lays_out=False,
        defines=defines("__nios2__", "__nios2", "__NIOS2__", "__nios2_little_endian__"),
        undefines=CSKY_MACROS,
        notes=(STAND_IN, U64_ALIGN4.format("nios2")),
    ),
    Abi(
        name="openrisc",
        arch="openrisc",
        title="OpenRISC",
        scalars=ILP32_ALIGN4,
        pointer=P4,
        big_endian=True,
        char_signed=True,
        biggest_align=4,
        ioctl=GENERIC_IOCTL,
        triple="powerpc-linux-gnu",
        clang_args=("-fsigned-char",),
        clang_lays_out=False,
        defines=defines("__OR1K__", "__or1k__"),
        undefines=PPC_MACROS,
        notes=(STAND_IN, U64_ALIGN4.format("or1k")),
    ),
    *(
        Abi(
            name=f"sh{suffix}",
            arch="sh",
            title=f"SuperH, {title}",
            scalars=ILP32_ALIGN4,
            pointer=P4,
            big_endian=bool(suffix),
            char_signed=True,
            biggest_align=4,
            ioctl=GENERIC_IOCTL,
            triple="powerpc-linux-gnu" if suffix else "csky-linux-gnu",
            clang_args=("-fsigned-char",),
            clang_lays_out=False,
            defines=defines(
                *("__sh__", "__SH4__"),
                "__BIG_ENDIAN__" if suffix else "__LITTLE_ENDIAN__",
            ),
            undefines=PPC_MACROS if suffix else CSKY_MACROS,
            gcc=("sh4-linux-gnu", *(("-mb",) if suffix else ())),
            notes=(STAND_IN,),
        )
        for suffix, title in (("", "little-endian"), ("eb", "big-endian"))
    ),
    *(
        Abi(
            name=f"xtensa{suffix}",
            arch="xtensa",
            title=f"Xtensa, {title}",
            scalars=ILP32,
            pointer=P4,
            big_endian=bool(suffix),
            char_signed=False,
            biggest_align=16,
            ioctl=GENERIC_IOCTL,
            triple="powerpc-linux-gnu" if suffix else "riscv32-linux-gnu",
            clang_lays_out=False,
            defines=defines(
                *("__XTENSA__", "__xtensa__"), "__XTENSA_EB__" if suffix else "__XTENSA_EL__"
            ),
            undefines=PPC_MACROS if suffix else RISCV_MACROS,
            notes=(STAND_IN, "GCC config/xtensa/xtensa.h: BIGGEST_ALIGNMENT 128."),
        )
        for suffix, title in (("", "little-endian"), ("eb", "big-endian"))
    ),
)
