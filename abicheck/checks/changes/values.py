# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds constants that have another number than in the version before."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from abicheck.checks.changes.bounds import (
    is_default,
    is_least,
    is_limit,
    is_reserved,
    is_size,
    is_union,
    is_version,
)
from abicheck.checks.changes.enums import pushes
from abicheck.checks.changes.followers import followers
from abicheck.checks.changes.numbers import by_number, moved, on, shifts, spelled, together
from abicheck.checks.changes.wording import listed
from abicheck.checks.facts import Hit
from abicheck.model import Severity, Victim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abicheck.checks.changes.facts import ConstantChange, ConstantsChange
    from abicheck.model import Rule

_WORD = re.compile(r"[A-Za-z_]\w*")
_SIZED = re.compile(r"\bsizeof\b|\boffsetof\b")
_STRING = re.compile(r'\(*\s*L?".*"\s*\)*')
_LITERAL = re.compile(r"\(?\s*(?:0[xX][0-9a-fA-F]+|\d+)[uUlL]*\s*\)?")
_MOST = 400
"""Constants of one number that are looked at; hostile headers have no end."""
_MASK = 4
"""Bits of a number that is no single flag."""


def changed(facts: ConstantsChange, rule: Rule) -> Iterator[Hit]:
    """Every constant that programs were compiled with another number of."""
    told = {c.name for push in pushes(facts) for c in (*push.pushed, *push.bounds)}
    found = [change for change in facts.changes if moved(change)]
    names = frozenset(change.name for change in found)
    born = _born(facts)
    roots = [
        change
        for change in found
        if change.name not in told
        and not _is_made_of(change, names)
        and not _may_change(change, rule, alone=_is_alone(change, born))
    ]
    yield from _commands(filter(_is_resized, roots), facts, rule)
    today = by_number(facts.changes)
    words = _made_of(found)
    together: dict[object, list[ConstantChange]] = {}
    for change in roots:
        if not _is_resized(change):
            together.setdefault(_cause(change), []).append(change)
    for group in together.values():
        yield _hit(group, words.get(group[0].name, []), today, facts)
    yield from _strings(facts)


def _born(facts: ConstantsChange) -> Mapping[str, set[int]]:
    """By path: the numbers of the constants that are new in a header."""
    found: dict[str, set[int]] = {}
    for change in facts.changes:
        if change.old is None and change.new is not None:
            numbers = [number for _, number in change.new.numbers if number is not None]
            commands = [number & 0xFF for number in numbers if number > 0xFFFF]  # their place
            found.setdefault(change.new.span.path, set()).update(numbers, commands)
    return found


def _is_alone(change: ConstantChange, born: Mapping[str, set[int]]) -> bool:
    """Whether a count is a plain number, and nothing is new that it could count."""
    assert change.new is not None  # it moved
    numbers = born.get(change.new.span.path, ())
    rows = moved(change).values()
    counted = any(old <= number <= new for old, new in rows for number in numbers)
    return _LITERAL.fullmatch(change.new.text) is not None and not counted


def _may_change(change: ConstantChange, rule: Rule, *, alone: bool) -> bool:
    """Whether nobody relies on the number, or the change is told of elsewhere.

    ``alone``: nothing else has changed that the constant could count.
    """
    assert change.old is not None  # it moved
    assert change.new is not None
    headers = rule.parameter("tolerated")
    if isinstance(headers, tuple) and any(fnmatchcase(change.include, h) for h in headers):
        return True
    if _is_command(change):
        return False
    sized = change.old.text == change.new.text and _SIZED.search(change.new.text) is not None
    return (
        sized
        or is_version(change.name)
        or all(_is_growth(change, *pair, alone=alone) for pair in moved(change).values())
    )


def _is_command(change: ConstantChange) -> bool:
    """Whether it is an ioctl's number: what its name says is what the ioctl is about."""
    return any(value is not None and value.command for value in (change.old, change.new))


def _is_growth(change: ConstantChange, old: int, new: int, *, alone: bool) -> bool:
    """Whether a constant that stands for others changed as they became more."""
    assert change.old is not None  # it moved
    assert change.new is not None
    name = change.name
    if is_least(name) or is_reserved(name):
        return new < old if is_least(name) else old & new == new
    if change.marker and new > old:
        return not alone or is_limit(name)
    if not is_union(name) and not _is_or(change.old.text) and not _is_or(change.new.text):
        return False
    if change.old.text.isdecimal() and (old + 1).bit_count() > 1:
        return False  # who writes bits in decimal has all of them in it
    return old & new == (new if "~" in change.old.text else old)


def _is_or(text: str) -> bool:
    """Whether an expression joins names by ``|``."""
    return "|" in text and len(_WORD.findall(text)) > 1


def _is_made_of(change: ConstantChange, others: frozenset[str]) -> bool:
    """Whether the constant is written as it was, with one of the others in it."""
    assert change.old is not None  # it moved
    assert change.new is not None
    words = {*_WORD.findall(change.new.text)} - {change.name}
    return change.old.text == change.new.text and not words.isdisjoint(others)


def _made_of(changes: Iterable[ConstantChange]) -> dict[str, list[str]]:
    """By word: the constants with it in their text, which did not change."""
    found: dict[str, list[str]] = {}
    for change in changes:
        assert change.old is not None  # it moved
        assert change.new is not None
        if change.old.text == change.new.text:
            for word in {*_WORD.findall(change.new.text)} - {change.name}:
                found.setdefault(word, []).append(change.name)
    return found


def _is_resized(change: ConstantChange) -> bool:
    """Whether it is a command whose number differs by the payload's size alone."""
    old = change.old.command if change.old is not None else None
    new = change.new.command if change.new is not None else None
    if old is None or new is None or old.payload is None:
        return False
    return (old.direction, old.type, old.nr) == (new.direction, new.type, new.nr)


def _commands(
    changes: Iterable[ConstantChange], facts: ConstantsChange, rule: Rule
) -> Iterator[Hit]:
    """Commands that are another number as their payload has another size: told by payload."""
    payloads: dict[str, list[ConstantChange]] = {}
    for change in changes:
        assert change.new is not None  # it moved
        assert change.new.command is not None
        payload = change.new.command.payload or ""
        if payload not in facts.told:
            payloads.setdefault(payload, []).append(change)
    for payload, group in payloads.items():
        yield _resized(payload, group, rule)


def _resized(payload: str, group: list[ConstantChange], rule: Rule) -> Hit:
    first = group[0]
    assert first.old is not None  # it moved
    assert first.new is not None
    assert first.new.command is not None
    pairs = moved(first)
    old, new = next(iter(pairs.values()))
    others = [change.name for change in group[1:]]
    by_number = rule.parameter("by_number")
    letter = f"{first.new.command.type:#04x}"
    lenient = isinstance(by_number, tuple) and letter in by_number
    same = first.old.command is not None and first.old.command.payload == payload
    why = f"as {payload} has another size" if same else f"as its payload is {payload} now"
    also = f"so {'is' if len(others) == 1 else 'are'} {listed(others)}; " if others else ""
    what = "the kernel's core goes by type and number alone, and fills up what is missing"
    return Hit(
        span=first.new.span,
        subject=first.name,
        abis=tuple(pairs),
        fields=(
            ("name", first.name),
            ("what", f"is another number now, {new:#010x} for {old:#010x}, {why}"),
            ("on", on(pairs, first)),
        ),
        consequence=also + (what if lenient else "old programs get ENOTTY from the new kernel"),
        suggestion=f"Keep {payload} as it was, and define a new command for the larger one.",
        severity=Severity.NOTE if lenient else None,
        kind="renumbered",
        victims=() if lenient else (Victim.OLD_PROGRAM, Victim.NEW_PROGRAM),
        older=first.old.span,
        shifts=shifts((abi, *pair) for abi, pair in pairs.items()),
    )


def _cause(change: ConstantChange) -> object:
    """Equal for constants of one header that changed for one reason."""
    assert change.old is not None  # it moved
    assert change.new is not None
    if change.excuse:
        return change.new.span.path, change.excuse
    if change.old.command is not None and change.new.command is None:
        return change.new.span.path, change.old.command.type, change.new.enum
    return change.new.span, change.name


def _hit(
    group: list[ConstantChange],
    made: list[str],
    today: Mapping[int, list[ConstantChange]],
    facts: ConstantsChange,
) -> Hit:
    change, *others = group
    assert change.old is not None  # it moved
    assert change.new is not None
    pairs = moved(change)
    old, new = next(iter(pairs.values()))
    soft = _softly(change)
    was, now = together((old, new), change.new.text)
    if change.old.text.isdecimal() and change.old.text != was:
        was = f"{old} ({was})"
    return Hit(
        span=change.new.span,
        subject=change.name,
        abis=tuple(pairs),
        fields=(
            ("name", change.name),
            ("what", f"was {was} and is {now}"),
            ("on", on(pairs, change)),
        ),
        consequence="; ".join(
            [
                *_also(others),
                *_reasons(change, soft, made),
                *_heirs(change, today),
                *followers(facts.users.get(change.name, ())),
            ]
        ),
        suggestion=_suggestion(change, old),
        severity=_severity(change, soft),
        kind="value",
        victims=() if soft else (Victim.OLD_PROGRAM, Victim.NEW_PROGRAM),
        older=change.old.span,
        shifts=shifts((abi, *pair) for abi, pair in pairs.items()),
    )


def _severity(change: ConstantChange, soft: str) -> Severity | None:
    """Less than an error where nothing is certain to rely on the number."""
    grew = all(new > old for old, new in moved(change).values())
    if soft and change.marker and grew and not is_size(change.name):
        return Severity.WARNING
    return Severity.NOTE if soft else None


def _softly(change: ConstantChange) -> str:
    """Why a change is no break by itself; empty where it is."""
    assert change.new is not None  # it moved
    pairs = moved(change).values()
    if _is_command(change):
        return ""
    if all(_is_same_word(old, new) for old, new in pairs):
        return "the same bits, with another sign where they are widened"
    is_macro = change.new.enum is None
    if is_macro and is_default(change.name):
        return "old programs go on asking for the old default"
    if change.marker or (is_macro and is_size(change.name)):
        grew = all(new > old for old, new in pairs)
        if grew and change.marker and not is_size(change.name):
            return "named as a count, with nothing new beside it that it could count"
        return f"a bound that {'grew' if grew else 'shrank'}: see what relies on it"
    if all(_is_grown_mask(old, new) for old, new in pairs):
        return "a mask that grew"
    if is_union(change.name) and all(old & new == new for old, new in pairs):
        return "a mask that lost bits, with the names for them"
    return ""


def _is_grown_mask(old: int, new: int) -> bool:
    """Whether both numbers are one run of bits with room below: no mere count, all ones or not."""
    runs = all(n & 1 == 0 and (n // (n & -n) + 1).bit_count() == 1 for n in (old, new) if n > 0)
    return runs and 0 < old == old & new and old.bit_count() >= _MASK


def _is_same_word(old: int, new: int) -> bool:
    for bits in (32, 64):
        if all(-(1 << (bits - 1)) <= number < 1 << bits for number in (old, new)):
            return (old - new) % (1 << bits) == 0
    return False


def _also(others: list[ConstantChange]) -> Iterator[str]:
    if others:
        names = listed([change.name for change in others])
        yield f"and {names} {'is' if len(others) == 1 else 'are'} renumbered with it"


def _reasons(change: ConstantChange, soft: str, made: list[str]) -> Iterator[str]:
    if soft or change.excuse:
        yield soft or change.excuse
    if made:
        yield f"{listed(made)} {'is' if len(made) == 1 else 'are'} made of it"


def _heirs(change: ConstantChange, today: Mapping[int, list[ConstantChange]]) -> Iterator[str]:
    """Who has the old number now, among constants of the same space."""
    old = next(iter(moved(change).values()))[0]
    for other in today.get(old, [])[:_MOST]:
        if other.name != change.name and other.new is not None and same_space(change, other):
            before = {} if other.old is None else other.old.by_abi
            if old in other.new.by_abi.values() and old not in before.values():
                yield f"{spelled(old)} is {other.name} now"


def same_space(one: ConstantChange, other: ConstantChange) -> bool:
    """Whether two constants share numbers out among them, as far as their headers tell."""
    if one.family or other.family:
        return one.family == other.family
    values = [value for value in (one.new or one.old, other.new or other.old) if value is not None]
    if len({value.span.path for value in values}) > 1:
        return False
    enums = {value.enum for value in values}
    if enums != {None}:
        return len(enums) == 1
    first, second = (each.name.strip("_").split("_") for each in (one, other))
    alike = sum(1 for a, b in zip(first, second, strict=False) if a == b)
    return alike >= max(1, min(len(first), len(second)) - 1)


def _suggestion(change: ConstantChange, old: int) -> str:
    assert change.old is not None  # it moved
    assert change.new is not None
    text = change.old.text or str(old)
    if change.new.enum is None:
        return f"#define {change.name} {text}"
    return f"{change.name} = {text},"


def _strings(facts: ConstantsChange) -> Iterator[Hit]:
    """Names that programs pass as text, such as those of protocols and devices."""
    for change in facts.changes:
        old, new = change.old, change.new
        if old is None or new is None or old.text == new.text or is_version(change.name):
            continue
        if _STRING.fullmatch(old.text) and _STRING.fullmatch(new.text):
            yield Hit(
                span=new.span,
                subject=change.name,
                abis=tuple(new.by_abi),
                fields=(
                    ("name", change.name),
                    ("what", f"was {old.text} and is {new.text}"),
                    ("on", on(new.by_abi, change)),
                ),
                suggestion=f"#define {change.name} {old.text}",
                severity=Severity.WARNING,
                kind="value",
                victims=(Victim.OLD_PROGRAM, Victim.NEW_PROGRAM),
                older=old.span,
            )
