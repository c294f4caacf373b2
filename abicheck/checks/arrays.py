# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds arrays that stand for "as many as follow"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit, Role
from abicheck.checks.leaves import declared_evidence, own, size_evidence
from abicheck.checks.source import declaration, indent, replaced, retyped
from abicheck.checks.words import short, spelled
from abicheck.model import Array, is_reserved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import RecordFacts
    from abicheck.model import Edit, Leaf, MemberLayout, RecordLayout, Rule

_OLD_BOUND = re.compile(r"\[\s*\w+\s*\](\s*;)(?!.*\[)")
"""The bound of the last array of a line."""


def fake(facts: RecordFacts, rule: Rule) -> Iterator[Hit]:
    """``[0]``, and ``[1]`` beside a count, at the end of a struct."""
    if Role.NATIVE in {use.role for use in facts.uses}:
        return
    layout = facts.across.groups[0].layout
    for parent in (layout, *_inline(layout)):
        if parent.record.kind != "struct" or not parent.members:
            continue
        last = parent.members[-1]
        bound = _bound(last)
        counted = bound == 1 and facts.crosses and _is_counted(parent, rule)
        if bound == 0 or (counted and not is_reserved(last.member.name)):
            yield _fake_hit(facts, parent, last, bound or 0)


def embedded(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """Records that end in a flexible array and do not stand last, or stand in an array."""
    for leaf in own(facts.across.groups[0].layout):
        inner = leaf.placed.element
        if inner is None or not is_open(inner):
            continue
        if leaf.placed.count is not None:
            if leaf.placed.count > 1:
                yield _embedded_hit(facts, leaf, inner, "is an array of it")
        elif leaf.parent.record.kind == "struct" and leaf.parent.members[-1] is not leaf.placed:
            follower = leaf.parent.members[leaf.parent.members.index(leaf.placed) + 1]
            if not _is_space(follower):
                name = follower.member.name or "another member"
                yield _embedded_hit(facts, leaf, inner, f"is followed by {name}")


def is_open(layout: RecordLayout) -> bool:
    """Whether a struct ends in ``[]`` or ``[0]``, by itself or through the record it ends in."""
    if layout.record.kind != "struct" or not layout.members:
        return False
    last = layout.members[-1]
    if last.element is not None and last.count is None:
        return is_open(last.element)
    return isinstance(last.member.type, Array) and not last.member.type.count


def _inline(layout: RecordLayout) -> Iterator[RecordLayout]:
    for leaf in own(layout):
        inner = leaf.placed.element
        if inner is not None and inner.record.name is None:
            yield inner


def _bound(placed: MemberLayout) -> int | None:
    ctype = placed.member.type
    return ctype.count if isinstance(ctype, Array) else None


def _is_counted(parent: RecordLayout, rule: Rule) -> bool:
    pattern = rule.parameter("counts")
    names = (placed.member.name or "" for placed in parent.members)
    return any(re.fullmatch(str(pattern), name) for name in names)


def _is_space(placed: MemberLayout) -> bool:
    """Whether a member is the room for the array in front of it: bytes or elements, no more."""
    return placed.count is not None and placed.element is None


def _fake_hit(facts: RecordFacts, parent: RecordLayout, last: MemberLayout, bound: int) -> Hit:
    member = last.member
    leaf = next(leaf for leaf in own(facts.across.groups[0].layout) if leaf.placed is last)
    alone = len(parent.members) == 1
    edits: tuple[Edit, ...] = ()
    if last.element is not None and last.element.record.name is None:
        written = facts.header.lines[member.span.line - 1].split("/*")[0].rstrip()
        suggestion = "" if alone else _OLD_BOUND.sub(r"[]\1", written, count=1)
    elif alone:
        text = f"__DECLARE_FLEX_ARRAY({spelled(member.type_text)}, {member.name});"
        suggestion = (indent(facts.header, member.span.line) or "\t") + text
    else:
        written = declaration(facts.header, last)
        flexible = re.sub(r"\[\s*\w+\s*\]\s*;$", "[];", written)
        if bound == 0 and flexible != written:
            line = facts.header.lines[member.span.line - 1]
            edits = (
                replaced(
                    facts.header,
                    member.span.line,
                    _OLD_BOUND.sub(r"[]\1", line, count=1),
                ),
            )
        suggestion = retyped(facts.header, last, spelled(member.type_text))
        suggestion = suggestion.replace(f"[{bound}]", "[]")
    return Hit(
        span=member.span,
        subject=f"{facts.across.name}.{leaf.path}",
        evidence=declared_evidence(facts.across, member),
        fields=(("member", leaf.path), ("bound", str(bound))),
        consequence="sizeof the record changes with it" if bound else "",
        suggestion=suggestion,
        edits=edits,
    )


def _embedded_hit(facts: RecordFacts, leaf: Leaf, inner: RecordLayout, how: str) -> Hit:
    name = inner.record.name or leaf.path
    last = inner.members[-1].member.name or ""
    return Hit(
        span=leaf.placed.member.span,
        subject=f"{facts.across.name}.{leaf.path or short(name)}",
        evidence=size_evidence(facts.across),
        fields=(("member", leaf.path), ("record", name), ("last", last), ("how", how)),
        suggestion=f"\t{name}_hdr {leaf.placed.member.name};" if inner.record.name else "",
    )
