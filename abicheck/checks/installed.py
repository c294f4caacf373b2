# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds what headers_install refuses, or leaves in a header that it should not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit
from abicheck.checks.reading import read
from abicheck.model import Severity, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import HeaderFacts
    from abicheck.checks.reading import Directive, Reading
    from abicheck.model import Rule

_CONFIG = re.compile(r"\bCONFIG_\w+")
_DEFINED_KERNEL = re.compile(r"\b__KERNEL__\b")
# scripts/headers_install.sh, Linux 5.0 to 6.19: what it deletes or replaces, and where.
_STRIPPED = (
    re.compile(r"(?<=[\s(])(?:__user|__force|__iomem)(?=\s)"),
    re.compile(r"__attribute_const__(?=\s|$)"),
    re.compile(r"(?<![a-zA-Z0-9])__packed(?![a-zA-Z0-9_])"),
)
_LEFT = re.compile(r"\b(?:__user|__force|__iomem|__attribute_const__|__packed)\b")
_NEVER = re.compile(
    r"\b(?:__rcu|__percpu|__must_check|__init|__exit|__pure|__deprecated|__read_mostly"
    r"|____cacheline_aligned\w*|__cacheline_aligned\w*|__maybe_unused|__always_unused|__printf)\b"
)


def config_leak(header: HeaderFacts, rule: Rule) -> Iterator[Hit]:
    """Configuration symbols in what programs read; each symbol once."""
    known = rule.parameter("known")
    reading, seen = read(header), set[str]()
    for number, line in enumerate(reading.lines, 1):
        for match in _CONFIG.finditer(line) if reading.is_exported(number) else ():
            symbol = match[0]
            old = isinstance(known, tuple) and f"{header.include}:{symbol}" in known
            if symbol in seen or _defines(header, symbol):
                continue
            seen.add(symbol)
            yield Hit(
                span=Span(header.path, number, match.start() + 1),
                subject=symbol,
                fields=(("symbol", symbol),),
                consequence="the kernel's own list of exceptions has it" if old else "",
                severity=Severity.NOTE if old else None,
            )


def _defines(header: HeaderFacts, name: str) -> bool:
    return name in header.text.by_name or header.around.defines(name)


def annotation(header: HeaderFacts, _rule: Rule) -> Iterator[Hit]:
    """Annotations for the kernel's checkers that headers_install does not take away."""
    reading = read(header)
    for number, line in enumerate(reading.lines, 1):
        found = _LEFT.search(line) or _NEVER.search(line)
        if found is None or not reading.is_exported(number):
            continue
        left = line
        for pattern in _STRIPPED:
            left = pattern.sub(lambda match: " " * len(match[0]), left)
        for match in (*_LEFT.finditer(left), *_NEVER.finditer(left)):
            if not _defines(header, match[0]) and not _is_directive(line):
                yield _left(header, number, match)


def _is_directive(line: str) -> bool:
    """Whether the line asks about the annotation, rather than uses it."""
    return re.match(r"\s*#\s*(?:if|elif|undef|ifdef|ifndef)", line) is not None


def _left(header: HeaderFacts, number: int, match: re.Match[str]) -> Hit:
    word = match[0]
    line = header.lines[number - 1].strip()
    spaced = re.sub(rf"\s*{word}\s*", f" {word} ", line)
    return Hit(
        span=Span(header.path, number, match.start() + 1),
        subject=f"{word} at {' '.join(line.split())}",
        fields=(("word", word),),
        suggestion=spaced if _LEFT.fullmatch(word) else line.replace(word, "").strip(),
    )


def kernel_guard(header: HeaderFacts, _rule: Rule) -> Iterator[Hit]:
    """Parts that only the kernel reads, and that stand for nothing else: told once."""
    reading = read(header)
    parts = [
        item
        for index, item in enumerate(reading.directives)
        if _is_kernel_part(item) and _hides(reading, item) and not _has_other(reading, index)
    ]
    if parts:
        many = f" and {len(parts) - 1} more" if len(parts) > 1 else ""
        yield _guarded(header, parts[0], f"this part{many}")


def _guarded(header: HeaderFacts, item: Directive, what: str) -> Hit:
    name = header.include
    return Hit(
        span=Span(header.path, item.line, 1),
        subject=header.include,
        fields=(("what", f"{what} that no program ever sees"),),
        suggestion=f"Move it to include/{name}, which includes <uapi/{name}>."
        if not header.arch
        else f"Move it to arch/{header.arch}/include/{name}, which includes <uapi/{name}>.",
    )


def _is_kernel_part(item: Directive) -> bool:
    conditional = item.word in ("if", "ifdef", "ifndef", "elif")
    return conditional and _DEFINED_KERNEL.search(item.rest) is not None


def _hides(reading: Reading, item: Directive) -> bool:
    """Whether the branch that a directive opens is the kernel's alone."""
    return item.outer and not reading.is_exported(item.last + 1)


def _has_other(reading: Reading, index: int) -> bool:
    """Whether the branch has an alternative, which programs see."""
    depth = 0
    for item in reading.directives[index + 1 :]:
        if item.word in ("else", "elif") and depth == 0:
            return True
        depth += (item.word in ("if", "ifdef", "ifndef")) - (item.word == "endif")
        if depth < 0:
            break
    return False
