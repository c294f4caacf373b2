# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells what another type makes of a member: other bytes, or other meaning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.checks.words import behind, named_type
from abicheck.layout import geometry
from abicheck.model import Array, Breaks, Pointer, Scalar, ScalarKind, Severity, Victim

if TYPE_CHECKING:
    from abicheck.checks.facts import HeaderFacts
    from abicheck.model import CType, MemberLayout, RecordLayout

_SIGNED = {
    ScalarKind.SCHAR: "signed",
    ScalarKind.SHORT: "signed",
    ScalarKind.INT: "signed",
    ScalarKind.LONG: "signed",
    ScalarKind.LLONG: "signed",
    ScalarKind.INT128: "signed",
    ScalarKind.UCHAR: "unsigned",
    ScalarKind.USHORT: "unsigned",
    ScalarKind.UINT: "unsigned",
    ScalarKind.ULONG: "unsigned",
    ScalarKind.ULLONG: "unsigned",
    ScalarKind.UINT128: "unsigned",
    ScalarKind.BOOL: "boolean",
    ScalarKind.CHAR: "char",
}
"""Everything else is a floating-point number."""
_ORDER = re.compile(r"_{0,2}(?:aligned_)?([lb]e)(?:16|32|64)")


class Retyping(Struct, frozen=True, kw_only=True):
    """What became of a member's type."""

    what: str
    """``__u32 instead of __u16``."""
    resized: bool = False
    severity: Severity = Severity.WARNING
    breaks: Breaks = Breaks.SOURCE
    victims: tuple[Victim, ...] = (Victim.SOURCE,)


def retyping(
    old: MemberLayout, new: MemberLayout, before: HeaderFacts, after: HeaderFacts
) -> Retyping | None:
    """How a member's type differs, if programs can tell; its layouts are under one ABI."""
    words = f"{_words(new)} instead of {_words(old)}"
    if _words(new) == _words(old):
        words = f"{_words(new)} is another type now"
    dimensions = [_dimensions(placed.member.type) for placed in (old, new)]
    if old.count == new.count and dimensions[0] != dimensions[1]:
        alike = len(dimensions[0]) == len(dimensions[1])
        return _meaning(words) if alike and old.bit_size == new.bit_size else Retyping(what=words)
    if old.element is not None and new.element is not None:
        return _records((old.count, new.count), old.element, new.element, words)
    if _is_open(old) or _is_open(new):
        return None
    if old.bit_size != new.bit_size:
        return Retyping(what=words, resized=True)
    if old.element is not None or new.element is not None:
        return Retyping(what=words)
    if old.count != new.count:
        return _meaning(words)
    return _scalars(
        (behind(old.member.type, before), behind(new.member.type, after)),
        (named_type(old.member.type), named_type(new.member.type)),
        words,
    )


def _dimensions(ctype: CType) -> tuple[int, ...]:
    """The bounds of an array of arrays, empty for every other type, as a typedef may hide one."""
    found = []
    while isinstance(ctype, Array):
        found.append(ctype.count or 0)
        ctype = ctype.element
    return tuple(found) if len(found) > 1 else ()


def _is_open(placed: MemberLayout) -> bool:
    """Whether it is an array without a size of its own, or one that stands for such."""
    return placed.count == 0


def _words(placed: MemberLayout) -> str:
    inner = placed.element
    if inner is not None and inner.record.name is None:
        text = f"{inner.record.kind} {{ ... }}"
    else:
        text = placed.member.type_text
    return f"{text}:{placed.member.bit_width}" if placed.member.bit_width is not None else text


def _records(
    counts: tuple[int | None, int | None], old: RecordLayout, new: RecordLayout, words: str
) -> Retyping | None:
    if counts[0] != counts[1]:
        return None if 0 in counts else Retyping(what=words, resized=True)
    was, now = old.record.name, new.record.name
    if was is None or now is None or was == now:
        return None  # what is in it is told by itself
    return None if geometry(old) == geometry(new) else _meaning(words)


def _scalars(types: tuple[CType, CType], names: tuple[str, str], words: str) -> Retyping | None:
    old, new = types
    if isinstance(old, Pointer) and isinstance(new, Pointer):
        return None if old.target == new.target else Retyping(what=words)
    if isinstance(old, Pointer) != isinstance(new, Pointer):
        return Retyping(what=words)
    if isinstance(old, Scalar) and isinstance(new, Scalar):
        was, now = signedness(old.kind), signedness(new.kind)
        if was != now:
            return _meaning(words) if "floating" in (was, now) else Retyping(what=words)
    orders = [match[1] if (match := _ORDER.fullmatch(name)) else "" for name in names]
    if orders[0] != orders[1]:
        return _meaning(words) if all(orders) else Retyping(what=words, severity=Severity.NOTE)
    return None


def signedness(kind: ScalarKind) -> str:
    """``signed``, ``unsigned``, ``boolean``, ``char`` or ``floating``."""
    return _SIGNED.get(kind, "floating")


def _meaning(words: str) -> Retyping:
    """As many bytes, which say something else."""
    return Retyping(
        what=words,
        severity=Severity.ERROR,
        breaks=Breaks.BINARY,
        victims=(Victim.OLD_PROGRAM, Victim.NEW_PROGRAM, Victim.SOURCE),
    )
