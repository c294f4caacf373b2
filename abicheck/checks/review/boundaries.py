# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds private functions of a subsystem that a step uses from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit
from abicheck.model import Span
from abicheck.review.added import words as names
from abicheck.review.boundaries import borrowings
from abicheck.review.symbols import exports, is_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.review.facts import StepFacts
    from abicheck.model import Rule
    from abicheck.review.added import Word
    from abicheck.review.boundaries import Borrowing
    from abicheck.review.symbols import Export


def borrowed(facts: StepFacts, _rule: Rule) -> Iterator[Hit]:
    """Private functions that added code names outside of their owners' files."""
    for use in borrowings(facts.added, facts.boundaries):
        words = [word for word in use.words if _is_code(facts, use.path, word)]
        found = {word.name: _exports(facts, use, word.name) for word in words}
        words = [w for w in words if not any(is_for(e, use.path) for e in found[w.name])]
        if words:
            yield _hit(use, words, found[words[0].name])


def _hit(use: Borrowing, words: list[Word], found: tuple[Export, ...]) -> Hit:
    first, *rest = words
    others = ", ".join(f"{word.name} (line {word.line})" for word in rest)
    clauses = (_told(found), f"so are {others}" if others else "")
    return Hit(
        span=Span(use.path, first.line, 1),
        subject=f"{first.name} in {use.path}",
        fields=(
            ("name", first.name),
            ("what", "private to others" if use.boundary.owners else "the wrong call here"),
            ("why", use.boundary.why.rstrip(".")),
        ),
        consequence="; ".join(clause for clause in clauses if clause),
        suggestion=use.boundary.instead,
        references=use.boundary.references,
    )


def _is_code(facts: StepFacts, path: str, word: Word) -> bool:
    """Whether a name stands outside of comments and strings in the whole file, where it is there.

    A hunk may begin in the middle of a comment and not show it.
    """
    content = None if facts.step.partial else facts.step.new.read(path)
    if content is None:
        return True
    text = content.decode("utf-8", "replace")
    return any(found.name == word.name and found.line == word.line for found in names(text))


def _exports(facts: StepFacts, use: Borrowing, name: str) -> tuple[Export, ...]:
    if facts.step.partial:
        return ()
    sources = [path for path in facts.files(use.boundary.owners) if path.endswith(".c")]
    return exports(facts.step.new.read_many(sources).values(), name)


def _told(found: tuple[Export, ...]) -> str:
    """What an export says about who is meant to use a function."""
    for export in found:
        if export.modules is not None:
            return f"it is exported to {', '.join(export.modules)} alone ({export.macro})"
    if found:
        return f"it is exported ({found[0].macro}) for its owner's own modules"
    return ""
