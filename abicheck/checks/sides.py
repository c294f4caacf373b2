# SPDX-License-Identifier: GPL-2.0-or-later
"""This module compares what ``__KERNEL__`` shows of a record with what programs see of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit
from abicheck.checks.leaves import by_abi, own
from abicheck.model import Breaks, Evidence, Severity, is_reserved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import RecordFacts
    from abicheck.model import Leaf, RecordLayout, Rule


def divergence(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """Records that the kernel lays out otherwise; a note where only names differ."""
    kernel = facts.kernel if facts.crosses else None
    if kernel is None:
        return
    for abi, inner in by_abi(kernel).items():
        outer = by_abi(facts.across).get(abi)
        if outer is not None:
            yield from _compared(facts, abi, inner, outer)


def _compared(
    facts: RecordFacts, abi: str, inner: RecordLayout, outer: RecordLayout
) -> Iterator[Hit]:
    here = {leaf.path: leaf for leaf in own(outer) if leaf.placed.member.name}
    there = {leaf.path: leaf for leaf in own(inner) if leaf.placed.member.name}
    moved = [path for path in here if path in there and _place(here[path]) != _place(there[path])]
    moved = [path for path in moved if not _is_named_record(here[path])]
    lonely = [path for path in here if path not in there]
    lonely += [path for path in there if path not in here]
    hidden = any(is_reserved(path.rpartition(".")[2]) for path in lonely)
    if moved:
        first = here[moved[0]], there[moved[0]]
        what = f"{moved[0]} is {_said(first[1])} for the kernel and {_said(first[0])} for programs"
        yield _hit(facts, abi, (outer, inner), moved[0], here[moved[0]], what)
    elif inner.size != outer.size and lonely:
        what = f"the record takes {inner.size} bytes in the kernel and {outer.size} in programs"
        leaf = here[lonely[0]] if lonely[0] in here else own(outer)[-1]
        yield _hit(facts, abi, (outer, inner), "", leaf, what)
    elif lonely and not hidden:
        path = lonely[0]
        side = "programs" if path in here else "the kernel"
        leaf = here.get(path) or there[path]
        yield _hit(facts, abi, (outer, inner), path, leaf, f"only {side} can name {path}")


def _is_named_record(leaf: Leaf) -> bool:
    """Whether what differs may be a record's that is compared by itself."""
    inner = leaf.placed.element
    return inner is not None and inner.record.name is not None


def _place(leaf: Leaf) -> tuple[int, int]:
    return leaf.bit_offset, leaf.placed.bit_size


def _said(leaf: Leaf) -> str:
    return f"{leaf.placed.bit_size // 8} bytes at byte {leaf.bit_offset // 8}"


def _hit(
    facts: RecordFacts,
    abi: str,
    sides: tuple[RecordLayout, RecordLayout],
    path: str,
    leaf: Leaf,
    what: str,
) -> Hit:
    names_only = what.startswith("only ")
    return Hit(
        span=leaf.placed.member.span,
        subject=f"{facts.across.name}.{path}" if path else facts.across.name,
        abis=tuple(by_abi(facts.across)),
        evidence=tuple(
            Evidence(abis=(abi,), size=layout.size, align=layout.align, text=text)
            for layout, text in zip(sides, ("without __KERNEL__", "with __KERNEL__"), strict=True)
        ),
        fields=(("what", what),),
        severity=Severity.NOTE if names_only else None,
        breaks=Breaks.SOURCE if names_only else Breaks.BINARY,
    )
