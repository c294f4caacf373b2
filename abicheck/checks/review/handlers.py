# SPDX-License-Identifier: GPL-2.0-or-later
"""This module asks added C code what a handler of a new command does with its payload.

All of it is lexical: where the code that would answer is not part of the step, nothing is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit
from abicheck.checks.review.novelties import is_command
from abicheck.families.scan import Macro
from abicheck.model import Span
from abicheck.model.reserved import is_reserved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abicheck.checks.review.facts import StepFacts
    from abicheck.model import Rule
    from abicheck.review.headers import HeaderStep
    from abicheck.review.sketches import Field, Named, Sketch

_INPUT = re.compile(r"\(*_IOWR?\s*\(.*,\s*((?:struct|union)\s+\w+)\s*\)\s*\)*$", re.DOTALL)
_FLAGS = re.compile(r"(?:\w+_)?flags")


def unread_reserved(facts: StepFacts, _rule: Rule) -> Iterator[Hit]:
    """Reserved members of a new command's payload that no added line of C looks at."""
    yield from _unread(facts, is_reserved)


def unread_flags(facts: StepFacts, _rule: Rule) -> Iterator[Hit]:
    """Flags of a new command's payload that no added line of C looks at."""
    yield from _unread(facts, lambda name: name is not None and _FLAGS.fullmatch(name) is not None)


def _unread(facts: StepFacts, is_meant: Callable[[str | None], bool]) -> Iterator[Hit]:
    words = frozenset(
        word.name for file in facts.added if file.path.endswith(".c") for word in file.words
    )
    for header, command, payload in _payloads(facts):
        tag = payload.key.rpartition(" ")[2]
        if not words & {tag, command.name}:
            continue
        unread = [f for f in _leaves(payload.sketch) if is_meant(f.name) and f.name not in words]
        if unread:
            names = ", ".join(f"{field.name}" for field in unread)
            yield Hit(
                span=Span(header.path, unread[0].line, 1),
                subject=f"{payload.key}.{unread[0].name}",
                fields=(("members", names), ("record", payload.key), ("command", command.name)),
                suggestion=_check(unread[0]),
            )


def _payloads(facts: StepFacts) -> Iterator[tuple[HeaderStep, Macro, Named]]:
    """The new commands by which programs pass a new record, once for each record."""
    seen: set[str] = set()
    for header in facts.headers:
        for command in header.added():
            if not isinstance(command, Macro) or not is_command(command):
                continue
            match = _INPUT.match(command.body)
            key = " ".join(match[1].split()) if match else ""
            for other in facts.headers if key and key not in seen else ():
                if (
                    other.new
                    and key in other.records
                    and not (other.old and key in other.old.records)
                ):
                    seen.add(key)
                    yield other, command, other.new.records[key][0]


def _leaves(sketch: Sketch) -> Iterator[Field]:
    """The members with names, those of unnamed records among them."""
    for field in sketch.fields:
        if field.name is not None:
            yield field
        elif field.record is not None:
            yield from _leaves(field.record)


def _check(field: Field) -> str:
    """The test that a handler needs."""
    if field.sizes:
        return (
            f"if (memchr_inv(args.{field.name}, 0, sizeof(args.{field.name})))\n\treturn -EINVAL;"
        )
    if is_reserved(field.name):
        return f"if (args.{field.name})\n\treturn -EINVAL;"
    return f"if (args.{field.name} & ~VALID_FLAGS)\n\treturn -EINVAL;"
