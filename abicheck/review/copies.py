# SPDX-License-Identifier: GPL-2.0-or-later
"""This module knows where copies of a header lie, and tells a late one from a wrong one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.families.book import read_families
from abicheck.families.collect import Membership
from abicheck.families.scan import Macro
from abicheck.model.claims import FamilyKind
from abicheck.review.contradictions import contradictions
from abicheck.review.headers import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from abicheck.families.scan import Enumerator
    from abicheck.review.contradictions import Number
    from abicheck.review.headers import HeaderStep, ShownHeader

_MARKER = re.compile(r"(?:^|_)(?:MAX|LAST|CNT|NUM|NR|END)(?:_|$)")
"""A name that counts others: in an older copy it counts fewer."""
_TOP = "include/uapi/"
_OF_ARCH = re.compile(r"asm-([^/]+)/(?:asm/)?(.+)")
_UAPI = re.compile(r"(?:arch/(?P<arch>[^/]+)/)?include/uapi/(?P<include>.+)")


class Drift(Struct, frozen=True):
    """One thing that a copy says otherwise than its header ever did."""

    subject: str
    text: str
    """The rest of a sentence about it."""
    line: int
    """In the copy."""


def places(header: str, mirrors: Sequence[str], folders: Sequence[str]) -> tuple[str, ...]:
    """Where copies of a header may lie.

    A mirror repeats paths as they are; a folder has them as programs include them, what belongs to
    an architecture below ``asm-x86`` or such, as QEMU's and Android's do.
    """
    found = [f"{mirror.rstrip('/')}/{header}" for mirror in mirrors]
    match = _UAPI.fullmatch(header)
    for folder in folders:
        if match is None:
            break
        top, include = folder.rstrip("/"), match["include"]
        found.append(f"{top}/{include}")
        if match["arch"]:
            name = include.removeprefix("asm/")
            found += [f"{top}/asm-{match['arch']}/{part}" for part in (name, f"asm/{name}")]
    return tuple(found)


def original(copy: str, mirrors: Sequence[str], folders: Sequence[str]) -> str | None:
    """The header that a file is a copy of; the longest mirror counts."""
    for mirror in sorted(mirrors, key=len, reverse=True):
        rest = copy.removeprefix(f"{mirror.rstrip('/')}/")
        if rest != copy and _UAPI.fullmatch(rest):
            return rest
    for folder in folders:
        rest = copy.removeprefix(f"{folder.rstrip('/')}/")
        match = _OF_ARCH.fullmatch(rest)
        if rest != copy:
            return f"arch/{match[1]}/{_TOP}asm/{match[2]}" if match else f"{_TOP}{rest}"
    return None


class Late(Struct, frozen=True):
    """What a copy does not have of what a step does to its header; nothing if both are empty."""

    lacking: tuple[str, ...] = ()
    """Names that it does not know."""
    older: tuple[str, ...] = ()
    """Names that it has as they were, or otherwise."""

    def __bool__(self) -> bool:
        return bool(self.lacking or self.older)


def late(step: HeaderStep, copy: ShownHeader) -> Late:
    """What a copy does not have of what a step makes of its header."""
    if step.new is None:
        known = copy.records.keys() | copy.text.by_name.keys()
        return Late(older=tuple(sorted((step.records | step.constants) & known)))
    of_header, of_copy = numbers([step.new]), numbers([copy])
    names = [key for key in step.records if _lacks(copy, step.new, key, of_header)]
    names += [
        name
        for name in step.constants
        if name in step.new.text.by_name
        and (name not in copy.text.by_name or of_header(name) != of_copy(name))
    ]
    known = copy.records.keys() | copy.text.by_name.keys()
    return Late(
        lacking=tuple(sorted(name for name in names if name not in known)),
        older=tuple(sorted(name for name in names if name in known)),
    )


def drifts(step: HeaderStep, copy: HeaderStep) -> Iterator[Drift]:
    """What a copy, which the step may touch too, says that its header said neither now nor before.

    Only constants and records that the step touches in one of the two are looked at.
    """
    if step.new is not None and copy.new is not None:
        yield from _values(step, copy, copy.new, step.new)
        yield from _records(step, copy, copy.new, step.new)


def _values(
    step: HeaderStep, copy: HeaderStep, there: ShownHeader, here: ShownHeader
) -> Iterator[Drift]:
    of_header, of_copy = numbers([here]), numbers([there])
    of_old = numbers([step.old]) if step.old else of_header
    written = copy.constants if copy.old else frozenset()
    for name in sorted(step.constants | written):
        found, actual = (text.text.by_name.get(name) for text in (there, here))
        value = of_copy(name) if found else None
        if found is None or value is None or _MARKER.search(name):
            continue
        if actual is None:
            if name in written and not _is_known(name, step):
                yield Drift(name, "is in the copy, and its header does not define it", found.line)
            continue
        meant = of_header(name)
        agreed = {meant} if name in written else {meant, of_old(name)}
        if meant is not None and value not in agreed and _said(found) != _said(actual):
            yield Drift(name, f"is {value} in the copy, and {meant} in its header", found.line)
    yield from _taken(step, there, here)


def _said(one: Macro | Enumerator) -> str | int:
    """What a name is defined as; an enumerator without a value as nobody else is."""
    return one.body if isinstance(one, Macro) else one.expression or id(one)


def _is_known(name: str, step: HeaderStep) -> bool:
    """Whether the header had a name, or may have it from others, as an architecture's does."""
    had = step.old is not None and name in step.old.text.by_name
    return had or step.path.startswith("arch/")


def _taken(step: HeaderStep, there: ShownHeader, here: ShownHeader) -> Iterator[Drift]:
    """New numbers that the copy has given to a name which its header does not know."""
    of_header, of_copy = numbers([here]), numbers([there])
    strange = [name for name in there.text.by_name if name not in here.text.by_name]
    added = step.added() if strange else ()
    space = _spaces(step.path) if added else _prefix
    taken = {(space(name), of_copy(name)): name for name in reversed(strange)} if added else {}
    for new in added:
        value = of_header(new.name)
        name = taken.get((space(new.name), value))
        if value and name is not None:
            line = there.text.by_name[name].line
            yield Drift(name, f"is {value} in the copy, which is now {new.name}", line)


def _spaces(path: str) -> Callable[[str], str]:
    """A function that says in which space of numbers a name of a header is."""
    include = path.rpartition("include/uapi/")[2]
    known = [
        Membership(family)
        for family in read_families(())
        if include in family.headers and family.kind in (FamilyKind.IDS, FamilyKind.BITS)
    ]

    def space(name: str) -> str:
        return next((each.family.id for each in known if each(name)), _prefix(name))

    return space


def _prefix(name: str) -> str:
    return "_".join(name.split("_")[:2])


def _records(
    step: HeaderStep, copy: HeaderStep, there: ShownHeader, here: ShownHeader
) -> Iterator[Drift]:
    number = numbers([here, there])
    written = copy.records if copy.old else frozenset()
    for key in sorted(step.records | written):
        if not key.startswith(("struct ", "union ")):
            continue
        versions = [here] if key in written or step.old is None else [here, step.old]
        actual = [one.sketch for version in versions for one in version.records.get(key, ())]
        for shown in there.records.get(key, ()) if actual else ():
            tried = [
                [c for c in contradictions(shown.sketch, sketch, number) if c.kind != "missing"]
                for sketch in actual
            ]
            if all(tried):
                first = min(tried, key=len)[0]
                text = f"is otherwise in the copy: {first.member} {first.text}"
                yield Drift(key, text, first.line)


def _lacks(copy: ShownHeader, header: ShownHeader, key: str, number: Number) -> bool:
    """Whether a record of the header is in the copy in no form that says the same."""
    there = copy.records.get(key, ())
    return any(
        all(contradictions(other.sketch, one.sketch, number) for other in there)
        for one in header.records.get(key, ())
    )
