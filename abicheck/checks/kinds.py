# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds members of types that promise no representation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.abis import get
from abicheck.checks.facts import Hit
from abicheck.checks.leaves import by_abi, declared_evidence, own
from abicheck.checks.source import retyped
from abicheck.checks.words import behind, spelled
from abicheck.model import EnumRef, InlineEnum, Scalar, ScalarKind, Severity, is_reserved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import RecordFacts
    from abicheck.model import CType, Leaf, Rule


def enum(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """Members of an enum type: a note where one architecture's compiler alone decides."""
    for leaf, ctype in _scalars(facts):
        if not isinstance(ctype, (EnumRef, InlineEnum)):
            continue
        text = spelled(leaf.placed.member.type_text)
        note = text if text != "enum" else ""
        bits = leaf.placed.bit_size // (leaf.placed.count or 1)
        yield _hit(
            facts,
            leaf,
            retyped(facts.header, leaf.placed, f"__u{bits or 32}", note),
            None if facts.header.arch is None else Severity.NOTE,
        )


def boolean(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """Members of type ``bool``."""
    for leaf, ctype in _scalars(facts):
        if isinstance(ctype, Scalar) and ctype.kind is ScalarKind.BOOL:
            yield _hit(facts, leaf, retyped(facts.header, leaf.placed, "__u8"))


def char(facts: RecordFacts, rule: Rule) -> Iterator[Hit]:
    """Plain ``char`` that holds a number: a scalar, or an array whose name says so."""
    names = rule.parameter("arrays")
    if len({get(abi).char_signed for abi in by_abi(facts.across)}) == 1:
        return
    for leaf, ctype in _scalars(facts):
        if not isinstance(ctype, Scalar) or ctype.kind is not ScalarKind.CHAR:
            continue
        name = leaf.placed.member.name
        listed = isinstance(names, tuple) and name in names
        if (leaf.placed.count is None and not is_reserved(name)) or listed:
            yield _hit(facts, leaf, retyped(facts.header, leaf.placed, "__u8"))


def _scalars(facts: RecordFacts) -> Iterator[tuple[Leaf, CType]]:
    if facts.crosses:
        for leaf in own(facts.across.groups[0].layout):
            if leaf.placed.element is None and leaf.placed.member.bit_width is None:
                yield leaf, behind(leaf.placed.member.type, facts.header)


def _hit(facts: RecordFacts, leaf: Leaf, suggestion: str, severity: Severity | None = None) -> Hit:
    member = leaf.placed.member
    evidence = declared_evidence(facts.across, member)
    abis = tuple(by_abi(facts.across))
    if len({e.size for e in evidence}) > 1:
        first = leaf.placed.bit_size // 8
        abis = tuple(abi for e in evidence if e.size != first for abi in e.abis)
    return Hit(
        span=member.span,
        subject=f"{facts.across.name}.{leaf.path}",
        abis=abis,
        evidence=evidence,
        fields=(("member", leaf.path), ("type", spelled(member.type_text))),
        suggestion=suggestion,
        severity=severity,
    )
