# SPDX-License-Identifier: GPL-2.0-or-later
"""This module builds the records that report tests show, and lays them out under every ABI."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abicheck.abis import all_abis
from abicheck.layout import LayoutCache, Layouter, group
from abicheck.model import (
    Array,
    Declarations,
    InlineRecord,
    LayoutReport,
    Member,
    NotChecked,
    Pointer,
    Record,
    RecordAcross,
    RecordLayout,
    RecordRef,
    Scalar,
    ScalarKind,
    Span,
    Typedef,
    TypedefRef,
    Undecided,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.model import CType

_TYPEDEFS = {
    "__u8": ScalarKind.UCHAR,
    "__u16": ScalarKind.USHORT,
    "__u32": ScalarKind.UINT,
    "__s32": ScalarKind.INT,
    "__u64": ScalarKind.ULLONG,
    "__poll_t": ScalarKind.UINT,
    "uint64_t": ScalarKind.ULLONG,
}


@dataclass
class Header:
    """A header under construction; members are told as C text, ``m("__u64 [4]", "time")``."""

    path: str = "include/uapi/linux/example.h"
    declarations: Declarations = field(default_factory=Declarations)
    line: int = 1

    def __post_init__(self) -> None:
        span = Span("linux/types.h", 1, 1)
        for name, kind in _TYPEDEFS.items():
            self.declarations.typedefs[name] = Typedef(name=name, type=Scalar(kind), span=span)
        wide = Typedef(name="__aligned_u64", type=TypedefRef("__u64"), aligned=8, span=span)
        self.declarations.typedefs["__aligned_u64"] = wide

    def span(self, column: int = 1) -> Span:
        """The next line of the header."""
        self.line += 1
        return Span(self.path, self.line, column)

    def m(self, text: str, name: str | None = None, **attributes: int | bool) -> Member:
        """A member of a type told as C text; ``bits``, ``aligned`` and ``packed`` are its own."""
        return Member(
            name=name,
            type=_type(text),
            type_text=text,
            bit_width=attributes.get("bits"),
            aligned=attributes.get("aligned"),
            packed=bool(attributes.get("packed", False)),
            span=self.span(5),
        )

    def record(self, name: str, *members: Member, **attributes: int | bool) -> Record:
        """``struct x`` or ``union x`` with members built before; its line is before theirs."""
        kind, _, tag = name.partition(" ")
        first = members[0].span if members else self.span()
        made = Record(
            kind=kind,
            name=name if tag else None,
            members=members,
            packed=bool(attributes.get("packed", False)),
            aligned=attributes.get("aligned"),
            pack=attributes.get("pack"),
            span=Span(self.path, first.line - 1, 1),
        )
        if tag:
            self.declarations.records[name] = made
        return made

    def inline(self, record: Record, name: str | None = None, dimensions: str = "") -> Member:
        """A member whose record is defined in place."""
        type: CType = RecordRef(record.name) if record.name else InlineRecord(record)
        for count in reversed(re.findall(r"\[(\d*)\]", dimensions)):
            type = Array(type, int(count) if count else None)
        text = record.name or record.kind
        return Member(
            name=name,
            type=type,
            type_text=f"{text} {dimensions}".rstrip(),
            span=self.span(5),
        )

    def across(self, record: Record, abis: Iterable[str] | None = None) -> RecordAcross:
        """The record under those ABIs, or under all."""
        wanted = None if abis is None else frozenset(abis)
        cache = LayoutCache()
        layouts: dict[str, RecordLayout] = {}
        failed = []
        for abi in all_abis():
            if wanted is None or abi.name in wanted:
                made = Layouter(abi, self.declarations, cache).lay_out(record)
                if isinstance(made, Undecided):
                    failed.append(NotChecked(path=self.path, abis=(abi.name,), reason=made.reason))
                else:
                    layouts[abi.name] = made
        return RecordAcross(
            name=record.name or "unnamed",
            path=self.path,
            line=record.span.line,
            groups=group(layouts),
            not_checked=tuple(failed),
        )


def report(*records: RecordAcross, source: str = "work tree") -> LayoutReport:
    """A report of those records under all ABIs."""
    abis = tuple(abi.name for abi in all_abis())
    return LayoutReport(source=source, abis=abis, records=records)


def _type(text: str) -> CType:
    dimensions = re.findall(r"\[(\d*)\]", text)
    base = text.split("[", maxsplit=1)[0].strip()
    type: CType
    if base.endswith(("*", ")")):
        type = Pointer(base.removesuffix("*").strip())
    elif base in _TYPEDEFS or base == "__aligned_u64":
        type = TypedefRef(base)
    elif base.startswith(("struct ", "union ")):
        type = RecordRef(base)
    else:
        type = Scalar(ScalarKind(base))
    for count in reversed(dimensions):
        type = Array(type, int(count) if count else None)
    return type
