# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds documents that show a header's records and constants as they are not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from abicheck.checks.facts import Hit
from abicheck.families.scan import Macro, read_text
from abicheck.model import Severity, Span
from abicheck.review.contradictions import contradictions
from abicheck.review.headers import numbers
from abicheck.review.rst import blocks
from abicheck.review.sketches import named, sketches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from abicheck.checks.review.facts import StepFacts
    from abicheck.families.scan import Enumerator
    from abicheck.model import Rule
    from abicheck.review.contradictions import Contradiction, Number
    from abicheck.review.headers import HeaderStep, ShownHeader
    from abicheck.review.rst import Block
    from abicheck.review.sketches import Named

_HEADING = re.compile(
    rb"^(?:\d[\d.]{0,12} +)?([A-Za-z_]\w{2,99})[ \t]*\n([=~^\"'`#*+:.-])\2{2,}[ \t]*$", re.MULTILINE
)
"""A line that is a name, with or without a number in front, and is underlined."""
_TOLD = 3
"""Further contradictions of one record that are told."""
_FORMS = 16
"""Records of one name in one header that a shown one is compared with."""
_WORD = re.compile(r"\w+")
_SEARCHES = 32
"""Names that a document may have wrong in one step, and be told the right ones."""
_NEAR = 0.8
"""How alike two names are of which one is probably meant for the other."""


class _Chapter(Struct, frozen=True, eq=False):
    """A document, and the headers that it may show."""

    path: str
    content: bytes
    old: bytes
    headers: tuple[ShownHeader, ...]
    before: tuple[ShownHeader, ...]
    """Those that the step touches, as they were."""
    touched: frozenset[str]
    """Keys of records and names of constants that the step touches in the headers."""
    searches: Iterator[int] = field(default_factory=lambda: iter(range(_SEARCHES)))
    """How many names that no header has may still be looked for among those that are alike."""


def contradicted(facts: StepFacts, _rule: Rule) -> Iterator[Hit]:
    """Blocks whose records or constants are otherwise in every header, where a step touches one."""
    for chapter in _chapters(facts):
        found: dict[str, list[Hit]] = {}
        for hit in _contradicted(chapter):
            found.setdefault(hit.subject, []).append(hit)
        yield from map(_merged, found.values())


def _contradicted(chapter: _Chapter) -> Iterator[Hit]:
    before = frozenset(block.text for block in blocks(chapter.old))
    number = numbers(chapter.headers)
    words = {name.rpartition(" ")[2] for name in chapter.touched}
    for block in blocks(chapter.content):
        written = block.text not in before
        if written or words & set(_WORD.findall(block.text)):
            yield from _records(chapter, block, written, number)
            yield from _constants(chapter, block, written, number)
    yield from _departed(chapter)


def _departed(chapter: _Chapter) -> Iterator[Hit]:
    """Headings that are names which a step takes from the headers."""
    had = {name for header in chapter.before for name in header.text.by_name}
    has = {name for header in chapter.headers for name in header.text.by_name}
    gone = (chapter.touched & had) - has
    for heading in _HEADING.finditer(chapter.content) if gone else ():
        name = heading[1].decode()
        if name in gone:
            line = chapter.content.count(b"\n", 0, heading.start()) + 1
            yield Hit(
                span=Span(chapter.path, line, 1),
                subject=name,
                fields=(("subject", name), ("what", "has a section, and no header defines it")),
                suggestion="Remove the section, or say in it since when it is gone.",
            )


def _merged(hits: Sequence[Hit]) -> Hit:
    """One hit for all places of a document that show the same thing."""
    first, *rest = sorted(hits, key=lambda hit: hit.severity is Severity.NOTE)
    if not rest:
        return first
    others = ", ".join(str(hit.span.line) for hit in rest)
    again = f"shown again at line {others}"
    return replace(first, consequence="; ".join(filter(None, (first.consequence, again))))


def _chapters(facts: StepFacts) -> Iterator[_Chapter]:
    """The documents that a step touches, and those about headers that it touches."""
    if facts.step.partial:
        return
    mine: set[str] = set()
    for interface in facts.interfaces:
        touched = tuple(header for header in facts.headers if interface.owns(header.path))
        texts = facts.texts(interface.documents)
        mine.update(texts)
        if touched or facts.paths & texts.keys():
            yield from _about(facts, texts, facts.around(interface), touched)
    current = tuple(header.new for header in facts.headers if header.new)
    globs = (*facts.documents, *(path for path in facts.paths if path.endswith(".rst")))
    texts = facts.texts(globs) if current else {}
    others = {path: content for path, content in texts.items() if path not in mine}
    yield from _about(facts, others, current, facts.headers)


def _about(
    facts: StepFacts,
    texts: Mapping[str, bytes],
    headers: tuple[ShownHeader, ...],
    touched: tuple[HeaderStep, ...],
) -> Iterator[_Chapter]:
    names = frozenset(name for header in touched for name in header.records | header.constants)
    before = tuple(header.old for header in touched if header.old)
    for path, content in texts.items():
        if names or path in facts.paths:
            old = facts.step.old.read(path) or b""
            yield _Chapter(path, content, old, headers, before, names)


def _records(chapter: _Chapter, block: Block, written: bool, number: Number) -> Iterator[Hit]:
    for one in named(sketches(block.text)):
        inside = one.path != one.key
        if inside or not (written or one.key in chapter.touched):
            continue
        best = _nearest(one, chapter.headers, number)
        if best is None or not best.said:
            continue
        older = None if written else _nearest(one, chapter.before, number)
        stood = {(c.member, c.text) for c in older.said} if older else set()
        fresh = tuple(c for c in best.said if (c.member, c.text) not in stood)
        yield _hit(chapter, block, best, fresh)


class _Match(Struct, frozen=True, eq=False):
    """The record of a header that a shown one contradicts least."""

    header: ShownHeader
    actual: Named
    said: tuple[Contradiction, ...]


def _nearest(one: Named, headers: Sequence[ShownHeader], number: Number) -> _Match | None:
    found = [
        _Match(header, actual, contradictions(one.sketch, actual.sketch, number))
        for header in headers
        if one.key.rpartition(" ")[2] in header.words
        for actual in header.records.get(one.key, ())[:_FORMS]
    ]
    return min(found, key=lambda match: len(match.said), default=None)


def _hit(chapter: _Chapter, block: Block, best: _Match, fresh: Sequence[Contradiction]) -> Hit:
    said = fresh or best.said
    first = said[0]
    rest = [f"{other.member} {other.text}" for other in said[1:]]
    more = f"; and {len(rest) - _TOLD} more" if rest[_TOLD:] else ""
    return Hit(
        span=Span(chapter.path, block.line + first.line - 1, 1),
        subject=best.actual.path,
        fields=(("subject", f"{first.member} of {best.actual.path}"), ("what", first.text)),
        consequence=f"{'; '.join(rest[:_TOLD])}{more}",
        suggestion=best.header.written(best.actual),
        severity=None if fresh else Severity.NOTE,
    )


def _constants(chapter: _Chapter, block: Block, written: bool, number: Number) -> Iterator[Hit]:
    text = read_text(chapter.path, block.text.encode())
    found: tuple[Macro | Enumerator, ...] = (*text.macros, *text.enumerators)
    for shown in found:
        body = shown.body if isinstance(shown, Macro) else shown.expression
        if not body or not (written or shown.name in chapter.touched):
            continue
        defined = [
            definition
            for header in chapter.headers
            if (definition := header.text.by_name.get(shown.name)) is not None
        ]
        what = (
            _otherwise(shown.name, body, defined, number)
            if defined
            else _nowhere(shown.name, chapter)
        )
        if what:
            yield Hit(
                span=Span(chapter.path, block.line + shown.line - 1, 1),
                subject=shown.name,
                fields=(("subject", shown.name), ("what", what)),
            )


def _otherwise(name: str, body: str, defined: Sequence[Macro | Enumerator], number: Number) -> str:
    """How a value differs from that in every header; "" where it does not, or cannot be told."""
    value = number(body)
    bodies = [d.body if isinstance(d, Macro) else d.expression or name for d in defined]
    actual = [number(text) for text in bodies]
    if value is None or None in actual or value in actual:
        return ""
    return f"is shown as {body}, and is {bodies[0] if bodies[0] != name else actual[0]}"


def _nowhere(name: str, chapter: _Chapter) -> str:
    """That no header has a name that one had, or that is nearly one that a header has."""
    if name in chapter.touched:
        return "is shown, and no header defines it any more"
    if next(chapter.searches, None) is None:
        return ""
    from difflib import get_close_matches

    names = [known for header in chapter.headers for known in header.text.by_name]
    near = get_close_matches(name, names, n=1, cutoff=_NEAR)
    return f"is shown, and is called {near[0]} in the header" if near else ""
