# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds records with padding that added code fills in and copies to a program."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit
from abicheck.model import Span
from abicheck.review.headers import numbers
from abicheck.review.padding import padding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.checks.review.facts import StepFacts
    from abicheck.model import Rule
    from abicheck.review.added import AddedFile, Word
    from abicheck.review.headers import ShownHeader
    from abicheck.review.sketches import Sketch

_CLEARING = frozenset({"memset", "copy_from_user", "__copy_from_user", "copy_struct_from_user"})
_GIVING = frozenset({"copy_to_user", "__copy_to_user", "_copy_to_user"})
_ARGUMENTS = 8
"""Names that a call is followed for."""


def uncleared(facts: StepFacts, _rule: Rule) -> Iterator[Hit]:
    """Variables with padding that are copied to a program and that nothing clears."""
    sources = [file for file in facts.added if file.path.endswith(".c")]
    headers = [header.new for header in facts.headers if header.new] if sources else []
    for interface in facts.interfaces:
        if any(interface.owns(header.path) for header in headers):
            headers += [h for h in facts.around(interface) if h.path not in facts.paths]
    records = {key: found[0].sketch for h in headers for key, found in h.records.items()}
    for file in sources:
        for at, variable in _variables(file.words):
            hole = _hole(records, f"struct {at.name}", headers)
            body = _body(file, at) if hole else ()
            given = _copied(body, variable)
            if hole is not None and given is not None:
                yield Hit(
                    span=Span(file.path, given.line, 1),
                    subject=f"{variable} in {file.path}",
                    fields=(
                        ("variable", variable),
                        ("record", f"struct {at.name}"),
                        ("amount", "1 byte" if hole[1] == 1 else f"{hole[1]} bytes"),
                        ("member", hole[0]),
                    ),
                    suggestion=f"struct {at.name} {variable} = {{}};\n"
                    f"or memset(&{variable}, 0, sizeof({variable})); before it is filled in",
                )


def _variables(words: Sequence[Word]) -> Iterator[tuple[Word, str]]:
    """The tags and names of variables that are declared and not given a value at once."""
    for word, name in pairwise(words):
        declared = word.before == "struct" and word.after == name.name
        if declared and name.after in (";", ","):
            yield word, name.name


def _body(file: AddedFile, start: Word) -> Sequence[Word]:
    """The names from a declaration to the end of its function."""
    end = min((line for line in file.ends if line > start.line), default=None)
    return [w for w in file.words if w.line >= start.line and (end is None or w.line < end)]


def _copied(words: Sequence[Word], variable: str) -> Word | None:
    """Where a variable is copied to a program; None where it is not, or was cleared."""
    given: Word | None = None
    for index, word in enumerate(words):
        if word.name in _GIVING | _CLEARING:
            passed = words[index + 1 : index + 1 + _ARGUMENTS]
            if any(other.name == variable and other.before == "&" for other in passed):
                if word.name in _CLEARING:
                    return None
                given = given or word
    return given


def _hole(
    records: dict[str, Sketch], key: str, headers: Sequence[ShownHeader]
) -> tuple[str, int] | None:
    record = records.get(key)
    return None if record is None else padding(record, records.get, numbers(headers))
