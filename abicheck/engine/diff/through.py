# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which records differ through a typedef or a constant alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.checks.changes.numbers import moved
from abicheck.diff.same import is_same, named_typedef, through, typedefs
from abicheck.model import Array

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from abicheck.checks.changes.facts import (
        ConstantChange,
        ConstantsChange,
        Form,
        RecordChange,
    )
    from abicheck.model import Member

_WORD = re.compile(r"[A-Za-z_]\w*")


def users_of(
    records: Iterable[RecordChange],
    other: Collection[tuple[str, str]],
    constants: ConstantsChange,
) -> dict[str, tuple[RecordChange, ...]]:
    """By the typedefs and constants that changed by themselves: the records that follow them.

    ``other`` has the (ABI, typedef) pairs of other types.
    """
    numbers = {change.name: change for change in constants.changes if moved(change)}
    texts = _texts((*constants.declared, *numbers.values()))
    found: dict[str, tuple[RecordChange, ...]] = {}
    for change in records:
        for root in {_root(name, texts) for name in _names(change, other, numbers)}:
            found[root] = (*found.get(root, ()), change)
    return found


def _names(
    change: RecordChange, other: Collection[tuple[str, str]], numbers: Collection[str]
) -> frozenset[str]:
    """What alone makes a record differ on every ABI, empty where more does."""
    names: set[str] = set()
    for form in change.forms:
        known = {name for abi, name in other if abi in form.abis}
        if is_same(form.old, form.new) and known.isdisjoint(typedefs(form.new)):
            continue
        apart = through(form.old, form.new, _why(change, form, known, numbers))
        if not apart:
            return frozenset()
        names |= apart
    return frozenset(names)


def _why(
    change: RecordChange, form: Form, known: Collection[str], numbers: Collection[str]
) -> Callable[[Member, Member], str]:
    here = form.old.record.span.path, form.new.record.span.path
    contents = change.old.header.content.split(b"\n"), change.new.header.content.split(b"\n")

    def why(old: Member, new: Member) -> str:
        name = named_typedef(new)
        if name in known and old.type_text == new.type_text:
            return name
        if not numbers or not isinstance(old.type, Array) or not isinstance(new.type, Array):
            return ""
        if (old.span.path, new.span.path) != here or not _is_longer(old, new):
            return ""
        lines = [text[m.span.line - 1] for text, m in zip(contents, (old, new), strict=True)]
        words = _WORD.findall(lines[1].decode("utf-8", "replace"))
        return next((w for w in words if w in numbers), "") if lines[0] == lines[1] else ""

    return why


def _is_longer(old: Member, new: Member) -> bool:
    """Whether two arrays differ in their bounds alone."""
    same = old.type_text.partition("[")[0] == new.type_text.partition("[")[0]
    return same and old.type_text != new.type_text


def _texts(changes: Iterable[ConstantChange]) -> dict[str, list[str]]:
    """By name: the words that it is made of, none where these are not as they were."""
    both = ((change.name, change.old, change.new) for change in changes)
    return {
        name: _WORD.findall(new.text) if old.text == new.text else []
        for name, old, new in both
        if old is not None and new is not None
    }


def _root(name: str, texts: Mapping[str, list[str]]) -> str:
    """What is behind a name that has changed, as far as other changes are."""
    seen = {name}
    while inner := next((w for w in texts.get(name, ()) if w in texts and w not in seen), ""):
        seen.add(inner)
        name = inner
    return name
