# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a compiler is known to contradict the engine, and why; this module holds nothing else.

Each entry is shown to the compiler in every run: one that no longer differs fails, so that the
list cannot outlive its reasons.
"""

from __future__ import annotations

from dataclasses import dataclass

from abicheck.model import Member, Record, Scalar, ScalarKind, Span, TypedefRef

_SPAN = Span("known.c", 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A record that a clang under some target lays out otherwise than GCC under the ABI."""

    abi: str
    triple: str
    flags: tuple[str, ...] = ()
    record: Record
    reason: str
    libclang: bool = False
    """It is libclang that differs; a whole clang is newer and may not."""


def _record(*members: Member, pack: int | None = None) -> Record:
    return Record(kind="struct", name="struct r", members=members, pack=pack, span=_SPAN)


def _member(name: str | None, kind: ScalarKind, width: int | None = None) -> Member:
    return Member(name=name, type=Scalar(kind), type_text="", bit_width=width, span=_SPAN)


_AFTER_CHAR = _record(_member("a", ScalarKind.CHAR), _member("b", ScalarKind.ULLONG))
_OVER_ALIGNED = _record(
    *(
        Member(name=name, type=TypedefRef("wide"), type_text="", bit_width=3, span=_SPAN)
        for name in ("a", "b")
    ),
)
"""``wide`` is an unsigned int aligned to 16."""
_ALIGNED_PACKED = _record(
    _member("a", ScalarKind.UINT, 1),
    Member(
        name="b", type=Scalar(ScalarKind.UINT), type_text="", bit_width=1, aligned=2, span=_SPAN
    ),
    pack=1,
)

KNOWN = (
    Disagreement(
        abi="m68k",
        triple="m68k-linux-gnu",
        record=_AFTER_CHAR,
        reason="clang aligns __u64 to 8 on m68k; GCC aligns nothing beyond 2.",
    ),
    Disagreement(
        abi="sparc",
        triple="sparc-linux-gnu",
        record=_record(_member("a", ScalarKind.CHAR), _member("b", ScalarKind.LDOUBLE)),
        reason="libclang's long double has 8 bytes on 32-bit SPARC; GCC's for Linux has 16.",
        libclang=True,
    ),
    Disagreement(
        abi="arc",
        triple="arc-linux-gnu",
        record=_record(_member(None, ScalarKind.UINT, 3)),
        reason="clang lets unnamed bit-fields align their record on ARC; GCC does not.",
    ),
    Disagreement(
        abi="arm-oabi",
        triple="arm-linux-gnu",
        flags=("-target-abi", "apcs-gnu"),
        record=_record(_member("a", ScalarKind.CHAR)),
        reason="clang knows no STRUCTURE_SIZE_BOUNDARY of the old ABI.",
    ),
    Disagreement(
        abi="xtensa",
        triple="xtensa-linux",
        record=_record(_member(None, ScalarKind.INT, 1)),
        reason="clang lets unnamed bit-fields align their record on Xtensa; GCC does not.",
    ),
    *(
        Disagreement(
            abi="x86_64",
            triple="x86_64-linux-gnu",
            record=record,
            reason=f"{what}: marked as compiler-dependent, and GCC's layout is given.",
        )
        for record, what in (
            (_OVER_ALIGNED, "A bit-field of an over-aligned typedef"),
            (_ALIGNED_PACKED, "'aligned' on a bit-field under '#pragma pack'"),
        )
    ),
)
