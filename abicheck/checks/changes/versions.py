# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds ``*_SIZE_VERn`` constants to the record whose published sizes they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.checks.changes import measures
from abicheck.checks.changes.wording import listed
from abicheck.checks.facts import Hit
from abicheck.checks.words import short
from abicheck.diff.members import scopes
from abicheck.model import Breaks, Shift, Side, Span, Victim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abicheck.checks.changes.facts import Form, RecordChange
    from abicheck.checks.facts import HeaderFacts
    from abicheck.model import Rule

_VERSION = re.compile(r"(\w+)_SIZE_VER(\d+)")


def published(change: RecordChange, _rule: Rule) -> Iterator[Hit]:
    """Sizes that were published and changed, and new sizes that no constant names truly."""
    name = change.new.across.name
    before = _versions(change.old.header, change.old.across.name)
    after = _versions(change.new.header, name)
    for number, size in before.items():
        if after.get(number) != size:
            yield _altered(change, number, size, after.get(number))
    if not before and not after:
        return
    grown = [form for form in change.forms if form.new.size > form.old.size]
    newest = max(after, default=-1)
    if newest in before:
        if grown and all(form.new.size != after[newest] for form in grown):
            yield _unnamed(change, grown, newest)
    elif newest >= 0:
        yield from _untrue(change, newest, after[newest])
    for number in sorted(after.keys() - before.keys() - {newest}):
        yield from _no_end(change, number, after[number])


def _versions(header: HeaderFacts, record: str) -> Mapping[int, int]:
    """By n: the numbers that the header gives to ``<record>_SIZE_VERn``."""
    found: dict[int, int] = {}
    for name in header.text.by_name:
        match = _VERSION.fullmatch(name)
        if match and _means(match[1], short(record)):
            number = header.around.named(name)
            if number is not None:
                found[int(match[2])] = number
    return found


def _constant(header: HeaderFacts, record: str, number: int) -> str:
    """The constant's name, or the one that it would have."""
    stem = short(record).upper()
    for name in header.text.by_name:
        match = _VERSION.fullmatch(name)
        if match and _means(match[1], short(record)):
            stem = match[1]
            if int(match[2]) == number:
                return name
    return f"{stem}_SIZE_VER{number}"


def _means(prefix: str, tag: str) -> bool:
    """Whether a constant's prefix is a record's tag, some of its words, or their initials."""
    words = tag.upper().split("_")
    rest = iter(words)
    return all(word in rest for word in prefix.split("_")) or prefix == "".join(
        word[:1] for word in words
    )


def _altered(change: RecordChange, number: int, old: int, new: int | None) -> Hit:
    constant = _constant(change.old.header, change.old.across.name, number)
    what = "is gone" if new is None else f"is {new} now, {old} before"
    return _hit(
        change,
        constant,
        what=f"{what}: compiled programs go on passing {old}",
        suggestion=f"#define {constant}\t{old}",
        shifts=(Shift(abis=_abis(change), old=Side(value=old), new=_value(new)),),
        victims=(Victim.OLD_PROGRAM, Victim.SOURCE),
    )


def _unnamed(change: RecordChange, grown: list[Form], newest: int) -> Hit:
    form = max(grown, key=lambda form: len(form.abis))
    came = [m.path for m in scopes(form.old, form.new)[0].members if not m.old and m.path]
    constant = _constant(change.new.header, change.new.across.name, newest)
    wanted = _constant(change.new.header, change.new.across.name, newest + 1)
    name = change.new.across.name
    return _hit(
        change,
        constant,
        what=f"is the newest size, and {name} grows from {form.old.size} to {form.new.size} bytes",
        suggestion=f"#define {wanted}\t{form.new.size}\t/* add: {listed(came)} */",
        shifts=measures.shifts(change.forms, measures.size),
        victims=(Victim.NEW_PROGRAM,),
        abis=tuple(abi for form in grown for abi in form.abis),
    )


def _untrue(change: RecordChange, number: int, size: int) -> Iterator[Hit]:
    wrong = [form for form in change.forms if form.new.size != size]
    if wrong:
        constant = _constant(change.new.header, change.new.across.name, number)
        real = wrong[0].new.size
        yield _hit(
            change,
            constant,
            what=f"is {size}, and {change.new.across.name} takes {real} bytes",
            suggestion=f"#define {constant}\t{real}",
            shifts=measures.shifts(change.forms, measures.size),
            victims=(Victim.OLD_PROGRAM, Victim.NEW_PROGRAM),
            abis=tuple(abi for form in wrong for abi in form.abis),
        )


def _no_end(change: RecordChange, number: int, size: int) -> Iterator[Hit]:
    """A size between others at which no member ends."""
    wrong = [
        form
        for form in change.forms
        if size * 8 not in {p.bit_offset + p.bit_size for p in form.new.members}
    ]
    if wrong:
        constant = _constant(change.new.header, change.new.across.name, number)
        yield _hit(
            change,
            constant,
            what=f"is {size}, and no member of {change.new.across.name} ends there",
            suggestion="",
            shifts=measures.shifts(change.forms, measures.size),
            victims=(Victim.OLD_PROGRAM, Victim.NEW_PROGRAM),
            abis=tuple(abi for form in wrong for abi in form.abis),
        )


def _hit(
    change: RecordChange,
    constant: str,
    *,
    what: str,
    suggestion: str,
    shifts: tuple[Shift, ...],
    victims: tuple[Victim, ...],
    abis: tuple[str, ...] | None = None,
) -> Hit:
    older = _place(change.old.header, constant)
    span = _place(change.new.header, constant)
    return Hit(
        span=span or older or change.new.across.groups[0].layout.record.span,
        older=older,
        subject=constant,
        abis=abis or _abis(change),
        fields=(("constant", constant), ("what", what)),
        suggestion=suggestion,
        breaks=Breaks.BINARY,
        kind="version",
        victims=victims,
        shifts=shifts,
    )


def _place(header: HeaderFacts, constant: str) -> Span | None:
    found = header.text.by_name.get(constant)
    return Span(header.path, found.line, 1) if found else None


def _value(number: int | None) -> Side | None:
    return None if number is None else Side(value=number)


def _abis(change: RecordChange) -> tuple[str, ...]:
    return tuple(abi for form in change.forms for abi in form.abis)
