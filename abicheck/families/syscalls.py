# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads system calls out of tables and unistd headers, and knows their ranges.

Documentation/process/adding-syscalls.rst and the tables themselves give the rules: from 424 on a
call has one number everywhere (alpha adds 110), and x86-64 keeps 335 to 386 for calls of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.model.claims import Definition

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.families.scan import HeaderText, Macro
    from abicheck.model.claims import Family

COMMON = 424
"""The first number that means the same call on every architecture."""
_ALPHA = 110
_X32 = range(512, 548)
_OWN = range(335, 387)
_HEADER_NAME = re.compile(r"__NR(?:3264)?_(\w+)")
_NUMBER = re.compile(r"\(?(\d+)\)?")
_X86_64 = "arch/x86/entry/syscalls/syscall_64.tbl"
_I386 = "arch/x86/entry/syscalls/syscall_32.tbl"
_RESERVED = {
    _X86_64: (
        (_OWN, "335 to 386 are for calls that exist on x86-64 alone"),
        (range(387, 424), "387 to 423 are not used on x86-64"),
    ),
    _I386: ((range(387, 393), "387 to 392 are not used on i386"),),
}


def syscalls(
    family: Family, texts: Sequence[HeaderText], others: Sequence[HeaderText]
) -> tuple[Definition, ...]:
    """The calls of a family: of all tables from 424 on, or of one table below.

    ``others`` are tables that show which names are calls of several architectures.
    """
    shared = {name for text in others for name, _ in _rows(text)}
    seen: dict[str, int] = {}
    for text in texts:
        for name in {name for name, _ in _rows(text)}:
            seen[name] = seen.get(name, 0) + 1
    shared |= {name for name, count in seen.items() if count > 1}
    found = [
        _definition(family, text, name, macro, shared)
        for text in texts
        for name, macro in _rows(text)
    ]
    kept = [d for d in found if d is not None]
    return tuple(sorted(kept, key=lambda d: (d.path, d.line, d.name)))


def _rows(text: HeaderText) -> Iterator[tuple[str, Macro]]:
    table = text.path.endswith(".tbl")
    for macro in text.macros:
        if table:
            yield macro.name, macro
        elif macro.params is None and (match := _HEADER_NAME.fullmatch(macro.name)):
            yield match.group(1), macro


def _definition(
    family: Family, text: HeaderText, name: str, macro: Macro, shared: set[str]
) -> Definition | None:
    match = _NUMBER.fullmatch(macro.body)
    if match is None or name in ("syscalls", "arch_specific_syscall"):
        return None
    number = int(match.group(1))
    if "/alpha/" in text.path and number >= COMMON + _ALPHA:
        number -= _ALPHA
    elif "/alpha/" in text.path and number >= COMMON:
        number = -number
    misplaced = next(
        (
            reason
            for numbers, reason in _RESERVED.get(text.path, ())
            if number in numbers and (name in shared or numbers is not _OWN)
        ),
        None,
    )
    common = (number >= COMMON and number not in _X32) or misplaced is not None
    if (family.floor >= COMMON) != common:
        return None
    return Definition(
        name=name,
        number=abs(number),
        path=text.path,
        line=macro.line,
        text=macro.body,
        condition=macro.condition,
        misplaced=misplaced,
    )
