# SPDX-License-Identifier: GPL-2.0-or-later
"""This module lays out a record of the kernel's own code beside what 32-bit programs have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.abis import compat_pairs
from abicheck.layout import Layouter, layout_class
from abicheck.model import RecordLayout, is_reserved, walk
from abicheck.parse.portable import parse
from abicheck.review.twins import definitions, includes

if TYPE_CHECKING:
    from collections.abc import Hashable

    from abicheck.model import Abi
    from abicheck.parse.unit import World
    from abicheck.review.headers import ShownHeader

_INCLUDE = "abicheck/mirror.h"
_UAPI = "include/uapi/"
_TIME = re.compile(r"\b(?:timespec|timeval|itimerspec|itimerval)\b")
# include/linux/types.h and include/asm-generic/compat.h; x86 alone selects
# COMPAT_FOR_U64_ALIGNMENT.
_TYPES = """
#include <stdint.h>
#include <sys/types.h>
#include <linux/types.h>
typedef __u8 u8; typedef __u16 u16; typedef __u32 u32; typedef __u64 u64;
typedef __s8 s8; typedef __s16 s16; typedef __s32 s32; typedef __s64 s64;
typedef u32 compat_size_t; typedef s32 compat_ssize_t; typedef s32 compat_clock_t;
typedef s32 compat_pid_t; typedef u32 compat_ino_t; typedef s32 compat_off_t;
typedef s64 compat_loff_t; typedef s32 compat_timer_t; typedef s32 compat_key_t;
typedef s16 compat_short_t; typedef s32 compat_int_t; typedef s32 compat_long_t;
typedef u16 compat_ushort_t; typedef u32 compat_uint_t; typedef u32 compat_ulong_t;
typedef u32 compat_uptr_t; typedef u32 compat_caddr_t; typedef s32 old_time32_t;
typedef u32 __compat_uid32_t; typedef u32 __compat_gid32_t;
"""
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


def laid_out(world: World, file: ShownHeader, key: str) -> RecordLayout | str:
    """The layout of a record of any file under a world's ABI, or why there is none.

    What an exported header defines is taken from there, and all else from the file's own text.
    """
    bytes_ = 4 if world.abi.arch == "x86" else 8
    types = _TYPES + _ALIGNED % (bytes_, bytes_)
    if file.path.startswith(_UAPI):
        return _laid_out(world, f"{types}#include <{file.path.removeprefix(_UAPI)}>\n", key)
    own = definitions(file, key)
    exported = [f"#include <{name}>\n" for name in includes(file) if name in world.names()]
    found = _laid_out(world, types + own, key)
    return (
        _laid_out(world, types + "".join(exported) + own, key) if isinstance(found, str) else found
    )


def _laid_out(world: World, text: str, key: str) -> RecordLayout | str:
    unit = parse(_Mirror(world, text), [_INCLUDE])
    record = unit.declarations.records.get(key)
    if unit.problems or record is None:
        return unit.problems[0].message if unit.problems else f"{key} is not defined"
    found = Layouter(world.abi, unit.declarations).lay_out(record)
    return found if isinstance(found, RecordLayout) else found.reason


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
