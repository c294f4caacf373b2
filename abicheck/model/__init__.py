# SPDX-License-Identifier: GPL-2.0-or-later
"""The values that flow through abicheck; this package imports nothing else of ours.

Offsets and sizes of layouts are in bits, attributes and ABI facts in bytes. A value never
renders itself.
"""

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
    walk,
)
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

__all__ = [
    "Abi",
    "Absent",
    "Array",
    "CType",
    "Cause",
    "Declarations",
    "Enum",
    "EnumRef",
    "Hole",
    "HoleKind",
    "InlineEnum",
    "InlineRecord",
    "IoctlEncoding",
    "LayoutGroup",
    "LayoutReport",
    "Leaf",
    "Member",
    "MemberLayout",
    "NotChecked",
    "Opaque",
    "Pointer",
    "Record",
    "RecordAcross",
    "RecordLayout",
    "RecordRef",
    "Scalar",
    "ScalarFact",
    "ScalarKind",
    "Span",
    "Typedef",
    "TypedefRef",
    "Undecided",
    "Vector",
    "walk",
]
