# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells where a record as it is shown contradicts the record as it is.

A text may leave members out where it says so, spell a type otherwise, and call ``[0]`` what is
``[]``. What it may not do is show a member that is not there, or another type, size or order.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from abicheck.review.spellings import meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abicheck.review.sketches import Field, Sketch

    Number: TypeAlias = "Callable[[str], int | None]"
    """The value of an expression; None where it cannot be told."""


class Contradiction(Struct, frozen=True, kw_only=True):
    """One thing that a text shows otherwise than it is."""

    member: str
    """Its path inside the record, such as ``system_event.flags``."""
    kind: str
    """``unknown``, ``missing``, ``type``, ``count``, ``bits``, ``order`` or ``kind``."""
    text: str
    """What is said and what is, as the end of a sentence about the member."""
    line: int
    """Where the text that contradicts shows it."""
    actual: int
    """Where the record itself has it, or should."""


class _Place(Struct, frozen=True):
    """A member with a name, and where it stands."""

    field: Field
    around: tuple[tuple[int, str], ...]
    """Index and kind of its record and of each unnamed one between."""
    index: int


def contradictions(shown: Sketch, actual: Sketch, number: Number) -> tuple[Contradiction, ...]:
    """What the first record says that is not so of the second."""
    return tuple(_compare(shown, actual, number, ""))


def _compare(shown: Sketch, actual: Sketch, number: Number, path: str) -> Iterator[Contradiction]:
    if shown.kind != actual.kind:
        yield Contradiction(
            member=path.rstrip(".") or shown.tag or "",
            kind="kind",
            text=f"is shown as a {shown.kind}, and is a {actual.kind}",
            line=shown.line,
            actual=actual.line,
        )
        return
    there = {place.field.name: place for place in reversed(_places(actual))}
    here = {place.field.name: place for place in reversed(_places(shown))}
    partial = actual.partial or any(f.record and f.record.partial for f in actual.fields)
    for name, place in reversed(here.items()):
        found = there.get(name)
        if found is not None:
            yield from _member(place.field, found.field, number, path)
        elif not partial:
            yield _unknown(place, actual, path)
    yield from _missing(shown, here, there, path)
    yield from _order(here, there, path)


def _places(sketch: Sketch) -> list[_Place]:
    """The members with a name, those of unnamed records among them, in order."""
    return list(_walk(sketch, ((0, sketch.kind),), [0]))


def _walk(
    sketch: Sketch, around: tuple[tuple[int, str], ...], count: list[int]
) -> Iterator[_Place]:
    for field in sketch.fields:
        count[0] += 1
        if field.name is not None:
            yield _Place(field, around, count[0])
        elif field.record is not None and field.record.tag is None:
            yield from _walk(field.record, (*around, (count[0], field.record.kind)), count)


def _unknown(place: _Place, actual: Sketch, path: str) -> Contradiction:
    field = place.field
    return Contradiction(
        member=f"{path}{field.name}",
        kind="unknown",
        text="is shown, and there is no such member",
        line=field.line,
        actual=actual.line,
    )


def _missing(
    shown: Sketch, here: dict[str | None, _Place], there: dict[str | None, _Place], path: str
) -> Iterator[Contradiction]:
    if shown.partial or any(f.record and not f.name and f.record.partial for f in shown.fields):
        return
    for name, place in reversed(there.items()):
        if name not in here and not place.field.conditional:
            yield Contradiction(
                member=f"{path}{name}",
                kind="missing",
                text="is left out, and nothing says so",
                line=shown.line,
                actual=place.field.line,
            )


def _member(shown: Field, actual: Field, number: Number, path: str) -> Iterator[Contradiction]:
    def against(kind: str, text: str) -> Contradiction:
        return Contradiction(
            member=f"{path}{shown.name}",
            kind=kind,
            text=text,
            line=shown.line,
            actual=actual.line,
        )

    if shown.record and actual.record and not shown.record.tag:
        yield from _compare(shown.record, actual.record, number, f"{path}{shown.name}.")
    elif _differ(shown, actual):
        yield against("type", f"is shown as {spelled(shown)}, and is {spelled(actual)}")
        return
    if not shown.pointer and not actual.pointer:
        one, two = (_counts(field, number) for field in (shown, actual))
        if len(one) != len(two) or any(
            a != b for a, b in zip(one, two, strict=True) if known(a, b)
        ):
            yield against("count", f"is shown as {brackets(shown)}, and is {brackets(actual)}")
    if shown.bits and actual.bits and number(shown.bits) != number(actual.bits):
        yield against("bits", f"is shown with {shown.bits} bits, and has {actual.bits}")


def _differ(shown: Field, actual: Field) -> bool:
    """Whether two types cannot be the same; a name nobody here knows may be anything."""
    one, two = meaning(shown.type, shown.pointer), meaning(actual.type, actual.pointer)
    return one is not None and two is not None and one != two


def _counts(field: Field, number: Number) -> list[int | None]:
    return [number(size) if size else 0 for size in field.sizes]


def known(*values: int | None) -> bool:
    """Whether all of the values are."""
    return None not in values


def spelled(field: Field) -> str:
    """A member's type as the text writes it."""
    return f"{field.type} *" if field.pointer else field.type


def brackets(field: Field) -> str:
    """A member's declarator as the text writes it."""
    return f"{field.name}{''.join(f'[{size}]' for size in field.sizes)}"


def _order(
    here: dict[str | None, _Place], there: dict[str | None, _Place], path: str
) -> Iterator[Contradiction]:
    """The first member that follows another one than it does, and members that share no bytes."""
    both = [name for name in reversed(here) if name in there]
    for before, name in pairwise(both):
        one, two = _relation(here[before], here[name]), _relation(there[before], there[name])
        if one == two:
            continue
        place = here[name].field
        if two == "union":
            text = f"is shown after {before}, and shares its bytes"
        elif one == "union":
            text = f"is shown in the bytes of {before}, and has its own"
        else:
            text = f"is shown after {before}, and stands before it"
        yield Contradiction(
            member=f"{path}{name}",
            kind="order",
            text=text,
            line=place.line,
            actual=there[name].field.line,
        )
        return


def _relation(one: _Place, two: _Place) -> str:
    """``union`` for alternatives, else ``after`` or ``before``."""
    kind = ""
    for (left, kind_of), (right, _) in zip(one.around, two.around, strict=False):
        if left != right:
            break
        kind = kind_of
    if kind == "union":
        return kind
    return "after" if one.index < two.index else "before"
