# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds members whose own width depends on the word size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.causes import padding, stable
from abicheck.checks.facts import Hit, Role
from abicheck.checks.leaves import by_abi, declared_evidence, find, own, pairs, size_evidence
from abicheck.checks.source import retyped
from abicheck.checks.words import behind, named_type, short, spelled
from abicheck.model import Breaks, Pointer, Scalar, ScalarKind, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import RecordFacts
    from abicheck.model import Leaf, MemberLayout, RecordAcross, RecordLayout, Rule, Span

_IOCTLS = frozenset({Role.IOCTL_IN, Role.IOCTL_OUT, Role.IOCTL_BOTH})
_UNSIGNED = frozenset({ScalarKind.ULONG, ScalarKind.ULLONG, ScalarKind.UINT})


def variable(facts: RecordFacts, rule: Rule) -> Iterator[Hit]:
    """Scalars wider in the 64-bit kernel than in its 32-bit programs, pointers and times aside."""
    for leaf, other, names in _varying(facts, rule):
        member = leaf.placed.member
        if isinstance(behind(member.type, facts.header), Pointer) or is_time(leaf, rule):
            continue
        kind = behind(member.type, facts.header)
        unsigned = isinstance(kind, Scalar) and kind.kind in _UNSIGNED
        yield _hit(
            facts, leaf, other, names, suggestion=_retyped(facts, leaf, other, unsigned=unsigned)
        )


def pointer(facts: RecordFacts, rule: Rule) -> Iterator[Hit]:
    """Pointers, also those that share their bytes with a 64-bit integer."""
    unions: set[Span] = set()
    for leaf, other, names in _varying(facts, rule):
        member = leaf.placed.member
        if not isinstance(behind(member.type, facts.header), Pointer) or _is_padded(leaf):
            continue
        if leaf.parent.record.kind == "union":
            if leaf.parent.record.span in unions:
                continue
            unions.add(leaf.parent.record.span)
        shared = leaf.parent.record.kind == "union" and leaf.parent.size == other.parent.size
        note = spelled(member.type_text)
        yield _hit(
            facts,
            leaf,
            other,
            names,
            suggestion=retyped(facts.header, leaf.placed, "__aligned_u64", note),
            consequence=_shared(facts, leaf) if shared else None,
        )


def time(facts: RecordFacts, rule: Rule) -> Iterator[Hit]:
    """Times of 32 bits, in records and as what an ioctl takes."""
    if not facts.crosses:
        return
    legacy = _listed(rule, "records")
    if facts.across.name in legacy:
        for use in facts.uses if facts.header.arch is None else ():
            old = use.by.upper().endswith(("_OLD", "_OLD32"))
            if use.span is not None and use.role in _IOCTLS and not old:
                yield Hit(
                    span=use.span,
                    subject=use.by,
                    abis=tuple(by_abi(facts.across)),
                    evidence=size_evidence(facts.across),
                    fields=(("member", use.by), ("type", facts.across.name)),
                )
        return
    for leaf in own(facts.across.groups[0].layout):
        if is_time(leaf, rule) and any(True for _ in _pairs(facts.across)):
            yield _time_hit(facts, leaf)


def is_time(leaf: Leaf, rule: Rule) -> bool:
    """Whether a member is one of the old types for a time."""
    inner = leaf.placed.element
    if inner is not None and inner.record.name in _listed(rule, "records"):
        return True
    return named_type(leaf.placed.member.type) in _listed(rule, "scalars")


def _is_padded(leaf: Leaf) -> bool:
    """Whether a nameless bit-field beside it says that its union is to be 64 bits wide."""
    return any(
        placed.member.name is None and (placed.member.bit_width or 0) >= leaf.placed.bit_size
        for placed in leaf.parent.members
        if leaf.parent.record.kind == "union"
    )


def _listed(rule: Rule, name: str) -> tuple[str, ...]:
    found = dict(rule.params).get(name)
    return found if isinstance(found, tuple) else ()


def _pairs(across: RecordAcross) -> Iterator[tuple[str, RecordLayout, str, RecordLayout]]:
    yield from pairs(across)


def _varying(facts: RecordFacts, rule: Rule) -> Iterator[tuple[Leaf, Leaf, tuple[str, str]]]:
    """(64-bit leaf, 32-bit leaf, names of the ABIs) for each scalar that differs in width, once."""
    if not facts.crosses or facts.across.name in _listed(rule, "records"):
        return
    done: set[tuple[object, str | None]] = set()
    for small, narrow, large, wide in pairs(facts.across):
        if stable(narrow, wide):
            continue
        for leaf in own(wide):
            member = leaf.placed.member
            key = (member.span, member.name)
            other = find(narrow, member)
            if key in done or other is None or not _differs(other.placed, leaf.placed):
                continue
            done.add(key)
            yield leaf, other, (small, large)


def _differs(one: MemberLayout, other: MemberLayout) -> bool:
    return (
        one.element is None
        and other.element is None
        and other.member.bit_width is None
        and one.bit_size != other.bit_size
        and one.count == other.count
    )


def _retyped(facts: RecordFacts, leaf: Leaf, other: Leaf, *, unsigned: bool) -> str:
    """The member with 64 bits, aligned where i386 would put it, or the end, elsewhere."""
    if not unsigned:
        return retyped(facts.header, leaf.placed, "__s64")
    moves = other.bit_offset % 64 or padding(leaf.parent)
    return retyped(facts.header, leaf.placed, "__aligned_u64" if moves else "__u64")


def _hit(
    facts: RecordFacts,
    leaf: Leaf,
    other: Leaf,
    names: tuple[str, str],
    *,
    suggestion: str,
    consequence: str | None = None,
) -> Hit:
    member = leaf.placed.member
    each = leaf.placed.count or 1
    path = leaf.path or short(facts.across.name)
    return Hit(
        span=member.span,
        subject=f"{facts.across.name}.{path}",
        abis=_narrower(facts.across, leaf),
        evidence=declared_evidence(facts.across, member),
        fields=(
            ("member", path),
            ("type", spelled(member.type_text)),
            ("small", names[0]),
            ("large", names[1]),
            ("narrow", str(other.placed.bit_size // 8 // each)),
            ("wide", str(leaf.placed.bit_size // 8 // each)),
        ),
        consequence=_consequence(facts, names) if consequence is None else consequence,
        suggestion=suggestion,
        severity=Severity.NOTE if facts.twin else Severity.WARNING if consequence else None,
        breaks=Breaks.COMPAT,
    )


def _narrower(across: RecordAcross, leaf: Leaf) -> tuple[str, ...]:
    found = []
    for abi, layout in by_abi(across).items():
        other = find(layout, leaf.placed.member)
        if other is not None and other.placed.bit_size < leaf.placed.bit_size:
            found.append(abi)
    return tuple(found)


def _shared(facts: RecordFacts, leaf: Leaf) -> str:
    """What follows from a pointer in a union whose size does not depend on it."""
    arms = leaf.parent.members
    others = sum(isinstance(behind(arm.member.type, facts.header), Pointer) for arm in arms) - 1
    more = f"; so are {others} other arms" if others else ""
    return (
        "the union keeps its size, but a 32-bit program fills only half of it: "
        f"the upper half where the byte order is big-endian{more}"
    )


def _consequence(facts: RecordFacts, names: tuple[str, str]) -> str:
    layouts = by_abi(facts.across)
    small, large = names
    narrow, wide = layouts[small].size, layouts[large].size
    whole = f"the whole takes {wide} bytes under {large}, {narrow} under {small}"
    parts = [whole] if narrow != wide else []
    if facts.twin:
        parts.append(f"{facts.twin} repeats the 32-bit layout")
    return "; ".join(parts)


def _time_hit(facts: RecordFacts, leaf: Leaf) -> Hit:
    member = leaf.placed.member
    inner = leaf.placed.element
    new = "struct __kernel_timespec" if inner is not None else "__s64"
    if inner is not None and "itimer" in (inner.record.name or ""):
        new = "struct __kernel_itimerspec"
    return Hit(
        span=member.span,
        subject=f"{facts.across.name}.{leaf.path}",
        abis=_narrower(facts.across, leaf),
        evidence=declared_evidence(facts.across, member),
        fields=(("member", leaf.path), ("type", spelled(member.type_text))),
        suggestion=retyped(facts.header, leaf.placed, new),
    )
