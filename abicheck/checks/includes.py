# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds headers that a program cannot include, or should not have to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit
from abicheck.checks.reading import includes, read
from abicheck.checks.source import replaced
from abicheck.model import Breaks, Edit, Severity, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import HeaderFacts
    from abicheck.checks.reading import Directive, Reading
    from abicheck.families.scan import Macro
    from abicheck.model import Rule

_TARGET = re.compile(r'\s*[<"]([^>"]+)[>"]')
_DROPPED = re.compile(r"linux/compiler(?:_types)?\.h")
"""headers_install deletes these lines."""
_OURS = re.compile(r"(?:linux|asm|asm-generic|uapi|drm|sound|rdma|scsi|video|xen|misc|mtd|cxl)/.+")
_WORD = re.compile(r"[A-Za-z_]\w*")
_CALL = re.compile(r"\b([A-Za-z_]\w*)\s*\(")
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
_LACKS = re.compile(r"unknown|incomplete|undeclared|undefined|parameter declarator")
"""What front ends say of a type or a constant that nobody declared; other errors are no lack."""
_BIT_ORDERS = ("__LITTLE_ENDIAN_BITFIELD", "__BIG_ENDIAN_BITFIELD")
_MOST_WORDS = 2000
"""Constants of one header that are looked for; the most of Linux 6.19 is some 900."""
_CAPITALS = re.compile(r"_*[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_ASM_TYPES = re.compile(r"(?:^|/)(?:types|int-l64|int-ll64)\.h$")


def not_exported(header: HeaderFacts, _rule: Rule) -> Iterator[Hit]:
    """Included kernel headers that no program finds."""
    reading, seen = read(header), set[str]()
    for item, target, asked in _included(header, reading):
        if target in seen or _DROPPED.match(target) or not _OURS.fullmatch(target):
            continue
        seen.add(target)
        if target.startswith("uapi/"):
            yield _include_hit(header, item, target, (), target.removeprefix("uapi/"))
        elif not asked and (lacking := header.around.lacking(target)):
            yield _include_hit(header, item, target, lacking, "")


def _included(header: HeaderFacts, reading: Reading) -> Iterator[tuple[Directive, str, bool]]:
    """(line, what it names, whether an ``#if`` decides about it) for each surviving include.

    What an ``#if`` asks for may be there for another ABI or libc.
    """
    for item, asked in includes(reading):
        # Quoted names are blanked like strings.
        match = _TARGET.match(header.lines[item.line - 1].partition("include")[2])
        if match is not None:
            yield item, match[1], asked


def _include_hit(
    header: HeaderFacts, item: Directive, target: str, lacking: tuple[str, ...], other: str
) -> Hit:
    line = header.lines[item.line - 1]
    mended = line.replace(f"uapi/{other}", other) if other else ""
    return Hit(
        span=Span(header.path, item.line, line.find(target) + 1),
        subject=target,
        abis=lacking if not other else (),
        fields=(("target", target),),
        suggestion=mended.strip(),
        edits=(replaced(header, item.line, mended),) if mended else (),
    )


def asm_types(header: HeaderFacts, _rule: Rule) -> Iterator[Hit]:
    """``asm/types.h``, which lacks the types that go with it; once per header."""
    if _ASM_TYPES.search(header.include) or "asm-generic/" in header.path:
        return
    included = list(_included(header, read(header)))
    also = any(target == "linux/types.h" for _, target, _ in included)
    item = next((item for item, target, _ in included if target == "asm/types.h"), None)
    if item is not None:
        line = header.lines[item.line - 1]
        mended = line.replace("asm/types.h", "linux/types.h")
        gone = Edit(path=header.path, line=item.line, count=1, text="")
        yield Hit(
            span=Span(header.path, item.line, line.find("asm/") + 1),
            subject=header.include,
            suggestion="No such line: <linux/types.h> is there." if also else mended.strip(),
            edits=(gone if also else replaced(header, item.line, mended),),
            severity=Severity.NOTE if also else None,
        )


def not_self_contained(header: HeaderFacts, rule: Rule) -> Iterator[Hit]:
    """Headers that do not compile alone, and macros that use what nobody defines."""
    if header.around.prelude and not header.include.startswith("asm/"):
        needed = ", ".join(f"<{name}>" for name in header.around.prelude)
        yield Hit(
            span=Span(header.path, 1, 1),
            subject=header.include,
            fields=(("what", f"a program must include {needed} before it"),),
            suggestion="\n".join(f"#include <{name}>" for name in header.around.prelude),
            severity=Severity.NOTE,
        )
    yield from _failures(header)
    yield from _unordered(header)
    complete = not any("file not found" in problem.reason for problem in header.problems)
    hollow = list(_hollow_macros(header, rule)) if complete else []
    if hollow and not header.around.is_included_by(header.around.definer(hollow[0][1])):
        yield _hollow_hit(header, hollow)


def _unordered(header: HeaderFacts) -> Iterator[Hit]:
    """The first ``#if`` that asks for the order of bit-fields where nothing tells it.

    Neither branch is then compiled: the members are missing, and no compiler says so.
    """
    if any(map(header.around.defines, _BIT_ORDERS)):
        return
    for item in read(header).directives:
        word = next((word for word in _BIT_ORDERS if word in item.rest), None)
        if item.word in ("if", "ifdef", "elif") and word and header.around.definer(word):
            yield Hit(
                span=Span(header.path, item.line, 1),
                subject=f"{header.include}: {word}",
                fields=(("what", f"{word} is in no header that it includes"),),
                consequence="what depends on it is compiled nowhere",
                suggestion="#include <asm/byteorder.h>",
                breaks=Breaks.BINARY,
            )
            return


def _failures(header: HeaderFacts) -> Iterator[Hit]:
    """What compilers say about the header alone, each saying with the ABIs it is true of.

    A header that refuses by ``#error`` does so on purpose.
    """
    found: dict[tuple[str, Span], list[str]] = {}
    refused = " ".join(item.rest for item in read(header).directives if item.word == "error")
    for problem in header.problems:
        refusal = problem.reason.strip('"') in refused
        if problem.span is not None and not refusal and _LACKS.search(problem.reason):
            found.setdefault((problem.reason, problem.span), []).extend(problem.abis)
    for (reason, span), abis in found.items():
        own = span.path == header.path
        yield Hit(
            span=span if own else Span(header.path, 1, 1),
            subject=header.include,
            abis=tuple(abis),
            fields=(("what", f"it does not compile alone: {reason}"),),
            consequence="" if own else f"in {span.path}, line {span.line}",
        )


def _hollow_macros(header: HeaderFacts, rule: Rule) -> Iterator[tuple[Macro, str]]:
    """Object-like macros, each constant in them that neither the header nor its includes have."""
    foreign = rule.parameter("elsewhere")
    known = re.compile("|".join(foreign) if isinstance(foreign, tuple) else "$.")
    asked: dict[str, None] = {}
    for macro, word in _constants(header):
        if word in asked or not _CAPITALS.fullmatch(word) or known.fullmatch(word):
            continue
        asked[word] = None
        if len(asked) > _MOST_WORDS:
            return
        if not word.startswith("_") and not header.around.mentions(word, macro.line):
            yield macro, word


def _constants(header: HeaderFacts) -> Iterator[tuple[Macro, str]]:
    """(macro, word) for the words in the bodies of object-like macros that programs see."""
    reading = read(header)
    for macro in header.text.macros:
        body = _QUOTED.sub("", macro.body)
        if macro.params is not None or not reading.is_exported(macro.line) or "#" in body:
            continue
        if not any(_is_open(header, called, macro.line) for called in _CALL.findall(body)):
            for word in dict.fromkeys(_WORD.findall(body)):
                yield macro, word


def _is_open(header: HeaderFacts, called: str, line: int) -> bool:
    """Whether what a macro calls is left to its user, or makes new words of its arguments."""
    macro = header.text.by_name.get(called)
    return "#" in getattr(macro, "body", "") or not header.around.mentions(called, line)


def _hollow_hit(header: HeaderFacts, hollow: list[tuple[Macro, str]]) -> Hit:
    macro, word = hollow[0]
    others = dict.fromkeys(name for _, name in hollow[1:])
    more = f"; nor does it have {', '.join(list(others)[:3])}" if others else ""
    more += f" and {len(others) - 3} more" if len(others) > 3 else ""
    definer = header.around.definer(word)
    return Hit(
        span=Span(header.path, macro.line, 1),
        subject=f"{header.include}: {word}",
        fields=(("what", f"{macro.name} needs {word}, which no header it includes has"),),
        consequence=more.removeprefix("; "),
        suggestion=f"#include <{definer}>"
        if definer
        else f"Include what defines {word}, or do without it.",
        severity=Severity.WARNING,
    )
