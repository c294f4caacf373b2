# SPDX-License-Identifier: GPL-2.0-or-later
"""This module lays out a record of the kernel's own code beside what 32-bit programs have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.abis import compat_pairs
from abicheck.layout import Layouter, layout_class
from abicheck.model import RecordLayout, is_reserved, walk
from abicheck.parse.portable import parse
from abicheck.review.kernel import KernelWorld
from abicheck.review.twins import company, definitions, includes

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from abicheck.model import Abi, CType, Declarations
    from abicheck.parse.unit import Unit, World
    from abicheck.review.headers import ShownHeader
    from abicheck.vcs.tree import Tree

_INCLUDE = "abicheck/mirror.h"
_UAPI = "include/uapi/"
_WORD = re.compile(r"\w+")
_TIME = re.compile(r"\b(?:timespec|timeval|itimerspec|itimerval)\b")
# include/linux/types.h and include/asm-generic/compat.h; x86 alone selects
# COMPAT_FOR_U64_ALIGNMENT.
_SYSTEM = """
#include <stdint.h>
#include <sys/types.h>
#include <linux/types.h>
"""
# The part of it that most twins do with: parsing the rest takes a hundred times as long.
_BASIC = """
typedef unsigned char __u8; typedef signed char __s8; typedef unsigned short __u16;
typedef short __s16; typedef unsigned int __u32; typedef int __s32;
typedef unsigned long long __u64; typedef long long __s64;
typedef __u8 uint8_t; typedef __s8 int8_t; typedef __u16 uint16_t; typedef __s16 int16_t;
typedef __u32 uint32_t; typedef __s32 int32_t; typedef __u64 uint64_t; typedef __s64 int64_t;
typedef __u16 __be16; typedef __u32 __be32; typedef __u64 __be64;
typedef __u16 __le16; typedef __u32 __le32; typedef __u64 __le64;
"""
_TYPES = """
typedef __u8 u8; typedef __u16 u16; typedef __u32 u32; typedef __u64 u64;
typedef __s8 s8; typedef __s16 s16; typedef __s32 s32; typedef __s64 s64;
typedef u32 compat_size_t; typedef s32 compat_ssize_t; typedef s32 compat_clock_t;
typedef s32 compat_pid_t; typedef u32 compat_ino_t; typedef s32 compat_off_t;
typedef s64 compat_loff_t; typedef s32 compat_timer_t; typedef s32 compat_key_t;
typedef s16 compat_short_t; typedef s32 compat_int_t; typedef s32 compat_long_t;
typedef u16 compat_ushort_t; typedef u32 compat_uint_t; typedef u32 compat_ulong_t;
typedef u32 compat_uptr_t; typedef u32 compat_caddr_t; typedef s32 old_time32_t;
typedef u32 __compat_uid32_t; typedef u32 __compat_gid32_t; typedef s32 compat_daddr_t;
typedef u32 compat_aio_context_t; typedef u32 compat_old_sigset_t; typedef u32 compat_sigset_word;
typedef struct { int val[2]; } compat_fsid_t;
"""
# arch/*/include/asm/compat.h: the architectures where such a type has 16 bits and not 32.
_SHORT = {
    "compat_dev_t": ("x86", "s390", "sparc"),
    "compat_mode_t": ("x86", "arm64", "parisc", "s390", "sparc"),
    "compat_ipc_pid_t": ("x86", "arm64", "parisc", "powerpc", "s390", "sparc"),
    "compat_nlink_t": ("x86", "parisc", "powerpc", "s390", "sparc"),
    "__compat_uid_t": ("x86", "arm64", "s390", "sparc"),
    "__compat_gid_t": ("x86", "arm64", "s390", "sparc"),
}
_ALIGNED = """
typedef s64 __attribute__((aligned(%d))) compat_s64;
typedef u64 __attribute__((aligned(%d))) compat_u64;
"""


class _Mirror:
    """A world with one header more."""

    def __init__(self, world: World, text: str) -> None:
        self._world = world
        self._text = text.encode()
        self.abi = world.abi
        self.arguments = world.arguments
        self.has_asm = world.has_asm

    @property
    def identity(self) -> Hashable:
        return self._world.identity, self._text

    def text(self, include: str) -> bytes | None:
        return self._text if include == _INCLUDE else self._world.text(include)

    def origin(self, include: str) -> str:
        return include if include == _INCLUDE else self._world.origin(include)

    def names(self) -> frozenset[str]:
        return frozenset({*self._world.names(), _INCLUDE})

    def prelude(self, include: str) -> tuple[str, ...]:
        return () if include == _INCLUDE else self._world.prelude(include)


class Mirrors:
    """Lays out records of any file; what was parsed for one is not parsed for another."""

    def __init__(self, tree: Tree) -> None:
        """``tree`` is where the kernel's own headers are, if it has them."""
        self._tree = tree
        self._worlds: dict[Hashable, KernelWorld] = {}
        self._units: dict[Hashable, Unit] = {}
        self._texts: dict[Hashable, dict[str, str]] = {}

    def laid_out(self, world: World, file: ShownHeader, key: str) -> RecordLayout | str:
        """The layout of a record of any file under a world's ABI, or why there is none.

        What an exported header defines is taken from there, and all else from the file's own text.
        """
        types = _types(world.abi.arch)
        if file.path.startswith(_UAPI):
            header = f"#include <{file.path.removeprefix(_UAPI)}>\n"
            return self._laid_out(world, f"{_SYSTEM}{types}{header}", key)
        own = definitions(file, key)
        first = self._laid_out(world, _BASIC + types + self._together(file, key), key)
        if isinstance(first, RecordLayout):
            return first
        names = world.names()
        exported = "".join(f"#include <{name}>\n" for name in includes(file) if name in names)
        found: RecordLayout | str = ""
        for text in dict.fromkeys((_BASIC + types, _SYSTEM + types, _SYSTEM + types + exported)):
            found = self._laid_out(world, text + own, key)
            if isinstance(found, RecordLayout):
                return found
        return self._inside(world, file, own, key) or found

    def _inside(
        self, world: World, file: ShownHeader, own: str, key: str
    ) -> RecordLayout | str | None:
        """The same with the kernel's own headers; None where there are none that it needs."""
        known = world.abi.name, world.identity
        inner = self._worlds.setdefault(known, KernelWorld(world, self._tree))
        text = inner.needed(file, includes(file), frozenset(_WORD.findall(own)))
        if not text:
            return None
        whole = "" if file.path.startswith("include/") else own
        return self._laid_out(inner, f"{_SYSTEM}{_types(world.abi.arch)}{text}{whole}", key)

    def _together(self, file: ShownHeader, key: str) -> str:
        """The definitions of a record and of those that will be asked for next."""
        known = (file.path, file.content)
        if key not in self._texts.setdefault(known, {}):
            keys = company(file, key)
            self._texts[known] |= dict.fromkeys(keys, definitions(file, *keys))
        return self._texts[known][key]

    def _laid_out(self, world: World, text: str, key: str) -> RecordLayout | str:
        unit = self._unit(world, text)
        record = unit.declarations.records.get(key)
        if unit.problems or record is None:
            return unit.problems[0].message if unit.problems else f"{key} is not defined"
        found = Layouter(world.abi, unit.declarations).lay_out(record)
        return found if isinstance(found, RecordLayout) else found.reason

    def _unit(self, world: World, text: str) -> Unit:
        known = (world.identity, world.abi.name, text)
        if known not in self._units:
            self._units[known] = parse(_Mirror(world, text), [_INCLUDE], _measure)
        return self._units[known]


def _measure(abi: Abi, declarations: Declarations) -> Callable[[CType], tuple[int, int] | None]:
    return Layouter(abi, declarations).size_of


def _types(arch: str) -> str:
    """The declarations of types that twins are written with, as an architecture has them."""
    aligned = 4 if arch == "x86" else 8
    sized = (
        f"typedef {'u16' if arch in short else 'u32'} {name};\n" for name, short in _SHORT.items()
    )
    return _TYPES + _ALIGNED % (aligned, aligned) + "".join(sized)


def difference(twin: RecordLayout, native: RecordLayout) -> str:
    """How a twin differs from what 32-bit programs have; "" where it does not, or may not.

    Members are matched by their names; those that only one of the two has are left to the sizes.
    A program's time may have 32 or 64 bits, and the end of a record before a flexible array is
    no end.
    """
    programs = {leaf.path: leaf for leaf in walk(native) if leaf.placed.member.name}
    if any(_TIME.search(leaf.placed.member.type_text) for leaf in programs.values()):
        return ""
    for leaf in walk(twin):
        other, name = programs.get(leaf.path), leaf.placed.member.name
        if other is None or not name or is_reserved(name):
            continue
        if leaf.bit_offset != other.bit_offset:
            there = other.bit_offset // 8
            return f"{leaf.path} is at {leaf.bit_offset // 8}, and programs have it at {there}"
        size, there = leaf.placed.bit_size, other.placed.bit_size
        if size != there and leaf.placed.element is None:
            return f"{leaf.path} has {size // 8} bytes, and programs have {there // 8}"
    is_open = any(not leaf.placed.bit_size for leaf in walk(twin))
    if twin.size != native.size and not is_open:
        return f"it has {twin.size} bytes, and programs have {native.size}"
    return ""


def pairs(path: str) -> tuple[tuple[Abi, Abi], ...]:
    """The (32-bit, 64-bit) pairs that a file's code serves, one of each kind.

    x32 is none of them: most of its calls take 64-bit records, and the others have records of
    their own.
    """
    parts = path.split("/")
    arch = parts[1] if parts[0] == "arch" else None
    found: dict[Hashable, tuple[Abi, Abi]] = {}
    for narrow, wide in compat_pairs():
        if narrow.name != "x32" and arch in (None, wide.arch):
            kind = (layout_class(narrow), layout_class(wide), wide.arch == "x86")
            found.setdefault(kind, (narrow, wide))
    return tuple(found.values())
