# SPDX-License-Identifier: GPL-2.0-or-later
"""This module gives the macros that an ABI's compiler predefines and uapi headers look at.

They are GCC 12's, read off ``cpp -dM`` for every target Debian packages; where none is packaged
they follow clang, or GCC's ``config/<arch>``. The libclang front end has its own compiler's.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from abicheck.model import ScalarKind as K

if TYPE_CHECKING:
    from abicheck.model import Abi

_EVERYWHERE = {
    "__GNUC__": "12",
    "__GNUC_MINOR__": "2",
    "__GNUC_PATCHLEVEL__": "0",
    "__GNUC_STDC_INLINE__": "1",
    "__STDC__": "1",
    "__STDC_HOSTED__": "1",
    "__STDC_VERSION__": "201710L",
    "__CHAR_BIT__": "8",
    "__ELF__": "1",
    "__ORDER_LITTLE_ENDIAN__": "1234",
    "__ORDER_BIG_ENDIAN__": "4321",
    "__ORDER_PDP_ENDIAN__": "3412",
}
_UNIX = ("linux", "__linux", "__linux__", "__gnu_linux__", "unix", "__unix", "__unix__")

_SIZED = {
    "SHORT": K.SHORT,
    "INT": K.INT,
    "LONG": K.LONG,
    "LONG_LONG": K.LLONG,
    "FLOAT": K.FLOAT,
    "DOUBLE": K.DOUBLE,
    "LONG_DOUBLE": K.LDOUBLE,
    "INT128": K.INT128,
    "FLOAT128": K.FLOAT128,
}
_LONG_WCHAR = ("i386", "x32", "arm-oabi", "ppc", "parisc", "m68k", "sh", "sheb")
_UNSIGNED_WCHAR = ("arm64", "arm64be", "arm", "armeb")

_ARCH = {
    "arm": ("__arm__", "__APCS_32__"),
    "arm64": ("__aarch64__",),
    "csky": ("__CSKYLE__", "__cskyLE__", "__cskyle__"),
    "hexagon": ("__hexagon__", "__qdsp6__"),
    "loongarch": ("__loongarch__",),
    "m68k": ("__m68k__", "__mc68000", "__mc68000__", "mc68000", "__mc68020", "__mc68020__"),
    "mips": ("__mips__", "_mips", "mips", "__mips_hard_float", "__mips_abicalls"),
    "powerpc": ("__powerpc__", "__PPC__", "_ARCH_PPC"),
    "riscv": ("__riscv",),
    "s390": ("__s390__",),
    "sparc": ("__sparc__", "__sparc", "sparc", "__sparc_v9__"),
}
"""Macros that are 1 on every ABI of an architecture; where libclang has a stand-in for the target
the ABI's row names them."""

_X86_64 = ("__x86_64__", "__x86_64", "__amd64__", "__amd64", "__k8__", "__k8")
_ABI: dict[str, tuple[str, ...]] = {
    "x86_64": _X86_64,
    "x32": (*_X86_64, "__ILP32__", "_ILP32"),
    "i386": ("__i386__", "__i386", "i386", "__i686__", "__i686", "__ILP32__", "_ILP32"),
    "arm": ("__ARM_EABI__", "__ARMEL__", "__ARM_PCS"),
    "armeb": ("__ARM_EABI__", "__ARMEB__", "__ARM_PCS", "__ARM_BIG_ENDIAN"),
    "arm-oabi": ("__ARMEL__",),
    "arm64": ("__AARCH64EL__",),
    "arm64be": ("__AARCH64EB__", "__ARM_BIG_ENDIAN"),
    "ppc": ("__powerpc", "__PPC", "PPC", "powerpc", "__BIG_ENDIAN__", "_BIG_ENDIAN"),
    "ppc64": ("__powerpc64__", "__PPC64__", "__BIG_ENDIAN__", "_BIG_ENDIAN"),
    "ppc64le": ("__powerpc64__", "__PPC64__", "__LITTLE_ENDIAN__", "_LITTLE_ENDIAN"),
    "s390x": ("__s390x__", "__zarch__"),
    "sparc64": ("__arch64__",),
    "parisc": ("__BIG_ENDIAN__",),
    "parisc64": ("__BIG_ENDIAN__",),
    "arc": ("__LITTLE_ENDIAN__",),
    "loongarch64": ("__loongarch64", "__loongarch_lp64"),
}
_VALUED: dict[str, dict[str, str]] = {
    "csky": {"__csky__": "2", "__CSKY__": "2", "__CSKYABI__": "2", "__CKCORE__": "2"},
    "hexagon": {"__HEXAGON_ARCH__": "60"},
    "loongarch64": {"__loongarch_grlen": "64"},
    "loongarch32": {"__loongarch_grlen": "32"},
    "riscv64": {"__riscv_xlen": "64"},
    "riscv32": {"__riscv_xlen": "32"},
}
_MIPS = {
    "mips64": {"_ABI64": "3", "_MIPS_SIM": "_ABI64", "__mips": "64", "__mips64": "1"},
    "mipsn32": {"_ABIN32": "2", "_MIPS_SIM": "_ABIN32", "__mips": "64", "__mips64": "1"},
    "mips": {"_ABIO32": "1", "_MIPS_SIM": "_ABIO32", "__mips": "32"},
}


@cache
def predefined(abi: Abi) -> tuple[tuple[str, str], ...]:
    """(name, value) of each macro, in a fixed order."""
    macros = dict(_EVERYWHERE)
    ones = (*_UNIX, *_ARCH.get(abi.arch, ()), *_ABI.get(abi.name, ()))
    macros.update(dict.fromkeys(ones, "1"))
    macros.update(_VALUED.get(abi.name, {}))
    macros.update(abi.defines)
    if abi.arch == "mips":
        macros.update(_mips(abi))
    macros.update(_model(abi))
    macros.update(_sizes(abi))
    macros.update(_types(abi))
    return tuple(macros.items())


def _mips(abi: Abi) -> dict[str, str]:
    order = "B" if abi.big_endian else "L"
    names = (f"__MIPSE{order}__", f"__MIPSE{order}", f"_MIPSE{order}", f"MIPSE{order}")
    scalars = dict(abi.scalars)
    return {
        **dict.fromkeys(names, "1"),
        **_MIPS[abi.name.removesuffix("el")],
        "__mips_isa_rev": "2",
        "_MIPS_SZINT": "32",
        "_MIPS_SZLONG": str(scalars[K.LONG].size * 8),
        "_MIPS_SZPTR": str(abi.bits),
    }


def _model(abi: Abi) -> dict[str, str]:
    order = "BIG" if abi.big_endian else "LITTLE"
    macros = {
        "__BYTE_ORDER__": f"__ORDER_{order}_ENDIAN__",
        "__FLOAT_WORD_ORDER__": f"__ORDER_{order}_ENDIAN__",
        "__BIGGEST_ALIGNMENT__": str(abi.biggest_align),
    }
    if abi.data_model == "LP64":
        macros.update({"__LP64__": "1", "_LP64": "1"})
    if not abi.char_signed:
        macros["__CHAR_UNSIGNED__"] = "1"
    return macros


def _sizes(abi: Abi) -> dict[str, str]:
    scalars = dict(abi.scalars)
    macros = {
        f"__SIZEOF_{name}__": str(scalars[kind].size)
        for name, kind in _SIZED.items()
        if kind in scalars
    }
    pointer = str(abi.pointer.size)
    macros.update({f"__SIZEOF_{name}__": pointer for name in ("POINTER", "SIZE_T", "PTRDIFF_T")})
    macros.update({"__SIZEOF_WCHAR_T__": "4", "__SIZEOF_WINT_T__": "4"})
    long = scalars[K.LONG].size * 8
    macros["__SCHAR_MAX__"] = "0x7f"
    macros["__SHRT_MAX__"] = "0x7fff"
    macros["__INT_MAX__"] = "0x7fffffff"
    macros["__LONG_MAX__"] = f"{(1 << (long - 1)) - 1:#x}L"
    macros["__LONG_LONG_MAX__"] = f"{(1 << 63) - 1:#x}LL"
    return macros


def _types(abi: Abi) -> dict[str, str]:
    """The types behind stddef.h and stdint.h, in GCC's spelling."""
    lp64 = abi.data_model == "LP64"
    wide = "long" if lp64 else "long long"
    word = "long " if lp64 else ""
    size = "long " if lp64 or abi.name == "s390" else ""
    macros = {"__SIZE_TYPE__": f"{size}unsigned int", "__PTRDIFF_TYPE__": f"{word}int"}
    macros["__WINT_TYPE__"] = "unsigned int"
    macros["__WCHAR_TYPE__"] = "int"
    if abi.name in _LONG_WCHAR:
        macros["__WCHAR_TYPE__"] = "long int"
    elif abi.name in _UNSIGNED_WCHAR:
        macros["__WCHAR_TYPE__"] = "unsigned int"
    for sign in ("", "U"):
        unsigned = "unsigned " if sign else ""
        exact = {
            "8": "unsigned char" if sign else "signed char",
            "16": f"short {unsigned}int",
            "32": f"{unsigned}int",
            "64": f"{wide} {unsigned}int",
        }
        fast = {**exact, "16": f"{word}{unsigned}int", "32": f"{word}{unsigned}int"}
        for bits, spelling in exact.items():
            macros[f"__{sign}INT{bits}_TYPE__"] = spelling
            macros[f"__{sign}INT_LEAST{bits}_TYPE__"] = spelling
            macros[f"__{sign}INT_FAST{bits}_TYPE__"] = fast[bits]
        macros[f"__{sign}INTMAX_TYPE__"] = exact["64"]
        macros[f"__{sign}INTPTR_TYPE__"] = f"{word}{unsigned}int"
    return macros
