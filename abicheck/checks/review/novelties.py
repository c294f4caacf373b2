# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds new names of an interface that no document and no capability tells of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit
from abicheck.families.reservations import is_placeholder
from abicheck.families.scan import Macro
from abicheck.model import Span, Victim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.checks.review.facts import StepFacts
    from abicheck.families.scan import Enumerator
    from abicheck.model import Rule
    from abicheck.review.headers import HeaderStep
    from abicheck.review.interfaces import Interface

_COMMAND = re.compile(r"\(*_IO[WR]{0,2}\s*\(")
_PAYLOAD = re.compile(r",\s*((?:struct|union)\s+\w+|\w+)\s*\)\s*\)*$")
_ALIAS = re.compile(r"\(*\s*[A-Za-z_]\w*\s*\)*")
_SECTIONED = b"\n:Capability:"
"""Stands in documents that have a section for each name, as KVM's has."""
_TOLD = 3
"""Further names that are told."""


def undocumented(facts: StepFacts, _rule: Rule) -> Iterator[Hit]:
    """New names of an interface that none of its documents mentions; one hit for a header."""
    if facts.step.partial:
        return
    for interface in facts.interfaces:
        for header, names in _new(facts, interface):
            wanted = [n for n in names if interface.must_document(n.name, is_command=is_command(n))]
            texts = facts.texts(interface.documents) if wanted else {}
            said = {word for text in texts.values() for word in _words(text)}
            missing = [name for name in wanted if name.name not in said]
            if texts and missing:
                fields = (("document", next(iter(texts))),)
                sectioned = any(_SECTIONED in text for text in texts.values())
                yield _hit(header, missing, fields, _section(missing[0]) if sectioned else "")


def ungated(facts: StepFacts, _rule: Rule) -> Iterator[Hit]:
    """New exits, commands and flags of a step that brings no way to ask for them."""
    for interface in facts.interfaces:
        if interface.gates is None:
            continue
        news = list(_new(facts, interface))
        if any(interface.is_gate(name.name) for _, names in news for name in names):
            continue
        for header, names in news:
            bare = [n for n in names if is_command(n) or interface.needs_gate(n.name)]
            if bare and not _answers(facts, interface):
                yield _hit(header, bare, (("title", interface.title),))


def is_command(one: Macro | Enumerator) -> bool:
    """Whether a macro is an ioctl command."""
    return isinstance(one, Macro) and _COMMAND.match(one.body) is not None


def _new(
    facts: StepFacts, interface: Interface
) -> Iterator[tuple[HeaderStep, list[Macro | Enumerator]]]:
    """By header: what a step adds to an interface; other names for old things are not new."""
    headers = [header for header in facts.headers if interface.owns(header.path)]
    before = {name for header in headers if header.old for name in header.old.text.by_name}
    for header in headers:
        names = [
            one
            for one in header.added()
            if one.name not in before and not is_placeholder(one.name) and not _is_alias(one)
        ]
        if names:
            yield header, names


def _is_alias(one: Macro | Enumerator) -> bool:
    body = one.body if isinstance(one, Macro) else one.expression or ""
    return _ALIAS.fullmatch(body) is not None


def _answers(facts: StepFacts, interface: Interface) -> bool:
    """Whether added code names something that programs ask for, such as an old capability."""
    return any(
        interface.is_gate(word.name)
        for file in facts.added
        if not interface.owns(file.path)
        for word in file.words
    )


def _section(one: Macro | Enumerator) -> str:
    """The beginning of a section about a name, in the form that KVM's document has."""
    payload = _PAYLOAD.search(one.body) if isinstance(one, Macro) and is_command(one) else None
    parameters = f" {payload[1]}" if payload else ""
    title = f"{one.name}\n{'-' * len(one.name)}"
    rows = f":Capability:\n:Architectures:\n:Type:\n:Parameters:{parameters}\n:Returns:"
    return f"{title}\n\n{rows}"


def _words(text: bytes) -> set[str]:
    return set(re.findall(r"\w+", text.decode("utf-8", "replace")))


def _hit(
    header: HeaderStep,
    names: Sequence[Macro | Enumerator],
    fields: tuple[tuple[str, str], ...],
    suggestion: str = "",
) -> Hit:
    first, *rest = names
    others = ", ".join(one.name for one in rest[:_TOLD])
    more = f" and {len(rest) - _TOLD} more" if rest[_TOLD:] else ""
    return Hit(
        span=Span(header.path, first.line, 1),
        subject=first.name,
        fields=(("name", first.name), *fields),
        consequence=f"the same goes for {others}{more}" if rest else "",
        suggestion=suggestion,
        victims=(Victim.NEW_PROGRAM,),
    )
