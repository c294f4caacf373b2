# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads a header's text around a member, to say what to write there instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.checks.once import once
from abicheck.model import Array, Edit, InlineRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import HeaderFacts
    from abicheck.model import Member, MemberLayout, Record, RecordLayout

_NOISE = re.compile(
    r"""/\*.*?(?:\*/|\Z)|//(?:[^\n\\]+|\\\n?)*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""", re.DOTALL
)
_COMMENT = re.compile(r"[ \t]*/\*.*?\*/")
_INDENT = re.compile(r"[ \t]*")
_WORD = re.compile(r"[A-Za-z_]\w*")
_FARTHEST = 4000
"""Lines in which a body that began must end; the longest of Linux 6.19 has some 700."""


class Code(Struct, frozen=True):
    """A header's lines with comments and strings blanked, column for column."""

    lines: tuple[str, ...]
    inside: frozenset[int]
    """Lines, counted from 1, that begin inside a comment."""

    def line(self, number: int) -> str:
        """The line, counted from 1; empty beyond the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def words(self, first: int, last: int) -> Iterator[str]:
        """The identifiers from one line to another."""
        for number in range(first, last + 1):
            yield from _WORD.findall(self.line(number))


@once(2)
def code(header: HeaderFacts) -> Code:
    """The header's text without comments and strings."""
    inside: set[int] = set()
    counted, line = 0, 1
    text = "\n".join(header.lines)

    def blank(match: re.Match[str]) -> str:
        nonlocal counted, line
        found = match.group()
        line += text.count("\n", counted, match.start())
        counted = match.start()
        inside.update(range(line + 1, line + 1 + found.count("\n")))
        return "".join("\n" if char == "\n" else " " for char in found)

    return Code(tuple(_NOISE.sub(blank, text).split("\n")), frozenset(inside))


def body(header: HeaderFacts, record: Record) -> tuple[int, int] | None:
    """The lines of a record's opening and closing brace; None where the text has no such body."""
    text, depth, first = code(header), 0, 0
    start = record.span.line
    for number in range(start, min(start + _FARTHEST, len(text.lines) + 1)):
        line = text.line(number)
        at = record.span.column - 1 if number == start else 0
        if line.lstrip().startswith("#"):
            continue
        for char in line[at:]:
            if char == "{":
                first = first or number
                depth += 1
            elif char == "}":
                depth -= 1
                if depth == 0:
                    return first, number
            elif char == ";" and depth == 0:
                return None
    return None


def first_line(placed: MemberLayout) -> int:
    """The line on which a member's declaration begins, as far as its parts tell."""
    ctype = placed.member.type
    while isinstance(ctype, Array):
        ctype = ctype.element
    if isinstance(ctype, InlineRecord):
        return min(ctype.record.span.line, placed.member.span.line)
    return placed.member.span.line


def last_line(header: HeaderFacts, placed: MemberLayout) -> int | None:
    """The line of the semicolon after a member's declaration."""
    end = _semicolon(header, placed)
    return end[0] if end is not None else None


def _semicolon(header: HeaderFacts, placed: MemberLayout) -> tuple[int, int] | None:
    """(line, index in it) of the semicolon after a member's declaration."""
    text, span, depth = code(header), placed.member.span, 0
    start = first_line(placed)
    for number in range(start, min(start + _FARTHEST, len(text.lines) + 1)):
        line = text.line(number)
        if line.lstrip().startswith("#"):
            continue
        at = span.column - 1 if number == start == span.line else 0
        for index, char in enumerate(line[at:], at):
            depth += (char in "{(") - (char in "})")
            if char == ";" and depth <= 0:
                return number, index
            if depth < 0:
                return None
    return None


def stands_alone(header: HeaderFacts, placed: MemberLayout) -> bool:
    """Whether a member's declaration begins its line and is the only one there."""
    first, last = first_line(placed), last_line(header, placed)
    if last is None:
        return False
    end = code(header).line(last).rstrip()
    if not end.endswith(";") or (end.count(";") > 1 and first == last):
        return False
    return _begins_line(header, placed)


def _begins_line(header: HeaderFacts, placed: MemberLayout) -> bool:
    """Whether nothing but its own type stands in front of a member on its line."""
    first = first_line(placed)
    before = code(header).line(first)[: _declared_at(placed, first) - 1]
    return header.path == placed.member.span.path and not set(before) & set(";{},")


def _declared_at(placed: MemberLayout, line: int) -> int:
    span = placed.member.span
    return span.column if span.line == line else 1


def indent(header: HeaderFacts, line: int) -> str:
    """The white space that a line begins with."""
    found = _INDENT.match(header.lines[line - 1])
    return found[0] if found else ""


def declaration(header: HeaderFacts, placed: MemberLayout) -> str:
    """The code of a member's declaration, on one line; "" where it does not stand alone."""
    first, last = first_line(placed), last_line(header, placed)
    if last is None or not stands_alone(header, placed):
        return ""
    if last > first:
        return ""
    return code(header).line(first).strip()


def insertion(header: HeaderFacts, before: MemberLayout, after: MemberLayout) -> int | None:
    """The line in front of which text goes that is to stand between two members.

    Right behind the first, so that comments in front of the second stay with it; None where
    the two share a line, or something other than comments stands between them.
    """
    last = last_line(header, before)
    if last is None or not _begins_line(header, after) or header.path != before.member.span.path:
        return None
    text, at, until = code(header), last + 1, first_line(after)
    while at in text.inside:
        at += 1
    between = "".join(text.line(number) for number in range(at, until)).strip()
    return at if at <= until and not between else None


def spliced(header: HeaderFacts, before: MemberLayout, text: str) -> tuple[int, str] | None:
    """(line, what it becomes) with text behind a member that shares its line with what follows.

    None where it does not, and where the line is part of a macro.
    """
    end = _semicolon(header, before)
    if end is None or header.path != before.member.span.path:
        return None
    number, index = end
    line = header.lines[number - 1].rstrip("\r")
    directive = code(header).line(number).lstrip().startswith("#") or line.endswith("\\")
    if directive or not code(header).line(number)[index + 1 :].strip():
        return None
    comment = _COMMENT.match(line, index + 1)
    at = comment.end() if comment else index + 1
    return number, f"{line[:at]} {' '.join(text.split(chr(10)))}{line[at:]}"


def end_insertion(header: HeaderFacts, layout: RecordLayout) -> int | None:
    """The line in front of which text goes that is to stand behind a record's last member."""
    if not layout.members or layout.record.span.path != header.path:
        return None
    last = last_line(header, layout.members[-1])
    bounds = body(header, layout.record)
    if last is None or bounds is None or last >= bounds[1]:
        return None
    text, at = code(header), last + 1
    while at in text.inside:
        at += 1
    between = "".join(text.line(number) for number in range(at, bounds[1])).strip()
    return at if at <= bounds[1] and not between else None


def added(path: str, line: int, text: str) -> Edit:
    """The edit that puts a line of text in front of another."""
    return Edit(path=path, line=line, count=0, text=f"{text}\n")


def replaced(header: HeaderFacts, line: int, text: str) -> Edit:
    """The edit that puts a line of text in the place of one."""
    return Edit(path=header.path, line=line, count=1, text=f"{text}\n")


def retyped(header: HeaderFacts, placed: MemberLayout, ctype: str, note: str = "") -> str:
    """The member's declaration with another type, as a line of its own; "" if it has no name."""
    member = placed.member
    if not member.name:
        return ""
    bounds = "".join(_bounds(member))
    comment = f"\t/* {note} */" if note else ""
    lead = indent(header, member.span.line) or "\t"
    return f"{lead}{ctype} {member.name}{bounds};{comment}"


def _bounds(member: Member) -> Iterator[str]:
    ctype = member.type
    while isinstance(ctype, Array):
        yield "[]" if ctype.count is None else f"[{ctype.count}]"
        ctype = ctype.element
