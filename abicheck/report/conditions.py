# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes a set of ABIs as a C preprocessor expression over predefined macros."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.abis import all_abis, get
from abicheck.report.names import AbiClass, classes, shortest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_WIDTH = {32: "__SIZEOF_POINTER__ == 4", 64: "__SIZEOF_POINTER__ == 8"}
_ORDER = {
    False: "__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__",
    True: "__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__",
}
_ARCHITECTURES = {
    "alpha": "__alpha__",
    "arc": "__arc__",
    "arm": "__arm__",
    "arm64": "__aarch64__",
    "csky": "__csky__",
    "hexagon": "__hexagon__",
    "loongarch": "__loongarch__",
    "m68k": "__m68k__",
    "microblaze": "__MICROBLAZE__",
    "mips": "__mips__",
    "nios2": "__nios2__",
    "openrisc": "__or1k__",
    "parisc": "__hppa__",
    "powerpc": "__powerpc__",
    "riscv": "__riscv",
    "s390": "__s390__",
    "sh": "__sh__",
    "sparc": "__sparc__",
    "xtensa": "__XTENSA__",
}
"""What GCC and clang predefine (GCC's TARGET_CPU_CPP_BUILTINS)."""
_TELLS_APART = {
    "x86_64": ("defined(__x86_64__)", _WIDTH[64]),
    "x32": ("defined(__x86_64__)", _WIDTH[32]),
    "i386": ("defined(__i386__)",),
    "arm": ("defined(__ARM_EABI__)", _ORDER[False]),
    "armeb": ("defined(__ARM_EABI__)", _ORDER[True]),
    "arm-oabi": ("defined(__arm__)", "!defined(__ARM_EABI__)"),
    "mipsn32": ("defined(__mips__)", "_MIPS_SIM == _ABIN32", _ORDER[True]),
    "mipsn32el": ("defined(__mips__)", "_MIPS_SIM == _ABIN32", _ORDER[False]),
    "mips": ("defined(__mips__)", "_MIPS_SIM == _ABIO32", _ORDER[True]),
    "mipsel": ("defined(__mips__)", "_MIPS_SIM == _ABIO32", _ORDER[False]),
}
"""The ABIs that architecture, width and byte order do not tell from their kin."""
_CLASSES = {
    "LP64": (_WIDTH[64],),
    "ILP32": (_WIDTH[32],),
    "little-endian": (_ORDER[False],),
    "big-endian": (_ORDER[True],),
    "LP64 little-endian": (_WIDTH[64], _ORDER[False]),
    "LP64 big-endian": (_WIDTH[64], _ORDER[True]),
    "ILP32 little-endian": (_WIDTH[32], _ORDER[False]),
    "ILP32 big-endian": (_WIDTH[32], _ORDER[True]),
}
"""The classes of ABIs that predefined macros tell, apart from architectures."""


def condition(abis: Iterable[str], among: Sequence[str]) -> str:
    """An expression that is true under those ABIs and under none of the others in question."""
    group = frozenset(abis)
    tests = {each: _CLASSES[each.name] for each in classes() if each.name in _CLASSES}
    every = AbiClass(name="", members=frozenset(among))
    found = shortest(group, among, (every, *tests))
    some = [*_terms(found.plus), *(tests[each] for each in found.classes if each is not every)]
    none = [f"!{_all(term, inside=True)}" for term in _terms(found.minus)]
    if every in found.classes or not none:
        return " && ".join(none) or _any(some)
    return " && ".join((f"({_any(some)})" if len(some) > 1 else _any(some), *none))


def _terms(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """What is true under each ABI, with one term for all of an architecture."""
    left = list(names)
    while left:
        kin = {abi.name for abi in all_abis() if abi.arch == get(left[0]).arch}
        macro = _ARCHITECTURES.get(get(left[0]).arch)
        if macro and len(kin) > 1 and kin <= set(left):
            yield (f"defined({macro})",)
            left = [name for name in left if name not in kin]
        else:
            yield _single(left.pop(0))


def _any(terms: Sequence[tuple[str, ...]]) -> str:
    return " || ".join(_all(term, inside=len(terms) > 1) for term in terms)


def _all(term: Sequence[str], *, inside: bool) -> str:
    text = " && ".join(term)
    return f"({text})" if inside and " " in text else text


def _single(name: str) -> tuple[str, ...]:
    """What is true under one ABI only."""
    if name in _TELLS_APART:
        return _TELLS_APART[name]
    abi = get(name)
    kin = [other for other in all_abis() if other.arch == abi.arch]
    wide = (_WIDTH[abi.bits],) if any(other.bits != abi.bits for other in kin) else ()
    alike = [other for other in kin if other.bits == abi.bits]
    order = (_ORDER[abi.big_endian],) if len(alike) > 1 else ()
    return (f"defined({_ARCHITECTURES[abi.arch]})", *wide, *order)
