# SPDX-License-Identifier: GPL-2.0-or-later
"""What is known of the ABIs from documents and old reports; this module asks the engine for it."""

from __future__ import annotations

import pytest

from abicheck import abis
from abicheck.model import (
    Array,
    Cause,
    HoleKind,
    InlineRecord,
    Pointer,
    RecordRef,
    Typedef,
    TypedefRef,
)
from tests.layout.build import (
    HERE,
    U8,
    U16,
    U32,
    U64,
    flexible,
    inner,
    layout,
    member,
    offsets,
    struct,
    union,
)

FLAGS = struct(member("type", U32), member("flags", U64))
"""kvm_run.system_event as it was before Linux 5.18."""
AT_FOUR = {
    *("i386", "arm-oabi", "arc", "arceb", "csky", "nios2", "openrisc", "sh", "sheb"),
    *("microblaze", "microblazeel"),
}


@pytest.mark.parametrize("abi", [abi.name for abi in abis.all_abis()])
def test_u64_after_u32(abi: str) -> None:
    """A __u64 after a __u32 is at 4 on i386 and ten more ABIs and on m68k, at 8 elsewhere."""
    expected = 4 if abi in AT_FOUR | {"m68k"} else 8
    assert offsets(FLAGS, abi) == [0, expected * 8]


def test_kvm_system_event_after_its_repair() -> None:
    """The __u32 that 5.18 put into the hole brings i386 and x86_64 together."""
    arms = union(member("flags", U64), member("data", Array(U64, 16)), name=None)
    event = inner(member("type", U32), member("ndata", U32), member(None, InlineRecord(arms)))
    repaired = struct(member("system_event", event))
    sizes = {abi: layout(repaired, abi).size for abi in ("x86_64", "i386", "m68k")}
    assert sizes == {"x86_64": 136, "i386": 136, "m68k": 136}


@pytest.mark.parametrize(("abi", "size"), [("x86_64", 0x30), ("i386", 0x2C), ("arm", 0x30)])
def test_xen_runstate(abi: str, size: int) -> None:
    """Xen's vcpu_runstate_info has 0x30 bytes, and 0x2c for an i386 guest."""
    info = struct(member("state", U32), member("entry", U64), member("time", Array(U64, 4)))
    assert layout(info, abi).size == size


@pytest.mark.parametrize(("abi", "offset"), [("i386", 8), ("m68k", 8), ("x86_64", 8)])
def test_aligned_u64_is_aligned_everywhere(abi: str, offset: int) -> None:
    """__aligned_u64 is 8-aligned under every ABI."""
    wide = Typedef(name="aligned_u64", type=U64, aligned=8, span=HERE)
    record = struct(member("a", U32), member("b", TypedefRef("aligned_u64")))
    assert offsets(record, abi, typedefs={"aligned_u64": wide}) == [0, offset * 8]
    assert layout(record, abi, typedefs={"aligned_u64": wide}).align == 8


def test_a_typedef_lowers_alignment() -> None:
    """compat_u64, aligned(4) through a typedef, gives the i386 layout on x86_64."""
    compat = Typedef(name="compat_u64", type=U64, aligned=4, span=HERE)
    record = struct(member("a", U32), member("b", TypedefRef("compat_u64")))
    assert offsets(record, "x86_64", typedefs={"compat_u64": compat}) == [0, 32]


def test_a_member_attribute_does_not_lower() -> None:
    """aligned(4) on a member leaves a __u64 at 8: only a typedef lowers."""
    assert offsets(struct(member("a", U32), member("b", U64, aligned=4)), "x86_64") == [0, 64]


def test_packed_and_aligned() -> None:
    """packed, aligned(4) is the idiom for the i386 layout everywhere."""
    record = struct(member("a", U32), member("b", U64), packed=True, aligned=4)
    assert {
        (layout(record, abi.name).size, layout(record, abi.name).align) for abi in abis.all_abis()
    } == {(12, 4)}


def test_oabi_pads_every_record() -> None:
    """Under ARM's old ABI every record is aligned and padded to 4, a packed one is not."""
    small = struct(member("a", Array(U8, 3)))
    assert layout(small, "arm-oabi").size == 4
    assert layout(small, "arm").size == 3
    packed = struct(member("a", Array(U8, 3)), packed=True)
    assert layout(packed, "arm-oabi").size == 3
    outer = struct(member("c", U8), member("s", RecordRef("struct s")), name="struct o")
    placed = layout(outer, "arm-oabi", records={"struct s": small}).members[1]
    assert (placed.bit_offset, placed.cause) == (32, Cause.RECORD_BOUNDARY)


def test_m68k_bit_fields() -> None:
    """On m68k the type of a bit-field does not matter: char and 31 bits take 5 bytes, aligned 1."""
    record = struct(member("a", U8), member("b", U32, 31))
    found = layout(record, "m68k")
    assert ([m.bit_offset for m in found.members], found.size, found.align) == ([0, 8], 5, 1)
    assert offsets(record, "x86_64") == [0, 32]


@pytest.mark.parametrize(("abi", "align"), [("x86_64", 1), ("arm", 8), ("arm64", 8), ("csky", 4)])
def test_unnamed_bit_fields(abi: str, align: int) -> None:
    """Unnamed bit-fields align their record on ARM and C-SKY only."""
    assert layout(struct(member(None, U64, 64)), abi).align == align


@pytest.mark.parametrize(
    ("record", "abi", "cause"),
    [
        (FLAGS, "x86_64", Cause.NATURAL),
        (FLAGS, "i386", Cause.CAPPED),
        (FLAGS, "m68k", Cause.CAPPED),
        (struct(member("a", U8), member("b", U32, aligned=8)), "x86_64", Cause.MEMBER_ATTRIBUTE),
        (struct(member("a", U8), member("b", U32), packed=True), "x86_64", Cause.PACKED),
        (struct(member("a", U8), member("b", U32, packed=True)), "x86_64", Cause.PACKED),
        (struct(member("a", U8), member("b", U32), pack=2), "x86_64", Cause.PRAGMA_PACK),
        (struct(member("a", U8), member("b", U32, 3)), "x86_64", Cause.BIT_FIELD),
        (struct(member("a", U8), member("b", Pointer("void"))), "x86_64", Cause.NATURAL),
    ],
)
def test_the_cause_of_a_place(record: object, abi: str, cause: Cause) -> None:
    """A member says what set its alignment."""
    assert layout(record, abi).members[1].cause is cause  # type: ignore[arg-type]


def test_the_cause_in_a_type() -> None:
    """An attribute on a typedef or on the member's record is named as the type's."""
    wide = Typedef(name="wide", type=U16, aligned=8, span=HERE)
    tables = {"typedefs": {"wide": wide}}
    found = layout(struct(member("a", U8), member("b", TypedefRef("wide"))), "x86_64", **tables)
    assert found.members[1].cause is Cause.TYPE_ATTRIBUTE
    big = struct(member("x", U8), name="struct big", aligned=16)
    record = struct(member("a", U8), member("b", RecordRef("struct big")))
    found = layout(record, "x86_64", records={"struct big": big})
    assert (found.members[1].cause, found.members[1].offset) == (Cause.TYPE_ATTRIBUTE, 16)


def test_flexible_arrays() -> None:
    """A flexible array has no size, may start in what was tail padding, and counts 0 elements."""
    found = layout(struct(member("n", U64), member("c", U8), member("d", flexible(U8))), "x86_64")
    tail = found.members[-1]
    assert (tail.offset, tail.bit_size, tail.count, found.size) == (9, 0, 0, 16)
    assert [(hole.bit_offset, hole.kind) for hole in found.holes] == [(72, HoleKind.TAIL)]


def test_arrays_count_all_dimensions() -> None:
    """An array of arrays of records has the record as its element and all elements as its count."""
    cell = inner(member("x", U16))
    placed = layout(struct(member("a", Array(Array(cell, 3), 2))), "x86_64").members[0]
    assert (placed.count, placed.bit_size) == (6, 96)
    assert placed.element is not None
    assert placed.element.size == 2


def test_a_bit_field_has_no_byte_offset_inside_a_byte() -> None:
    """Asking a bit-field inside a byte for its byte offset is an error."""
    placed = layout(struct(member("a", U8, 3), member("b", U8, 3)), "x86_64").members[1]
    with pytest.raises(ValueError, match="starts at bit 3 of byte 0"):
        _ = placed.offset
