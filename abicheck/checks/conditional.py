# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds records whose members depend on what is defined."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from abicheck.abis import compat_pairs
from abicheck.checks.facts import Hit
from abicheck.checks.leaves import by_abi, own, same_text, size_evidence
from abicheck.checks.source import body, code
from abicheck.model import Breaks, Severity, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import RecordFacts
    from abicheck.model import RecordLayout, Rule

_DIRECTIVE = re.compile(r"\s*#\s*(\w+)\b(.*)")
_NAME = re.compile(r"[A-Za-z_]\w*")
_OPERATORS = frozenset({"defined", "__has_include", "__has_attribute"})


def conditional(facts: RecordFacts, rule: Rule) -> Iterator[Hit]:
    """Bodies that a program, or one side of a compat pair, sees other members of."""
    name = facts.across.name
    globs = rule.parameter("deliberate")
    meant = isinstance(globs, tuple) and any(fnmatchcase(name, glob) for glob in globs)
    if not facts.crosses or meant:
        return
    sides = _sides(facts)
    if sides is not None:
        yield _sides_hit(facts, *sides)
        return
    yield from _choices(facts)


def _sides(facts: RecordFacts) -> tuple[str, RecordLayout, str, RecordLayout] | None:
    """The first compat pair that reads different members of one body."""
    layouts = by_abi(facts.across)
    for small, large in compat_pairs():
        if small.name in layouts and large.name in layouts:
            narrow, wide = layouts[small.name], layouts[large.name]
            if _are_variants(narrow, wide):
                return small.name, narrow, large.name, wide
    return None


def _are_variants(narrow: RecordLayout, wide: RecordLayout) -> bool:
    """Whether they are other members, in other places, of one body."""
    one_body = narrow.record.span == wide.record.span
    return one_body and not same_text(narrow, wide) and _places(narrow) != _places(wide)


def _programs(facts: RecordFacts) -> tuple[str, ...]:
    """The ABIs whose programs see other members than the kernel that runs them."""
    layouts = by_abi(facts.across)
    pairs = ((small.name, large.name) for small, large in compat_pairs())
    found = (
        small
        for small, large in pairs
        if small in layouts and large in layouts and _are_variants(layouts[small], layouts[large])
    )
    return tuple(dict.fromkeys(found))


def _places(layout: RecordLayout) -> list[tuple[int, int]]:
    """Where everything lies, whatever it is called."""
    leaves = ((leaf.bit_offset, leaf.placed.bit_size) for leaf in own(layout))
    return [(layout.bit_size, 0), *leaves]


def _sides_hit(
    facts: RecordFacts, small: str, narrow: RecordLayout, large: str, wide: RecordLayout
) -> Hit:
    here = {leaf.placed.member.span for leaf in own(narrow)}
    there = {leaf.placed.member.span for leaf in own(wide)}
    only = [leaf for leaf in (*own(wide), *own(narrow)) if leaf.placed.member.span in here ^ there]
    first = next((leaf.path for leaf in only if leaf.path), "a nameless one")
    what = f"{large} kernels and {small} programs see other members, {first} first"
    return Hit(
        span=only[0].placed.member.span,
        subject=facts.across.name,
        abis=_programs(facts),
        evidence=size_evidence(facts.across),
        fields=(("what", what),),
        consequence=f"the whole takes {wide.size} bytes under {large}, {narrow.size} under {small}",
        severity=Severity.ERROR if wide.size != narrow.size else None,
        breaks=Breaks.COMPAT,
    )


def _choices(facts: RecordFacts) -> Iterator[Hit]:
    """The first ``#if`` around members that anybody who compiles the header may decide."""
    record = facts.across.groups[0].layout.record
    bounds = body(facts.header, record)
    if bounds is None or record.span.path != facts.header.path:
        return
    text = code(facts.header)
    for line in range(*bounds):
        match = _DIRECTIVE.match(text.line(line))
        if match is None or match[1] not in ("if", "ifdef", "ifndef", "elif"):
            continue
        free = [name for name in _NAME.findall(match[2]) if _is_free(name, facts)]
        if free and _has_members(facts, line):
            yield Hit(
                span=Span(facts.header.path, line, 1),
                subject=facts.across.name,
                abis=tuple(by_abi(facts.across)),
                evidence=size_evidence(facts.across),
                fields=(("what", f"{free[0]} decides which members there are"),),
                consequence="two programs of one ABI may disagree about the record",
                breaks=Breaks.BINARY,
            )
            return


def _is_free(name: str, facts: RecordFacts) -> bool:
    """Whether a macro is neither the compiler's nor the header's own.

    Names with two underscores are the compiler's or other headers'; those of the C library's
    feature tests are what a program chooses. CONFIG_ names are another rule's.
    """
    if name in _OPERATORS or name.startswith("CONFIG_") or name in facts.header.text.by_name:
        return False
    return name.startswith("__USE_") or not name.startswith("__")


def _has_members(facts: RecordFacts, line: int) -> bool:
    """Whether a declaration stands between a directive and the next one."""
    text = code(facts.header)
    for number in range(line + 1, len(text.lines) + 1):
        found = text.line(number).strip()
        if found.startswith("#"):
            return False
        if ";" in found:
            return True
    return False
