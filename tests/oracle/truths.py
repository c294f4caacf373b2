# SPDX-License-Identifier: GPL-2.0-or-later
"""Sizes and offsets that kernel developers wrote down; this module reads them from C files.

``BUILD_BUG_ON(sizeof(struct x) != 8)`` and ``static_assert`` are truths no compiler of ours had a
hand in. An assertion about anything but exported records and numbers is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abicheck.layout import Layouter
from abicheck.model import RecordLayout, RecordRef, walk
from abicheck.parse import libclang
from abicheck.parse.constants import (
    Scope,
    UnknownValueError,
    Widths,
    evaluate,
    parse_expression,
)
from abicheck.parse.extract import Memo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abicheck.export import World
    from abicheck.parse.unit import Unit

BATCH = 48
_ASSERTION = re.compile(r"\b(BUILD_BUG_ON(?:_MSG)?|_?[sS]tatic_assert|BUILD_BUG_SQE_ELEM)\s*\(")
_MESSAGE = re.compile(r',\s*"[^"]*"\s*$')
_TYPE = r"((?:struct |union )?\w+)"
_OFFSET = re.compile(rf"\b(offsetof|offsetofend)\s*\(\s*{_TYPE}\s*,\s*([\w.]+)\s*\)")
_FIELD = re.compile(rf"\b(?:sizeof_field|FIELD_SIZEOF)\s*\(\s*{_TYPE}\s*,\s*([\w.]+)\s*\)")
_SIZE = re.compile(rf"\bsizeof\s*\(\s*{_TYPE}\s*\)")
_MACRO = re.compile(rb"^#\s*define\s+(si_\w+|_\w+)\s+([A-Za-z_][\w.]*)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Truth:
    """One assertion: a condition in C that is ``holds``."""

    path: str
    line: int
    condition: str
    holds: bool


def truths(root: Path) -> Iterator[Truth]:
    """The assertions about sizes and offsets in the C files of a kernel tree."""
    for top in ("arch", "block", "drivers", "fs", "include", "io_uring", "kernel", "mm", "net"):
        for path in sorted((root / top).rglob("*.[ch]")):
            data = path.read_bytes()
            if b"BUILD_BUG_" in data or b"static_assert" in data:
                yield from _in_file(
                    path.relative_to(root).as_posix(), data.decode(errors="replace")
                )


def _in_file(path: str, text: str) -> Iterator[Truth]:
    for match in _ASSERTION.finditer(text):
        inside = " ".join(_to_closing(text, match.end()).split())
        line = text.count("\n", 0, match.start()) + 1
        if match[1] == "BUILD_BUG_SQE_ELEM":
            offset, _, name = (part.strip() for part in (inside + ",,").split(",")[:3])
            yield Truth(path, line, f"offsetof(struct io_uring_sqe, {name}) == {offset}", True)
        elif "sizeof" in inside or "offsetof" in inside:
            condition = _MESSAGE.sub("", inside)
            yield Truth(path, line, condition, "assert" in match[1].lower())


def _to_closing(text: str, start: int) -> str:
    depth = 1
    for at in range(start, min(len(text), start + 2000)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if not depth:
            return text[start:at]
    return ""


@dataclass(slots=True)
class Knowledge:
    """The exported records of one world, laid out, by the names that C files use."""

    world: World
    layouts: dict[str, RecordLayout] = field(default_factory=dict)
    macros: dict[str, str] = field(default_factory=dict)
    offsets: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World) -> Knowledge:
        """What the headers of a world say."""
        known, memo = cls(world), Memo()
        headers = [header.include for header in world.headers()]
        for start in range(0, len(headers), BATCH):
            known._learn(headers[start : start + BATCH], memo)
        for name in ("asm-generic/siginfo.h", "asm/siginfo.h"):
            found = _MACRO.findall(world.text(name) or b"")
            known.macros |= {key.decode(): value.decode() for key, value in found}
        return known

    def _learn(self, includes: list[str], memo: Memo) -> None:
        names = [name for one in includes for name in (*self.world.prelude(one), one)]
        unit = libclang.parse(
            self.world, list(dict.fromkeys(names)), lambda a, d: Layouter(a, d).size_of, memo
        )
        if unit.problems and len(includes) > 1:
            middle = len(includes) // 2
            self._learn(includes[:middle], memo)
            self._learn(includes[middle:], memo)
        elif not unit.problems:
            self._add(unit)

    def _add(self, unit: Unit) -> None:
        layouter = Layouter(self.world.abi, unit.declarations)
        for record in (record for records in unit.records.values() for record in records):
            layout = layouter.lay_out(record)
            if isinstance(layout, RecordLayout) and record.name:
                self.layouts.setdefault(record.name, layout)
        for typedef in unit.declarations.typedefs.values():
            if isinstance(typedef.type, RecordRef) and typedef.type.key in self.layouts:
                self.layouts.setdefault(typedef.name, self.layouts[typedef.type.key])

    def holds(self, condition: str) -> bool | None:
        """Whether the condition holds; None where it is about more than exported records."""
        try:
            text = _OFFSET.sub(lambda m: str(self._offset(m[1], m[2], m[3])), condition)
            text = _FIELD.sub(lambda m: str(self._member(m[1], m[2])[1]), text)
            text = _SIZE.sub(lambda m: str(self._layout(m[1]).size), text)
            return bool(evaluate(parse_expression(text), Scope(Widths.of(self.world.abi))).value)
        except (KeyError, UnknownValueError):
            return None

    def _layout(self, name: str) -> RecordLayout:
        # What a 64-bit kernel calls compat is the 32-bit ABI's own.
        return self.layouts["siginfo_t" if name == "compat_siginfo_t" else name]

    def _offset(self, operator: str, name: str, path: str) -> int:
        offset, size = self._member(name, path)
        return offset + size * (operator == "offsetofend")

    def _member(self, name: str, path: str) -> tuple[int, int]:
        """Offset and size of a member in bytes."""
        if name not in self.offsets:
            self.offsets[name] = {
                leaf.path: (leaf.bit_offset // 8, leaf.placed.bit_size // 8)
                for leaf in walk(self._layout(name))
                if leaf.placed.member.name and leaf.placed.member.bit_width is None
            }
        parts = [self._expanded(part) for part in path.split(".")]
        return self.offsets[name][".".join(parts)]

    def _expanded(self, name: str) -> str:
        for _ in range(8):
            if name not in self.macros:
                break
            name = self.macros[name]
        return name
