# SPDX-License-Identifier: GPL-2.0-or-later
"""What to ask a compiler about a record, and what the engine says; this module compares the two."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from abicheck.model import Array, RecordLayout, Undecided

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abicheck.layout import Layouter
    from abicheck.model import CType, Record

_DIRECTIVE = re.compile(r"\s+\.([\w.]+)\s+(.*)")
_BLANK = {"zero", "space", "skip", "block", "blockz", "ds.b"}
_BYTE = {"byte", "dc.b"}
_GLOBAL = re.compile(r"^@v_(\d+) = .*? \[\d+ x i32\] \[(.*?)\]", re.MULTILINE)
_PROBE = re.compile(r"^(?:v|b)_\d+(?:_\d+)?:")


@dataclass(frozen=True, slots=True)
class Question:
    """One number about a record: a designator for the compiler, our answer in bits."""

    what: str
    expression: str
    """C for the answer in bytes; for a bit-field the initialiser that sets all its bits."""
    answer: int
    width: int = 0
    """The width of a bit-field; 0 for what is none."""


@dataclass(slots=True)
class Probe:
    """The questions about one record."""

    record: Record
    name: str
    questions: list[Question] = field(default_factory=list)
    bits: list[Question] = field(default_factory=list)


def probe(record: Record, layout: RecordLayout) -> Probe:
    """Every question the C language lets us ask about a record and its unnamed inner records."""
    assert record.name is not None
    found = Probe(record, record.name)
    found.questions += [
        Question("sizeof", f"sizeof({record.name})", layout.bit_size),
        Question("alignof", f"__alignof__({record.name})", layout.bit_align),
    ]
    _ask(found, layout, "", 0)
    return found


def _ask(found: Probe, layout: RecordLayout, prefix: str, start: int) -> None:
    for placed in layout.members:
        member, at = placed.member, start + placed.bit_offset
        path = prefix + (member.name or "")
        if member.bit_width is not None:
            if member.name:
                ones = f"{{ .{path} = -1 }}"
                found.bits.append(Question(path, ones, at, placed.bit_size))
            continue
        if member.name:
            offset = f"__builtin_offsetof({found.name}, {path})"
            found.questions.append(Question(path, offset, at))
        inner = placed.element
        if inner is not None and inner.record.name is None and placed.count != 0:
            index = "[0]" * _dimensions(member.type)
            _ask(found, inner, f"{path}{index}." if member.name else prefix, at)


def _dimensions(ctype: CType) -> int:
    return 1 + _dimensions(ctype.element) if isinstance(ctype, Array) else 0


def probe_text(probes: Sequence[Probe]) -> str:
    """C whose data answers the probes: every number plus one, so that none is left to .bss."""
    lines = []
    for index, one in enumerate(probes):
        numbers = ", ".join(f"1 + (int){q.expression}" for q in one.questions)
        lines.append(f"int v_{index}[] = {{ {numbers} }};\n")
        lines += [f"{one.name} b_{index}_{i} = {q.expression};\n" for i, q in enumerate(one.bits)]
    return "".join(lines)


class Answers(Protocol):
    """What a compiler said to the probes of one text."""

    def numbers(self, index: int, count: int) -> list[int]:
        """The answers to a probe's questions, in bytes."""

    def first_bit(self, index: int, field: int) -> int | None:
        """Where a bit-field starts, in bits; None where this compiler cannot be asked."""


def differences(probes: Sequence[Probe], answers: Answers) -> list[str]:
    """One sentence for each number in which the compiler contradicts us."""
    found = []
    for index, one in enumerate(probes):
        values = answers.numbers(index, len(one.questions))
        found += [
            f"{one.name} {q.what}: {q.answer // 8}, the compiler says {value}"
            for q, value in zip(one.questions, values, strict=True)
            if q.answer != value * 8
        ]
        for i, q in enumerate(one.bits):
            start = answers.first_bit(index, i)
            if start not in {None, q.answer}:
                found.append(f"{one.name} {q.what}: bit {q.answer}, the compiler says {start}")
    return found


class Assembly:
    """Answers read from the data directives of GCC's assembly text."""

    def __init__(self, text: str, *, big_endian: bool) -> None:
        self._big_endian = big_endian
        self._blocks: dict[str, list[tuple[str, str]]] = {}
        current: list[tuple[str, str]] | None = None
        for line in text.splitlines():
            if line and not line[0].isspace():
                current = self._blocks.setdefault(line[:-1], []) if _PROBE.match(line) else None
            elif current is not None and (match := _DIRECTIVE.match(line)):
                current.append((match[1], match[2]))

    def numbers(self, index: int, count: int) -> list[int]:
        """The answers to a probe's questions, in bytes."""
        block = self._blocks[f"v_{index}"]
        return [int(text.split()[0], 0) - 1 for _, text in islice(block, count)]

    def first_bit(self, index: int, field: int) -> int:
        """Where a bit-field starts, in bits: the first bit that is set in its data."""
        at = 0
        for directive, text in self._blocks[f"b_{index}_{field}"]:
            value = int(text.split()[0].split(",")[0], 0)
            if directive in _BLANK:
                at += value * 8
                continue
            if directive not in _BYTE:
                assert value, f"unexpected .{directive} {text}"
                return at  # a whole storage unit of ones
            if value := value & 0xFF:
                lowest = (value & -value).bit_length() - 1
                return at + (8 - value.bit_length() if self._big_endian else lowest)
            at += 8
        raise AssertionError("a bit-field's data is all zero")


class Ir:
    """Answers read from clang's IR; it does not tell where bit-fields are."""

    def __init__(self, text: str) -> None:
        self._values = {
            int(index): [int(number) - 1 for number in re.findall(r"i32 (\d+)", values)]
            for index, values in _GLOBAL.findall(text)
        }

    def numbers(self, index: int, count: int) -> list[int]:
        """The answers to a probe's questions, in bytes."""
        found = self._values[index]
        assert len(found) == count
        return found

    def first_bit(self, index: int, field: int) -> None:
        """Nothing."""


def own_offsets(layout: RecordLayout) -> dict[str, int]:
    """Each named member's offset in bits within the record that declares it.

    Records without a name of their own are entered; member names must be unique among them.
    """
    found = {}
    for placed in layout.members:
        if placed.member.name:
            found[placed.member.name] = placed.bit_offset
        if placed.element is not None and placed.element.record.name is None:
            found |= own_offsets(placed.element)
    return found


def probes_of(records: Iterable[Record], layouter: Layouter) -> list[Probe]:
    """The probes of all records that have a layout."""
    found = []
    for record in records:
        layout = layouter.lay_out(record)
        if not isinstance(layout, Undecided):
            found.append(probe(record, layout))
    return found
