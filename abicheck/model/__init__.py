# SPDX-License-Identifier: GPL-2.0-or-later
"""The values that flow through abicheck; this package imports nothing else of ours.

Offsets and sizes of layouts are in bits, attributes and ABI facts in bytes. A value never
renders itself.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from abicheck.model.abi import Abi, IoctlEncoding, ScalarFact
from abicheck.model.declarations import (
    Declarations,
    Enum,
    Member,
    NotChecked,
    Record,
    Span,
    Typedef,
)
from abicheck.model.layout import (
    Cause,
    Hole,
    HoleKind,
    LayoutGroup,
    Leaf,
    MemberLayout,
    RecordAcross,
    RecordLayout,
    Undecided,
    is_copy,
    walk,
)
from abicheck.model.reserved import is_reserved
from abicheck.model.results import Absent, LayoutReport
from abicheck.model.types import (
    Array,
    CType,
    EnumRef,
    InlineEnum,
    InlineRecord,
    Opaque,
    Pointer,
    RecordRef,
    Scalar,
    ScalarKind,
    TypedefRef,
    Vector,
)

if TYPE_CHECKING:
    from abicheck.model.changes import DiffReport, HeaderChange, RecordPair
    from abicheck.model.findings import (
        Breaks,
        Change,
        Edit,
        Evidence,
        Excerpt,
        Finding,
        LintReport,
        Severity,
        Shift,
        Side,
        Suppressed,
        Victim,
    )
    from abicheck.model.reviews import Answer, Backport, Letter, ReviewReport, ReviewStep
    from abicheck.model.rules import Parameter, Rule

__all__ = [
    "Abi",
    "Absent",
    "Answer",
    "Array",
    "Backport",
    "Breaks",
    "CType",
    "Cause",
    "Change",
    "Declarations",
    "DiffReport",
    "Edit",
    "Enum",
    "EnumRef",
    "Evidence",
    "Excerpt",
    "Finding",
    "HeaderChange",
    "Hole",
    "HoleKind",
    "InlineEnum",
    "InlineRecord",
    "IoctlEncoding",
    "LayoutGroup",
    "LayoutReport",
    "Leaf",
    "Letter",
    "LintReport",
    "Member",
    "MemberLayout",
    "NotChecked",
    "Opaque",
    "Parameter",
    "Pointer",
    "Record",
    "RecordAcross",
    "RecordLayout",
    "RecordPair",
    "RecordRef",
    "ReviewReport",
    "ReviewStep",
    "Rule",
    "Scalar",
    "ScalarFact",
    "ScalarKind",
    "Severity",
    "Shift",
    "Side",
    "Span",
    "Suppressed",
    "Typedef",
    "TypedefRef",
    "Undecided",
    "Vector",
    "Victim",
    "is_copy",
    "is_reserved",
    "walk",
]

_LATE = ("findings", "rules", "changes", "reviews")
"""Modules of values that a command may never make: making their classes takes 10 ms."""


def __getattr__(name: str) -> object:
    """A value of a module that is imported only now."""
    for module in _LATE if name in __all__ else ():
        found: object = getattr(import_module(f"{__name__}.{module}"), name, None)
        if found is not None:
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
