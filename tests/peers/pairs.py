# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds a pair of small trees for each class of change that the table compares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER = "include/uapi/linux/example.h"
_TYPES = "#include <linux/types.h>\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One class of change: what its row of the table is called, and both versions."""

    name: str
    old: Mapping[str, str]
    new: Mapping[str, str]
    elsewhere: bool = False
    """The change is not in what a compiler for this machine reads of the header."""
    suppressed: bool = False
    """abidiff reports it, and the script tells it not to."""


def _pair(name: str, old: str, new: str) -> Pair:
    return Pair(name=name, old={HEADER: _TYPES + old}, new={HEADER: _TYPES + new})


def _members(*lines: str) -> str:
    return "".join(f"\t{line}\n" for line in lines)


def _struct(*lines: str) -> str:
    return f"struct example {{\n{_members(*lines)}}};\n"


_INSN = ("__u8 code;", "__u8 dst:4;", "__u8 src:4;", "__s16 off;", "__s32 imm;")
_ALIAS = "include/uapi/linux/alias.h"
_USER = "#include <linux/types.h>\n#include <linux/alias.h>\n" + _struct(
    "poll_mask_t events;", "__u64 data;"
)


def pairs() -> tuple[Pair, ...]:
    """The classes, in the order of the table."""
    return (
        _pair("a new macro", _struct("__u32 a;"), "#define EXAMPLE_NEW 1\n" + _struct("__u32 a;")),
        _pair(
            "a member changes its sign",
            _struct(*_INSN),
            _struct(*_INSN[:-1], "__u32 imm;"),
        ),
        _pair(
            "bit-fields change places",
            _struct(*_INSN),
            _struct(_INSN[0], _INSN[2], _INSN[1], *_INSN[3:]),
        ),
        Pair(
            name="a header of another architecture",
            old={"arch/arm64/include/uapi/asm/context.h": _TYPES + _struct("__u32 magic;")},
            new={
                "arch/arm64/include/uapi/asm/context.h": _TYPES
                + _struct("__u32 magic;", "__u32 size;")
            },
            elsewhere=True,
        ),
        Pair(
            name="a typedef in an included header",
            old={_ALIAS: "typedef unsigned int poll_mask_t;\n", HEADER: _USER},
            new={_ALIAS: "typedef unsigned short poll_mask_t;\n", HEADER: _USER},
        ),
        Pair(
            name="a header is removed",
            old={HEADER: _TYPES + _struct("__u32 a;"), _ALIAS: "typedef int poll_mask_t;\n"},
            new={HEADER: _TYPES + _struct("__u32 a;")},
            elsewhere=True,
        ),
        _pair(
            "a record grows at its end",
            _struct("__u64 a;"),
            _struct("__u64 a;", "__u32 b;", "__u32 c;"),
        ),
        _pair(
            "a record that begins with its size grows",
            _struct("__u32 argsz;", "__u32 flags;"),
            _struct("__u32 argsz;", "__u32 flags;", "__u64 b;"),
        ),
        _pair(
            "`[1]` becomes `[]`",
            _struct("__u32 count;", "__u32 items[1];"),
            _struct("__u32 count;", "__u32 items[];"),
        ),
        _pair(
            "a constant gets another value",
            "#define EXAMPLE_CAP 7\n" + _struct("__u32 a;"),
            "#define EXAMPLE_CAP 8\n" + _struct("__u32 a;"),
        ),
        _pair(
            "an enumerator is put before others",
            "enum example { EXAMPLE_A, EXAMPLE_C };\n",
            "enum example { EXAMPLE_A, EXAMPLE_B, EXAMPLE_C };\n",
        ),
        _pair(
            "a member is put into a hole",
            _struct("__u32 type;", "__u64 flags;"),
            _struct("__u32 type;", "__u32 ndata;", "__u64 flags;"),
        ),
        replace(
            _pair(
                "a member takes reserved bytes",
                _struct("__u32 type;", "__u32 reserved[3];"),
                _struct("__u32 type;", "__u32 mode;", "__u32 reserved[2];"),
            ),
            suppressed=True,
        ),
        _pair(
            "a comment changes",
            _struct("__u32 a;"),
            _struct("__u32 a; /* what a is */"),
        ),
    )
