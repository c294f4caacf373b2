# SPDX-License-Identifier: GPL-2.0-or-later
"""This module judges whether a record can grow when its interface does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit, Role
from abicheck.checks.leaves import leaves, own, size_evidence
from abicheck.model import Span, is_reserved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import RecordFacts
    from abicheck.model import RecordLayout, Rule

_IN = frozenset({Role.IOCTL_IN, Role.IOCTL_BOTH, Role.SYSCALL})
_FLAGS = re.compile(
    r"\w*(?:flags?|mask|version|size|argsz|length|features?|capabilities|op|opcode|cmd|command|type|request)\w*",
    re.IGNORECASE,
)
_GROWING = ("drm/",)
"""The core of these zero-extends what an older program passes, so that records grow at the end."""
_SMALLEST = 8
"""Bytes; what is no larger is a scalar in a record's clothes."""


def argsz(facts: RecordFacts, rule: Rule) -> Iterator[Hit]:
    """Arguments of headers that begin every record with its size, and that do not."""
    headers = rule.parameter("headers")
    if not isinstance(headers, tuple) or facts.header.include not in headers:
        return
    layout = facts.across.groups[0].layout
    first = layout.members[0] if layout.members else None
    if first is None or layout.record.kind != "struct":
        return
    sized = first.member.name in ("argsz", "size")
    if sized and layout.size % 8 and _has_followers(layout):
        yield _argsz_hit(facts, f"it is {layout.size} bytes large, no multiple of 8", "")
    elif not sized and _is_argument(facts):
        yield _argsz_hit(
            facts, "its first member is not its size", f"\t__u32 {_word(facts)};\n\t__u32 flags;"
        )


def _word(facts: RecordFacts) -> str:
    return "size" if facts.header.include.endswith("iommufd.h") else "argsz"


def _has_followers(layout: RecordLayout) -> bool:
    return any(leaf.placed.member.name == "cap_offset" for leaf in own(layout))


def _is_argument(facts: RecordFacts) -> bool:
    """Whether an ioctl's comment or number names the record: these headers encode no size."""
    name = facts.across.name.rpartition(" ")[2]
    stem = name.removeprefix("vfio_").removeprefix("iommu_").upper()
    return any(d.ioctl is not None and d.name.endswith(stem) for d in facts.header.around.commands)


def _argsz_hit(facts: RecordFacts, what: str, suggestion: str) -> Hit:
    record = facts.across.groups[0].layout.record
    return Hit(
        span=record.span,
        subject=facts.across.name,
        evidence=size_evidence(facts.across),
        fields=(("name", facts.across.name), ("what", what)),
        suggestion=suggestion,
    )


def not_extensible(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
    """Arguments that programs fill in, with no room and no switch for more."""
    # What another header passes, such as a time, is a type of its own and no argument.
    here = [use for use in facts.uses if use.span and use.span.path == facts.across.path]
    uses = [use for use in here if use.role in _IN]
    layout = facts.across.groups[0].layout
    if not uses or not facts.crosses or layout.size <= _SMALLEST or layout.record.kind == "union":
        return
    if facts.header.include.startswith(_GROWING):
        return
    names = [leaf.placed.member.name for leaf in leaves(layout).values()]
    if any(name and (_FLAGS.fullmatch(name) or is_reserved(name)) for name in names):
        return
    yield Hit(
        span=Span(facts.across.path, layout.record.span.line, layout.record.span.column),
        subject=facts.across.name,
        fields=(("name", facts.across.name), ("ioctl", uses[0].by)),
        suggestion="\t__u32 flags;\n\t__u32 reserved;",
    )
