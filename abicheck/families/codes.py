# SPDX-License-Identifier: GPL-2.0-or-later
"""This module encodes and decodes ioctl numbers as each architecture's asm/ioctl.h does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.families.evaluate import Evaluator, UnevaluatedError
from abicheck.model import ScalarKind
from abicheck.model.claims import Family, FamilyKind
from abicheck.model.decoded import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.model import Abi
    from abicheck.model.claims import Ioctl

_NR_BITS = 8
_TYPE_BITS = 8
_SIZE_AT = _NR_BITS + _TYPE_BITS
_GENERIC = ("none", "write", "read", "read/write")
_ARRAY = re.compile(r"(.+?)\s*\[([^\]]*)\]")
_FIXED = re.compile(r"(?:__)?(u|s|le|be|uint|int)(8|16|32|64)(?:_t)?")
_EXACT = {
    "8": (ScalarKind.SCHAR, ScalarKind.UCHAR),
    "16": (ScalarKind.SHORT, ScalarKind.USHORT),
    "32": (ScalarKind.INT, ScalarKind.UINT),
    "64": (ScalarKind.LLONG, ScalarKind.ULLONG),
}
_SCALARS = {
    "int": ScalarKind.INT,
    "unsigned": ScalarKind.UINT,
    "unsigned int": ScalarKind.UINT,
    "char": ScalarKind.CHAR,
    "unsigned char": ScalarKind.UCHAR,
    "short": ScalarKind.SHORT,
    "unsigned short": ScalarKind.USHORT,
    "long": ScalarKind.LONG,
    "unsigned long": ScalarKind.ULONG,
    "long long": ScalarKind.LLONG,
    "unsigned long long": ScalarKind.ULLONG,
    "size_t": ScalarKind.ULONG,
    "ssize_t": ScalarKind.LONG,
    "__kernel_size_t": ScalarKind.ULONG,
    "__kernel_ssize_t": ScalarKind.LONG,
    "__kernel_long_t": ScalarKind.LONG,
    "__kernel_ulong_t": ScalarKind.ULONG,
}
_X32_LONGS = {"__kernel_long_t": ScalarKind.LLONG, "__kernel_ulong_t": ScalarKind.ULLONG}
"""What asm/posix_types_x32.h makes of them: x32 shares the calls of the 64-bit kernel."""
any_command = Family(
    id="any.ioctl",
    title="",
    kind=FamilyKind.IOCTL,
    headers=(),
    names=r"\w+",
    magic=tuple(range(256)),
)
"""Every ioctl command that is encoded."""
plain_command = Family(
    id="plain.ioctl",
    title="",
    kind=FamilyKind.IOCTL,
    headers=(),
    names=r"(?:TC|TIOC|FIO|SIOC)[A-Z0-9_]+",
    magic=tuple(range(256)),
)
"""Commands older than the encoding: bare numbers, in headers of their own."""


def readings(number: int, abis: Iterable[Abi]) -> tuple[Reading, ...]:
    """The parts of a number, once for each way in which the ABIs encode them."""
    found: dict[tuple[str, int], list[str]] = {}
    for abi in abis:
        found.setdefault(_parts(number, abi), []).append(abi.name)
    return tuple(
        Reading(
            abis=tuple(names),
            direction=direction,
            type=number >> _NR_BITS & 0xFF,
            nr=number & 0xFF,
            size=size,
        )
        for (direction, size), names in found.items()
    )


def _parts(number: int, abi: Abi) -> tuple[str, int]:
    encoding = abi.ioctl
    direction = number >> (_SIZE_AT + encoding.size_bits)
    size = number >> _SIZE_AT & ((1 << encoding.size_bits) - 1)
    words = {
        encoding.none: "none",
        encoding.read: "read",
        encoding.write: "write",
        encoding.read | encoding.write: "read/write",
    }
    return words.get(direction, f"0x{direction:x}"), size


def encode(command: Ioctl, size: int, abi: Abi) -> int:
    """The number of a command whose payload has this many bytes."""
    if command.macro == "literal":
        code = _GENERIC.index(command.direction) << 30
        return code | (command.size or 0) << _SIZE_AT | command.type << _NR_BITS | command.nr
    encoding = abi.ioctl
    codes = {
        "none": encoding.none,
        "read": encoding.read,
        "write": encoding.write,
        "read/write": encoding.read | encoding.write,
    }
    direction = codes[command.direction] << (_SIZE_AT + encoding.size_bits)
    return direction | size << _SIZE_AT | command.type << _NR_BITS | command.nr


def split_payload(payload: str, evaluator: Evaluator) -> tuple[str, int] | None:
    """A payload's element type and how many there are; None for a count nobody can tell."""
    match = _ARRAY.fullmatch(payload)
    if match is None:
        return payload, 1
    try:
        return match.group(1), evaluator.expression(match.group(2))
    except UnevaluatedError:
        return None


def scalar_kind(name: str) -> ScalarKind | None:
    """The integer type that is written so, None for any other."""
    bare = " ".join(name.replace("signed ", "").split() if "un" not in name else name.split())
    fixed = _FIXED.fullmatch(bare)
    if fixed is not None:
        return _EXACT[fixed[2]][fixed[1] not in ("s", "int")]
    return _SCALARS.get(bare)


def scalar_size(name: str, abi: Abi) -> int | None:
    """The bytes of a scalar or pointer type as it is written; None for anything else."""
    if name.rstrip().endswith("*"):
        return abi.pointer.size
    kind = scalar_kind(name)
    if abi.name == "x32":
        kind = _X32_LONGS.get(name.strip(), kind)
    return None if kind is None else dict(abi.scalars)[kind].size
