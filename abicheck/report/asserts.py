# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes the C that freezes records: assertions that hold while nothing moves.

What all ABIs agree about stands first, the rest under ``#if``; under an ABI that was not laid out
nothing is asserted. Bit-fields have no offset in C: the members around them speak for them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.abis import all_abis
from abicheck.report.conditions import condition
from abicheck.report.names import describe
from abicheck.report.printable import printable
from abicheck.report.spelling import dimensions_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abicheck.model import LayoutReport, MemberLayout, RecordAcross, RecordLayout


class _Fact(Struct, frozen=True):
    """An equation in C, and what a compiler should say when it no longer holds."""

    equation: tuple[str, int]
    message: str


def static_asserts(report: LayoutReport) -> str:
    """A ``_Static_assert`` per fact at file scope; only the records' own header is needed."""

    def assertion(fact: _Fact) -> str:
        left, right = fact.equation
        gap = " " if len(left) + len(fact.message) < 70 else "\n\t"
        return f'_Static_assert({left} == {right},{gap}"{fact.message}");'

    chunks = [
        "\n".join(_guarded(record, lambda each: _lines(each, "__builtin_offsetof", assertion)))
        for record in report.records
        if record.groups
    ]
    return _document(report, chunks)


def build_bugs(report: LayoutReport) -> str:
    """The same as ``BUILD_BUG_ON`` in a function per record, for a C file of the kernel."""

    def assertion(fact: _Fact) -> str:
        left, right = fact.equation
        return f"\tBUILD_BUG_ON({left} != {right});"

    def function(record: RecordAcross) -> Iterator[str]:
        yield f"static void __maybe_unused check_{re.sub(r'[^0-9A-Za-z]+', '_', record.name)}(void)"
        yield "{"
        yield from _lines(record, "offsetof", assertion)
        yield "}"

    chunks = ["\n".join(_guarded(record, function)) for record in report.records if record.groups]
    return _document(report, chunks)


def _document(report: LayoutReport, chunks: list[str]) -> str:
    head = f"/* Frozen by abicheck: {_comment(report.source)}. */"
    return "\n\n".join((head, *chunks)) + "\n"


def _guarded(record: RecordAcross, body: Callable[[RecordAcross], Iterator[str]]) -> Iterator[str]:
    """The record's text, under ``#if`` where some ABI of the table is not in it."""
    here = _present(record)
    everywhere = tuple(abi.name for abi in all_abis())
    yield f"/* {_comment(record.name)}, {_comment(record.path)}:{record.line} */"
    if len(here) == len(everywhere):
        yield from body(record)
        return
    yield _broken(f"#if {condition(here, everywhere)}")
    yield from body(record)
    yield "#endif"


def _lines(record: RecordAcross, offsetof: str, assertion: Callable[[_Fact], str]) -> Iterator[str]:
    here = _present(record)
    tables = [list(_facts(record.name, group.layout, offsetof)) for group in record.groups]
    agreed = set.intersection(*map(set, tables))
    yield from (assertion(fact) for fact in tables[0] if fact in agreed)
    if len(tables) == 1:
        return
    keyword, left = "#if", list(here)
    branches = sorted(
        zip(record.groups, tables, strict=True), key=lambda branch: len(branch[0].abis)
    )
    for group, table in branches:
        name = describe(group.abis, here)
        test = (
            _broken(f"{keyword} {condition(group.abis, left)}") if keyword != "#else" else keyword
        )
        yield f"{test} /* {name} */"
        yield from (assertion(fact) for fact in table if fact not in agreed)
        left = [abi for abi in left if abi not in group.abis]
        keyword = "#elif" if len(left) > len(branches[-1][0].abis) else "#else"
    yield "#endif"


def _broken(directive: str) -> str:
    """A preprocessor line of at most a hundred columns, continued where it is longer."""
    lines = [""]
    for part in re.split(r" (?=\|\||&&)", directive):
        if len(lines[-1]) + len(part) > 88:
            lines.append("")
        lines[-1] += f" {part}" if lines[-1] else part
    return " \\\n\t".join(lines)


def _present(record: RecordAcross) -> tuple[str, ...]:
    found = {abi for group in record.groups for abi in group.abis}
    return tuple(abi.name for abi in all_abis() if abi.name in found)


def _facts(name: str, layout: RecordLayout, offsetof: str) -> Iterator[_Fact]:
    """Size and alignment of the record, then the place and size of each member that has them."""
    outer, _, inner = name.partition(".")
    whole = f"(({outer} *)0)->{inner}" if inner else outer
    align = f"__alignof__({whole})" if inner else f"_Alignof({outer})"
    yield _Fact((f"sizeof({whole})", layout.size), f"{name}: size {layout.size}")
    yield _Fact((align, layout.align), f"{name}: alignment {layout.align}")
    for path, bit_offset, placed in _reachable(layout, inner, 0):
        offset, size = bit_offset // 8, placed.bit_size // 8
        place = f"{offsetof}({outer}, {path})"
        if inner:
            place = f"{place} - {offsetof}({outer}, {inner})"
        said = f"{outer}.{path}"
        yield _Fact((place, offset), f"{said}: offset {offset}")
        if placed.count != 0:
            yield _Fact((f"sizeof((({outer} *)0)->{path})", size), f"{said}: size {size}")


def _reachable(
    layout: RecordLayout, prefix: str, start: int
) -> Iterator[tuple[str, int, MemberLayout]]:
    """(path, bit offset, member) of all that ``offsetof`` can name in the record's own body.

    Records with a name of their own are frozen by themselves.
    """
    for placed in layout.members:
        member, offset = placed.member, start + placed.bit_offset
        if member.bit_width is not None:
            continue
        path = f"{prefix}.{member.name}" if prefix and member.name else member.name or prefix
        if member.name:
            yield path, offset, placed
        inner = placed.element
        if inner is not None and inner.record.name is None:
            first = "[0]" * dimensions_of(member.type_text).count("[")
            yield from _reachable(inner, f"{path}{first}", offset)


def _comment(text: str) -> str:
    """Text that cannot end the comment it stands in."""
    return printable(text).replace("*/", "* /")
