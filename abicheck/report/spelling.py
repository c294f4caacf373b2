# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes a member back as C: the declarator its type and name make."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abicheck.model import Member, Record

_DIMENSIONS = re.compile(r"\s*((?:\[[^\]]*\]\s*)+)$")
_POINTER_TO = re.compile(r"\(\s*\*+[^()\[]*(?=[\[)])")


def declaration(member: Member) -> tuple[str, str, str]:
    """What stands before the name, the name, and what stands after, semicolon included."""
    name = member.name or ""
    width = "" if member.bit_width is None else f":{member.bit_width}"
    inner = _POINTER_TO.search(member.type_text)
    if inner:
        before, after = member.type_text[: inner.end()], member.type_text[inner.end() :]
        return before, name, f"{after};"
    dimensions = dimensions_of(member.type_text)
    before = _DIMENSIONS.sub("", member.type_text)
    gap = "" if before.endswith("*") else " "
    return f"{before}{gap}", name, f"{dimensions}{width};"


def dimensions_of(type_text: str) -> str:
    """The array part of a type's text, such as ``[4][2]``; empty for no array."""
    found = _DIMENSIONS.search(type_text)
    return re.sub(r"\s", "", found[1]) if found else ""


def opening(record: Record, member: str | None = None) -> tuple[str, str, str]:
    """How a record's body begins: ``struct kvm_run {``, ``union {``, ``struct { /* hw */``."""
    tag = _tag(record)
    return f"{record.kind} ", tag, f"{' ' if tag else ''}{{{f' /* {member} */' if member else ''}"


def closing(member: Member) -> tuple[str, str, str]:
    """How the body of a member's record ends: ``};`` or ``} system_event[2];``."""
    return _end(member.name or "", dimensions_of(member.type_text))


def ending(record: Record) -> tuple[str, str, str]:
    """How a record's body ends on its own: ``};`` or ``} foo_t;`` for one named by a typedef."""
    return _end("" if _tag(record) else record.name or "", "")


def _end(name: str, dimensions: str) -> tuple[str, str, str]:
    return "} " if name else "}", name, f"{dimensions};"


def _tag(record: Record) -> str:
    name = record.name or ""
    return name.removeprefix(f"{record.kind} ") if name.startswith(f"{record.kind} ") else ""
