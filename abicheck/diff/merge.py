# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells what a merge did to its parents' changes: four versions, entry by entry.

An entry is a member's declaration, a run of unnamed bits, a macro or an enumerator. A parent
changed one where it differs from the merge base; the change is lost where the merge does not
have what that parent has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.model import Array, InlineRecord, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from abicheck.model import CType, Member, Record, RecordAcross, RecordLayout, Span


class Entry(Struct, frozen=True, kw_only=True):
    """What one version says of one thing."""

    text: str
    """As C: ``__u32 gpl_compatible:1``, ``#define KVM_CAP_X 214``, ``BPF_MAP_TYPE_X,``."""
    span: Span


class Loss(Struct, frozen=True, kw_only=True):
    """A parent's own change that the merge does not have."""

    subject: str
    """``struct bpf_prog_info.netns_dev``, the name of a constant."""
    parent: int
    """Which parent, counted from 0."""
    was: Entry | None
    """At the merge base; None where it had none."""
    had: Entry | None
    has: Entry | None
    """In the merge."""
    contested: bool
    """Another parent changed it too, so that the merge had to choose."""


class Merge(Struct, frozen=True, kw_only=True):
    """A merge, its parents, and what became of their changes."""

    labels: tuple[str, ...]
    """What the parents are called, in git's order."""
    losses: tuple[Loss, ...]
    records: Mapping[str, RecordAcross]
    """The merge's, by name."""
    parents: tuple[Mapping[str, RecordAcross], ...]
    """Each parent's, by name."""


def member_entries(records: Sequence[RecordAcross]) -> dict[str, Entry]:
    """The members of some records of one version, by subject."""
    found: dict[str, Entry] = {}
    for across in records:
        for group in across.groups:
            for subject, entry in _members(group.layout.record, across.name):
                found.setdefault(subject, entry)
    return found


def losses(
    base: Mapping[str, Entry], parents: Sequence[Mapping[str, Entry]], merge: Mapping[str, Entry]
) -> Iterator[Loss]:
    """Every change of one parent that is not in the merge, in order of place."""
    subjects = dict.fromkeys(key for version in (*parents, base, merge) for key in version)
    for subject in subjects:
        was, has = base.get(subject), merge.get(subject)
        changed = [
            index
            for index, parent in enumerate(parents)
            if _text(parent.get(subject)) != _text(was)
        ]
        for index in changed:
            had = parents[index].get(subject)
            if _text(had) != _text(has):
                yield Loss(
                    subject=subject,
                    parent=index,
                    was=was,
                    had=had,
                    has=has,
                    contested=len(changed) > 1,
                )


def _text(entry: Entry | None) -> str | None:
    return None if entry is None else entry.text


def _members(record: Record, prefix: str) -> Iterator[tuple[str, Entry]]:
    """The members with their subjects; a record without a name adds nothing to the path."""
    last = "the start"
    for member in record.members:
        inner = _inline(member.type)
        if inner is not None:
            name = f"{prefix}.{member.name}" if member.name else prefix
            yield from _members(inner, name)
        if member.name is None and inner is None:
            yield f"{prefix} after {last}", Entry(text=_declaration(member), span=member.span)
        elif inner is None:
            yield f"{prefix}.{member.name}", Entry(text=_declaration(member), span=member.span)
        last = member.name or last


def _inline(ctype: CType) -> Record | None:
    while isinstance(ctype, Array):
        ctype = ctype.element
    return ctype.record if isinstance(ctype, InlineRecord) else None


def _declaration(member: Member) -> str:
    """The member as C, its type before its name."""
    head, bracket, dimensions = member.type_text.partition("[")
    bits = "" if member.bit_width is None else f":{member.bit_width}"
    name = f"{member.name or ''}{bits}{bracket}{dimensions}"
    attributes = " packed" if member.packed else ""
    attributes += f" aligned({member.aligned})" if member.aligned else ""
    return f"{head.rstrip()} {name}{attributes}".rstrip()


class Move(Struct, frozen=True, kw_only=True):
    """A member that two versions have at two places, in bits, by ABI."""

    path: str
    span: Span
    places: Mapping[str, tuple[int, int]]
    """By ABI: where the older and the newer version have it."""


def moves(older: Sequence[RecordAcross], newer: RecordAcross) -> tuple[Move, ...]:
    """The members that are nowhere where one of the older versions has them, under some ABI.

    In order of the newer version; members that only it has are left out.
    """
    places: dict[str, dict[str, tuple[int, int]]] = {}
    spans: dict[str, Span] = {}
    versions, new = [_by_abi(across) for across in older], _by_abi(newer)
    for abi, layout in new.items():
        before = [_offsets(version[abi]) for version in versions if abi in version]
        for leaf in walk(layout, into_named=False):
            known = [found[leaf.path] for found in before if leaf.path in found]
            if leaf.placed.member.name and known and leaf.bit_offset not in known:
                places.setdefault(leaf.path, {})[abi] = (known[0], leaf.bit_offset)
                spans.setdefault(leaf.path, leaf.placed.member.span)
    return tuple(Move(path=path, span=spans[path], places=found) for path, found in places.items())


def strays(parents: Sequence[RecordAcross], merge: RecordAcross) -> tuple[Move, ...]:
    """The members that no parent has where the merge has them.

    Left out are those that only follow a member which another parent moved to where it is now.
    """
    found = moves(parents, merge)
    lost = {move.path for move in found}
    led = [
        [move for move in moves((parent,), merge) if move.path not in lost] for parent in parents
    ]
    return tuple(
        move
        for move in found
        if not any(_follows(move, leader) for leaders in led for leader in leaders)
    )


def _follows(move: Move, leader: Move) -> bool:
    """Whether one lies behind the other and moved as far, under each ABI."""
    pairs = [(place, leader.places.get(abi)) for abi, place in move.places.items()]
    return all(
        led is not None and led[1] < place[1] and led[1] - led[0] == place[1] - place[0]
        for place, led in pairs
    )


def _by_abi(across: RecordAcross) -> dict[str, RecordLayout]:
    return {abi: group.layout for group in across.groups for abi in group.abis}


def _offsets(layout: RecordLayout) -> dict[str, int]:
    return {
        leaf.path: leaf.bit_offset
        for leaf in walk(layout, into_named=False)
        if leaf.placed.member.name
    }
