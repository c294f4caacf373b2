# SPDX-License-Identifier: GPL-2.0-or-later
"""This module knows names and types by their words, and makes up new members."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.checks.once import once
from abicheck.model import Array, TypedefRef, walk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.checks.facts import HeaderFacts
    from abicheck.model import CType, RecordLayout


_FIXED = re.compile(r"\b__([us])(8|16|32|64)\b")
_PLAIN = {"8": "char", "16": "short", "32": "int", "64": "long long"}
"""By bits: the type of C that has so many under every ABI."""


def behind(ctype: CType, header: HeaderFacts) -> CType:
    """The type without its array bounds and typedefs, under the header's first ABI."""
    found = ctype
    for _ in range(8):
        if isinstance(found, Array):
            found = found.element
        elif isinstance(found, TypedefRef) and found.name in header.types:
            found = header.types[found.name]
        else:
            break
    return found


def named_type(ctype: CType) -> str:
    """The typedef that a member or its elements are declared with, "" without one."""
    while isinstance(ctype, Array):
        ctype = ctype.element
    return ctype.name if isinstance(ctype, TypedefRef) else ""


def spelled(type_text: str) -> str:
    """A type's spelling without its array bounds: ``__u32`` of ``__u32 [4]``."""
    return type_text.partition("[")[0].partition("(unnamed")[0].strip()


def short(name: str) -> str:
    """A record's name without ``struct`` or ``union``."""
    return name.rpartition(" ")[2]


def free_names(layout: RecordLayout, count: int) -> tuple[str, ...]:
    """So many names for reserved members that the record does not use yet."""
    taken = _taken(layout)
    if count == 1 and not {"reserved", "pad"} & taken:
        return ("reserved",)
    names: Iterable[str] = (f"reserved{number}" for number in range(count + len(taken) + 1))
    free = [name for name in names if name not in taken]
    return tuple(free[:count])


@once(64)
def _taken(layout: RecordLayout) -> frozenset[str | None]:
    return frozenset(leaf.placed.member.name for leaf in walk(layout))


def filler(size: int, offset: int, name: str) -> str:
    """The declaration of a member that fills bytes at an offset."""
    if size in (1, 2, 4, 8) and offset % size == 0:
        return f"__u{size * 8} {name};"
    return f"__u8 {name}[{size}];"


def worded(header: HeaderFacts, text: str) -> str:
    """The text with types that a header has, where it has never heard of ``__u32`` and its like."""

    def known(words: Iterable[str]) -> bool:
        return any(header.around.mentions(word, len(header.lines) + 1) for word in words)

    if not _FIXED.search(text) or known(f"__u{bits}" for bits in _PLAIN):
        return text
    if known(f"uint{bits}_t" for bits in _PLAIN):
        return _FIXED.sub(lambda found: f"{found[1].replace('s', '')}int{found[2]}_t", text)
    signs = {"u": "unsigned", "s": "signed"}
    return _FIXED.sub(lambda found: f"{signs[found[1]]} {_PLAIN[found[2]]}", text)


def unit_bytes(type_text: str) -> int:
    """The size of a bit-field's declared type, as far as its spelling tells."""
    for digits in ("64", "32", "16", "8"):
        if digits in type_text:
            return int(digits) // 8
    for word, size in (("char", 1), ("short", 2), ("long long", 8)):
        if word in type_text:
            return size
    return 4


def amount(bits: int) -> str:
    """``3 bytes``, or ``31 bits`` where they are no whole bytes."""
    size, unit = (bits, "bit") if bits % 8 else (bits // 8, "byte")
    return f"{size} {unit}{'s' * (size != 1)}"
