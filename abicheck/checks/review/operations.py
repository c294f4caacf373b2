# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds file operations whose commands 32-bit programs cannot reach."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit
from abicheck.model import Span
from abicheck.review.added import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.checks.review.facts import StepFacts
    from abicheck.model import Rule
    from abicheck.review.added import AddedFile, Word

_TABLES = ("file_operations", "proc_ops")


def without_compat(facts: StepFacts, _rule: Rule) -> Iterator[Hit]:
    """File operations that get an ``unlocked_ioctl`` and have no ``compat_ioctl``."""
    for file in facts.added:
        added = {word.line for word in file.words if word.name == "unlocked_ioctl"}
        for table in _tables(_text(facts, file)) if added else ():
            lines = [word.line for word in table if word.name == "unlocked_ioctl"]
            compat = any("compat" in word.name.lower() for word in table)
            if not compat and lines and lines[0] in added:
                yield Hit(
                    span=Span(file.path, lines[0], 1),
                    subject=f"{table[0].after} in {file.path}",
                    fields=(("table", table[0].after),),
                    suggestion=".compat_ioctl = compat_ptr_ioctl,",
                )


def _text(facts: StepFacts, file: AddedFile) -> Sequence[Word]:
    """The names of the whole file after the step, else of what the hunks show."""
    content = None if facts.step.partial else facts.step.new.read(file.path)
    return file.around if content is None else tuple(words(content.decode("utf-8", "replace")))


def _tables(found: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """The names of each initialised table of operations, from the table's type on."""
    starts = [
        index
        for index, word in enumerate(found)
        if word.name in _TABLES and word.after.isidentifier()
    ]
    for start, end in pairwise([*starts, len(found)]):
        if any(word.name == "unlocked_ioctl" for word in found[start:end]):
            yield found[start:end]
