# SPDX-License-Identifier: GPL-2.0-or-later
"""This module judges the names that a header brings into every program: guards, types, macros."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit
from abicheck.checks.leaves import own
from abicheck.checks.reading import at, guard, read
from abicheck.checks.source import retyped, stands_alone
from abicheck.checks.words import named_type
from abicheck.model import Edit, Severity, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import HeaderFacts, RecordFacts
    from abicheck.checks.reading import Reading
    from abicheck.model import Rule

_UAPI_FOLDER = re.compile(r"(?:^|/)include/uapi/")
_FIXED = re.compile(r"(?P<sign>u?)int(?P<bits>8|16|32|64)_t|u_int(?P<bsd>8|16|32|64)_t")
_PLAIN = re.compile(r"[a-z][a-z0-9]*")


def include_guard(header: HeaderFacts, _rule: Rule) -> Iterator[Hit]:
    """Headers without a guard, or with the guard of another one."""
    reading = read(header)
    item = guard(reading)
    if item is None:
        if _UAPI_FOLDER.search(header.path) and _declares(reading) and not _is_repeated(reading):
            yield _unguarded(header)
        return
    name = item.rest.split()[0]
    sharers = [include for include in header.around.guarded_by(name) if include != header.include]
    stolen = [include for include in sharers if not _may_share(header.include, include)]
    if stolen:
        yield Hit(
            span=Span(header.path, item.line, 1),
            subject=f"{header.include}: {name}",
            fields=(("what", f"<{stolen[0]}> has the guard {name} too"),),
            consequence="whichever is included second is empty",
            suggestion=f"#ifndef {_guard_name(header)}",
        )
    elif not name.startswith("_UAPI") and _kernel_shares(header, name):
        yield Hit(
            span=Span(header.path, item.line, 1),
            subject=f"{header.include}: {name}",
            fields=(("what", f"the kernel's own include/{header.include} has the guard {name}"),),
            consequence="in the kernel, one of the two is empty",
            suggestion=f"#ifndef _UAPI{'' if name.startswith('_') else '_'}{name}",
        )


def _declares(reading: Reading) -> bool:
    """Whether the header holds anything that must not be there twice."""
    return any(token.text == "{" for token in reading.tokens) or any(
        token.text == "typedef" for token in reading.tokens
    )


def _is_repeated(reading: Reading) -> bool:
    """Whether the header is made to be included more than once, or asks ``#pragma once``."""
    return any(
        item.word == "undef" or (item.word == "pragma" and item.rest.startswith("once"))
        for item in reading.directives
    )


def _unguarded(header: HeaderFacts) -> Hit:
    name = _guard_name(header)
    first = next((n for n, line in enumerate(read(header).lines, 1) if line.strip()), 1)
    return Hit(
        span=at(header, read(header).tokens[0]),
        subject=header.include,
        fields=(("what", "the header has no include guard"),),
        consequence="a program that reaches it twice does not compile",
        suggestion=f"#ifndef {name}\n#define {name}\n...\n#endif /* {name} */",
        edits=(
            Edit(path=header.path, line=first, count=0, text=f"#ifndef {name}\n#define {name}\n\n"),
            Edit(
                path=header.path,
                line=len(header.lines),
                count=0,
                text=f"\n#endif /* {name} */\n",
            ),
        )
        if not header.lines[-1]
        else (),
    )


def _guard_name(header: HeaderFacts) -> str:
    return "_UAPI_" + re.sub(r"\W", "_", header.include).upper()


def _may_share(include: str, other: str) -> bool:
    """Whether two headers with one guard stand for each other, as asm/ and asm-generic/ may."""
    same = include.rpartition("/")[2] == other.rpartition("/")[2]
    return same and (include.startswith("asm") or other.startswith("asm"))


def _kernel_shares(header: HeaderFacts, name: str) -> bool:
    if not _UAPI_FOLDER.search(header.path) or header.arch is not None:
        return False
    text = header.around.internal() or b""
    return re.search(rb"^\s*#\s*ifndef\s+" + name.encode() + rb"\s", text, re.MULTILINE) is not None


def int_types(facts: RecordFacts, rule: Rule) -> Iterator[Hit]:
    """Members of stdint.h's types: told once per record, at the first of them."""
    accepted = rule.parameter("accepted")
    if isinstance(accepted, tuple) and facts.header.include.startswith(accepted):
        return
    found = [
        leaf
        for leaf in own(facts.across.groups[0].layout)
        if _FIXED.fullmatch(named_type(leaf.placed.member.type))
    ]
    if not found:
        return
    placed = found[0].placed
    ctype = _uapi_type(named_type(placed.member.type))
    mended = retyped(facts.header, placed, ctype) if stands_alone(facts.header, placed) else ""
    yield Hit(
        span=placed.member.span,
        subject=f"{facts.across.name}.{found[0].path}",
        fields=(("type", named_type(placed.member.type)), ("other", ctype)),
        consequence=f"and {len(found) - 1} more in the record" if len(found) > 1 else "",
        suggestion=mended or f"{ctype} {placed.member.name};",
    )


def _uapi_type(name: str) -> str:
    match = _FIXED.fullmatch(name)
    assert match is not None  # asked before
    signed = match["sign"] == "" and match["bits"]
    return f"__{'s' if signed else 'u'}{match['bits'] or match['bsd']}"


def pollution(header: HeaderFacts, rule: Rule) -> Iterator[Hit]:
    """Types and macros of a header that any program may have of its own."""
    reading = read(header)
    common = rule.parameter("common")
    taken = frozenset(common if isinstance(common, tuple) else ())
    for index, token in enumerate(reading.tokens[:-1]):
        ends = reading.tokens[index + 1].text == ";" and token.depth == 0
        if ends and token.text in taken and _is_typedef(reading, index):
            yield Hit(
                span=at(header, token),
                subject=token.text,
                fields=(("what", f"the type {token.text}"),),
            )
    for macro in header.text.macros:
        if not reading.is_exported(macro.line) or macro.params is not None or not macro.body:
            continue
        generic = macro.name in taken
        # A macro that is its own name, or another's of that kind, only says that it is there.
        rewrites = _PLAIN.fullmatch(macro.name) and _rewrites(macro.name, macro.body)
        if (generic or rewrites) and not any(macro.name in c for c in macro.condition):
            yield Hit(
                span=Span(header.path, macro.line, 1),
                subject=macro.name,
                fields=(("what", f"the macro {macro.name}"),),
                severity=Severity.WARNING if generic else None,
            )


def _is_typedef(reading: Reading, index: int) -> bool:
    for back in range(index - 1, max(index - 12, -1), -1):
        token = reading.tokens[back]
        if token.text == "typedef":
            return True
        if token.text in (";", "}"):
            return False
    return False


def _rewrites(name: str, body: str) -> bool:
    """Whether a lower-case macro puts something else in the place of a plain word."""
    return body != name and not body.startswith("__") and re.search(r"[a-z.]", body) is not None
