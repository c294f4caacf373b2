# SPDX-License-Identifier: GPL-2.0-or-later
"""What makes two layouts one, and what makes them two; this module has an example of each."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from abicheck.layout import geometry, group
from abicheck.model import Span
from tests.layout.build import U8, U32, U64, inner, layout, member, struct, union

PAIR = struct(member("a", U32), member("b", U32))


@pytest.mark.parametrize(
    "other",
    [
        struct(member("a", U32), member("c", U32)),
        struct(member("a", U32), member("b", U32), aligned=16),
        struct(member("a", U32), member("b", U32), packed=True),
        struct(member("a", U64)),
        union(member("a", U32), member("b", U32)),
        struct(member("a", U32), member("b", U32, 31)),
        struct(member("s", inner(member("a", U32), member("b", U32)))),
    ],
)
def test_geometry_differs(other: object) -> None:
    """Another name, size, alignment, kind, width or nesting is another geometry."""
    assert geometry(layout(PAIR, "x86_64")) != geometry(layout(other, "x86_64"))  # type: ignore[arg-type]


def test_alignment_alone_differs() -> None:
    """A record of one __u64 has the same bytes on i386, but may lie elsewhere in others."""
    one = struct(member("a", U64))
    groups = group({name: layout(one, name) for name in ("x86_64", "i386", "m68k", "arm64")})
    assert [found.abis for found in groups] == [("x86_64", "arm64"), ("i386",), ("m68k",)]


def test_the_geometry_within_counts() -> None:
    """Records that differ only inside a nested record differ."""
    one = struct(member("s", inner(member("a", U8), member("b", U8))))
    other = struct(member("s", inner(member("a", U8), member("c", U8))))
    assert geometry(layout(one, "arm")) != geometry(layout(other, "arm"))


def test_spans_and_spellings_do_not_count() -> None:
    """The same record elsewhere, spelled otherwise, is the same geometry."""
    moved = tuple(
        replace(one, span=Span("other.h", 9, 9), type_text="__u32") for one in PAIR.members
    )
    other = replace(PAIR, members=moved, name="struct other")
    assert geometry(layout(PAIR, "arm")) == geometry(layout(other, "arm"))
