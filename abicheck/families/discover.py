# SPDX-License-Identifier: GPL-2.0-or-later
"""This module proposes number families for a header that no family file knows."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import takewhile
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.families.collect import Membership, definitions
from abicheck.families.evaluate import Evaluator, UnevaluatedError
from abicheck.model.claims import Family, FamilyKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from abicheck.families.scan import HeaderText
    from abicheck.model.claims import Definition

_FEWEST = 3
"""Members that make a family worth proposing."""
_COMMAND = re.compile(r"\(*\s*_IO[RW]{0,2}\s*\(\s*([^,]+),")
_ANY_MARKER = Family(id="any", title="", kind=FamilyKind.IDS, headers=(), names=r"\w+")


class Proposal(Struct, frozen=True, kw_only=True):
    """A family as it could be written down, and what it finds in its header."""

    family: Family
    definitions: tuple[Definition, ...]
    """In the order of their numbers."""


def propose(include: str, text: HeaderText) -> tuple[Proposal, ...]:
    """Families for a header: one for each enum, ioctl type, and prefix of numbered macros."""
    evaluator = Evaluator((text,))
    stem = re.sub(r"\W+", "-", include.rpartition("/")[2].removesuffix(".h")).strip("-").lower()
    rows = (
        *_from_commands(stem, include, text, evaluator),
        *_from_enums(stem, include, text),
        *_from_macros(stem, include, text, evaluator),
    )
    found: dict[str, Proposal] = {}
    for family in rows:
        members = [d for d in definitions(family, (text,)) if d.number is not None and not d.marker]
        if len({d.name for d in members}) >= _FEWEST:
            members.sort(key=lambda d: (d.number or 0, d.name))
            found.setdefault(family.id, Proposal(family=family, definitions=tuple(members)))
    return tuple(found[key] for key in sorted(found))


def _from_commands(
    stem: str, include: str, text: HeaderText, evaluator: Evaluator
) -> Iterator[Family]:
    types: set[int] = set()
    for macro in text.macros:
        match = _COMMAND.match(macro.body)
        if match is None or macro.params is not None:
            continue
        try:
            types.add(evaluator.expression(match.group(1)) & 0xFF)
        except UnevaluatedError:
            continue
    if types:
        yield Family(
            id=f"{stem}.ioctl",
            title=f"commands of {include}",
            kind=FamilyKind.IOCTL,
            headers=(include,),
            names=r"\w+",
            magic=tuple(sorted(types)),
        )


def _from_enums(stem: str, include: str, text: HeaderText) -> Iterator[Family]:
    tagged: dict[str, list[str]] = defaultdict(list)
    for enumerator in text.enumerators:
        if enumerator.tag is not None:
            tagged[enumerator.tag].append(enumerator.name)
    for tag, names in tagged.items():
        prefix = _prefix(names)
        if prefix:
            yield Family(
                id=f"{stem}.{tag.lower().replace('_', '-')}",
                title=f"enum {tag}",
                kind=FamilyKind.IDS,
                headers=(include,),
                names=rf"{prefix}\w+",
                enums=(tag,),
            )


def _from_macros(
    stem: str, include: str, text: HeaderText, evaluator: Evaluator
) -> Iterator[Family]:
    numbers = dict(_numbered(text, evaluator))
    for prefix, names in sorted(_groups(numbers).items()):
        values = [numbers[name] for name in names]
        flags = _are_flags(values)
        yield Family(
            id=f"{stem}.{prefix.strip('_').lower().replace('_', '-')}",
            title=f"{prefix}*",
            kind=FamilyKind.BITS if flags else FamilyKind.IDS,
            headers=(include,),
            names=rf"{prefix}\w+",
            width=64 if flags and max(values) >> 32 else 32,
        )


def _are_flags(values: Sequence[int]) -> bool:
    return max(values) > 4 and all(value > 0 and value & (value - 1) == 0 for value in values)


def _numbered(text: HeaderText, evaluator: Evaluator) -> Iterator[tuple[str, int]]:
    is_marker = Membership(_ANY_MARKER).is_marker
    for macro in text.macros:
        if macro.params is None and macro.body and not is_marker(macro.name):
            try:
                yield macro.name, evaluator.expression(macro.body)
            except UnevaluatedError:
                continue


def _groups(numbers: Mapping[str, int]) -> dict[str, list[str]]:
    """Names by their shortest prefix of whole words under which no number repeats."""
    by_prefix: dict[str, list[str]] = defaultdict(list)
    for name in numbers:
        words = name.split("_")
        for count in range(2, len(words)):
            by_prefix["_".join(words[:count]) + "_"].append(name)
    chosen: dict[str, list[str]] = {}
    taken: set[str] = set()
    for prefix in sorted(by_prefix, key=lambda prefix: (len(prefix), prefix)):
        rest = [name for name in by_prefix[prefix] if name not in taken]
        unique = len({numbers[name] for name in rest}) == len(rest)
        if len(rest) >= _FEWEST and unique:
            chosen[prefix] = rest
            taken.update(rest)
    return chosen


def _prefix(names: Sequence[str]) -> str:
    """The words with which all names begin; empty where they share none."""
    words = [name.lstrip("_").split("_")[:-1] for name in names]
    shared = [group[0] for group in takewhile(_is_one, zip(*words, strict=False))]
    return "".join(f"{word}_" for word in shared)


def _is_one(words: tuple[str, ...]) -> bool:
    return len(set(words)) == 1


def as_toml(proposal: Proposal) -> str:
    """The proposal as a family file takes it, with its members as a comment."""
    family = proposal.family
    lines = [
        "[[family]]",
        f'id = "{family.id}"',
        f'title = "{family.title}"',
        f'kind = "{family.kind}"',
        f'headers = ["{family.headers[0]}"]',
        f"names = '{family.names}'",
    ]
    if family.enums:
        lines.append(f'enums = ["{family.enums[0]}"]')
    if family.magic:
        lines.append(f"magic = [{', '.join(f'0x{byte:02X}' for byte in family.magic)}]")
    if family.width != 32:
        lines.append(f"width = {family.width}")
    shown = [f"#   {d.number:#x} {d.name}" for d in proposal.definitions]
    return "\n".join([*lines, *shown]) + "\n"
