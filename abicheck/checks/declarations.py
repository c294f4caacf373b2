# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds what a header must not declare, and C that its users' compilers may refuse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit
from abicheck.checks.leaves import own
from abicheck.checks.once import once
from abicheck.checks.reading import at, read
from abicheck.checks.source import replaced
from abicheck.model import Severity, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import HeaderFacts, RecordFacts
    from abicheck.checks.reading import Directive, Reading, Token
    from abicheck.model import Rule

_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_NO_DECLARATION = frozenset({"typedef", "static", "_Static_assert", "static_assert", "asm"})
_AGGREGATES = frozenset({"struct", "union", "enum"})
_INSTALLED_WORDS = re.compile(r"(?:^|(?<=[\s(]))(?:inline|asm)(?=[\s(]|$)")
_NOT_C90 = re.compile(r"\b(inline|asm|typeof|restrict)\b")
_CXX_WORDS = frozenset(
    {
        "and",
        "and_eq",
        "bitand",
        "bitor",
        "catch",
        "class",
        "compl",
        "const_cast",
        "delete",
        "dynamic_cast",
        "explicit",
        "export",
        "friend",
        "mutable",
        "namespace",
        "new",
        "not",
        "not_eq",
        "operator",
        "or",
        "or_eq",
        "private",
        "protected",
        "public",
        "reinterpret_cast",
        "static_cast",
        "template",
        "this",
        "throw",
        "try",
        "typeid",
        "typename",
        "using",
        "virtual",
        "xor",
        "xor_eq",
    }
)


def declaration(header: HeaderFacts, _rule: Rule) -> Iterator[Hit]:
    """Functions and objects that the header promises and no library holds."""
    for statement in _statements(read(header)):
        named = _declared(statement)
        if named is not None:
            yield Hit(
                span=at(header, statement[0]),
                subject=named.text,
                fields=(("name", named.text),),
            )


def _statements(reading: Reading) -> Iterator[list[Token]]:
    """The words of each declaration at file scope, without what its braces hold."""
    current: list[Token] = []
    opened = 0
    for token in reading.tokens:
        depth = token.depth - opened
        if depth > 0:
            continue
        if token.text == "{" and [word.text for word in current] == ["extern"]:
            opened += 1  # of 'extern "C" {', whose string is blanked
            current = []
        elif token.text == "}":
            if depth < 0:
                opened -= 1
                current = []
            elif current and current[0].text in ("static", "__inline__", "extern"):
                current = []
        elif token.text == ";":
            if current:
                yield current
            current = []
        else:
            current.append(token)


def _declared(statement: list[Token]) -> Token | None:
    """The name that a declaration gives to a function or an object, None if it gives none."""
    words = [token.text for token in statement]
    if words[0] in _NO_DECLARATION or not _IDENTIFIER.fullmatch(words[0]) or "{" in words:
        return None
    if "__inline__" in words or "inline" in words or "__inline" in words:
        return None
    call = words.index("(") if "(" in words else None
    if call is not None:
        plain = call >= 2 and _IDENTIFIER.fullmatch(words[call - 1]) is not None
        if plain and not words[call - 1].startswith("__attribute") and words[-1] != "(":
            return statement[call - 1] if words[call - 1] not in _AGGREGATES else None
        return statement[0] if words[0] == "extern" else None
    names = [token for token in statement if _IDENTIFIER.fullmatch(token.text)]
    if len(names) < 2 or (words[0] in _AGGREGATES and len(names) < 3):
        return None
    return names[-1]


def not_c90(header: HeaderFacts, _rule: Rule) -> Iterator[Hit]:
    """What ``-std=c90`` refuses: ``//`` comments once per header, words one by one."""
    reading = read(header)
    slashes = [
        (line, text)
        for line, text in header.text.comments
        if text.startswith("//") and reading.is_exported(line)
    ]
    if slashes:
        yield _comment_hit(header, slashes)
    told: set[str] = set()
    for number, line in enumerate(reading.lines, 1):
        if _NOT_C90.search(line) is None or not reading.is_exported(number):
            continue
        if line.lstrip().startswith("#"):
            continue
        left = _INSTALLED_WORDS.sub(lambda match: "_" * len(match[0]), line)
        for match in _NOT_C90.finditer(left):
            if match[1] not in told:
                told.add(match[1])
                yield Hit(
                    span=Span(header.path, number, match.start() + 1),
                    subject=f"{header.include}: {match[1]}",
                    fields=(("what", f"'{match[1]}' is no word of C90"),),
                    suggestion=line.replace(match[1], f"__{match[1]}__").strip(),
                )


def _comment_hit(header: HeaderFacts, slashes: list[tuple[int, str]]) -> Hit:
    line, text = slashes[0]
    more = f"and {len(slashes) - 1} more" if len(slashes) > 1 else ""
    edits = []
    for number, comment in slashes:
        old = header.lines[number - 1]
        if "*/" not in comment and "/*" not in comment and "\n" not in comment:
            inner = comment[2:].strip()
            edits.append(replaced(header, number, _rewritten(old, comment.rstrip("\r"), inner)))
    return Hit(
        span=Span(header.path, line, header.lines[line - 1].find("//") + 1),
        subject=f"{header.include}: //",
        fields=(("what", "a // comment is no C90"),),
        consequence=more,
        suggestion=f"/* {text[2:].split('/*')[0].strip()} */",
        edits=tuple(edits),
    )


def _rewritten(line: str, comment: str, inner: str) -> str:
    start = line.rfind(comment)
    return f"{line[:start]}/* {inner} */{line[start + len(comment) :]}"


def cxx_unsafe(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """Members that C++ cannot name, and records without members."""
    layout = facts.across.groups[0].layout
    for leaf in own(layout):
        name = leaf.placed.member.name
        if name in _CXX_WORDS and _is_seen_by_cxx(facts.header, leaf.placed.member.span.line):
            yield Hit(
                span=leaf.placed.member.span,
                subject=f"{facts.across.name}.{leaf.path}",
                fields=(("what", f"no C++ program can name the member '{name}'"),),
                suggestion=f"Another name, such as {name}_id or {name}_.",
            )
    if not layout.members:
        yield Hit(
            span=layout.record.span,
            subject=facts.across.name,
            fields=(("what", "a record without members takes a byte in C++ and none in C"),),
            consequence="the numbers of ioctls that pass it differ too"
            if facts.uses
            else "what follows it in another record moves",
            suggestion="\t__u32 reserved;",
            severity=Severity.NOTE,
        )


def _is_seen_by_cxx(header: HeaderFacts, line: int) -> bool:
    """Whether no ``#if`` around a member asks for C++: who asks has another name for it."""
    return not any(first < line < last for first, last in _cxx_parts(read(header)))


@once(2)
def _cxx_parts(reading: Reading) -> tuple[tuple[int, int], ...]:
    """The first and last lines of the outermost parts under an ``#if`` that asks for C++."""
    found: list[tuple[int, int]] = []
    opened: list[Directive] = []
    for item in reading.directives:
        if item.word in ("if", "ifdef", "ifndef"):
            opened.append(item)
        elif item.word == "endif" and opened:
            first = opened.pop()
            outer = any("__cplusplus" in around.rest for around in opened[:8])
            if "__cplusplus" in first.rest and not outer:
                found.append((first.line, item.line))
    return tuple(found)
