# SPDX-License-Identifier: GPL-2.0-or-later
"""What cannot be laid out, and that the engine says so; this module holds such records."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from abicheck import abis
from abicheck.layout import Layouter
from abicheck.layout.layouter import DEEPEST
from abicheck.model import (
    Array,
    Declarations,
    Enum,
    EnumRef,
    InlineEnum,
    Opaque,
    Pointer,
    Record,
    RecordLayout,
    RecordRef,
    Scalar,
    ScalarKind,
    Typedef,
    TypedefRef,
    Undecided,
)
from tests.layout.build import HERE, U8, U32, U64, lay_out, layout, member, struct

ITSELF = struct(member("again", RecordRef("struct s")))


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (struct(member("a", RecordRef("struct gone"))), "member 'a': struct gone is incomplete"),
        (struct(member("a", EnumRef("enum gone"))), "member 'a': enum gone is incomplete"),
        (struct(member("a", TypedefRef("gone"))), "member 'a': type 'gone' is not declared"),
        (struct(member("a", Opaque("foo_t", "a typeof"))), "member 'a': type 'foo_t': a typeof"),
        (struct(member("a", Scalar(ScalarKind.INT128))), "the ABI has no type '__int128'"),
        (replace(ITSELF, undecided="ms_struct"), "ms_struct"),
        (struct(member("a", Array(U8, 1 << 58))), "larger than any object"),
        (struct(member("a", Array(Array(U64, 1 << 40), 1 << 40))), "larger than any object"),
        (struct(*(member(f"m{i}", Array(U8, 1 << 30)) for i in range(4))), "larger than any"),
    ],
)
def test_a_reason_is_given(record: Record, reason: str) -> None:
    """A record without a layout comes back with why, naming the member."""
    found = lay_out(record, "i386")
    assert isinstance(found, Undecided)
    assert reason in found.reason


def test_a_record_within_itself() -> None:
    """A record that contains itself is no layout and no endless loop."""
    found = lay_out(ITSELF, "x86_64", records={"struct s": ITSELF})
    assert isinstance(found, Undecided)
    assert "contains itself" in found.reason


def test_a_typedef_of_itself() -> None:
    """A typedef that leads back to itself is no endless loop."""
    loop = {"a": Typedef(name="a", type=TypedefRef("b"), span=HERE)}
    loop["b"] = Typedef(name="b", type=TypedefRef("a"), span=HERE)
    assert isinstance(
        lay_out(struct(member("x", TypedefRef("a"))), "arm", typedefs=loop), Undecided
    )


def test_an_undecided_record_taints_what_holds_it() -> None:
    """A record that holds an undecided one is undecided; one that points to it is not."""
    bad = replace(struct(member("a", U32), name="struct bad"), undecided="ms_struct")
    tables = {"records": {"struct bad": bad}}
    assert isinstance(
        lay_out(struct(member("b", RecordRef("struct bad"))), "arm", **tables), Undecided
    )
    assert layout(struct(member("b", Pointer("struct bad"))), "arm", **tables).size == 4


def _nest(depth: int) -> tuple[Declarations, list[Record]]:
    records = [struct(member("x", U8), name="struct r0")]
    for level in range(1, depth):
        inside = RecordRef(f"struct r{level - 1}")
        records.append(struct(member("x", inside), name=f"struct r{level}"))
    return Declarations(records={record.name or "": record for record in records}), records


@pytest.mark.parametrize("backwards", [False, True])
def test_deep_nesting_has_one_answer(backwards: bool) -> None:
    """Nesting beyond the limit is undecided whichever record is asked for first, and no crash."""
    declarations, records = _nest(3000)
    layouter = Layouter(abis.get("x86_64"), declarations)
    order = reversed(records) if backwards else records
    decided = {
        record.name for record in order if isinstance(layouter.lay_out(record), RecordLayout)
    }
    assert decided == {record.name for record in records[:DEEPEST]}


@pytest.mark.parametrize(
    ("values", "packed", "size"),
    [
        ((), False, 4),
        ((0, 2**31), False, 4),
        ((0, 2**32), False, 8),
        ((-1, 2**31), False, 8),
        ((-1, 127), True, 1),
        ((-1, 128), True, 2),
        ((0, 255), True, 1),
        ((0, 256), True, 2),
    ],
)
def test_the_size_of_an_enum(values: tuple[int, ...], packed: bool, size: int) -> None:
    """An enum is an int unless its values need more; a packed one is as small as they allow."""
    enumerators = tuple((f"E{index}", value) for index, value in enumerate(values))
    enum = Enum(name=None, enumerators=enumerators, packed=packed, span=HERE)
    assert layout(struct(member("e", InlineEnum(enum))), "x86_64").size == size


def test_an_enum_beyond_64_bits() -> None:
    """An enumerator that no integer holds leaves its user undecided."""
    enum = Enum(name=None, enumerators=(("E", 2**64),), span=HERE)
    assert isinstance(lay_out(struct(member("e", InlineEnum(enum))), "x86_64"), Undecided)


def test_the_size_of_a_type() -> None:
    """size_of gives bits and alignment, and None for what has neither."""
    layouter = Layouter(abis.get("i386"), Declarations())
    assert layouter.size_of(Array(U64, 3)) == (192, 64)
    assert layouter.size_of(RecordRef("struct gone")) is None


def test_elements_aligned_beyond_their_size() -> None:
    """An array whose elements are aligned beyond their size has no layout, as in GCC."""
    wide = Typedef(name="wide", type=U32, aligned=8, span=HERE)
    record = struct(member("a", Array(TypedefRef("wide"), 2)))
    assert isinstance(lay_out(record, "x86_64", typedefs={"wide": wide}), Undecided)


def test_typedefs_of_arrays_without_end() -> None:
    """Ten thousand typedefs, each an array of the one before, are no crash."""
    typedefs = {"t0": Typedef(name="t0", type=U8, span=HERE)}
    for level in range(1, 10_000):
        array = Array(TypedefRef(f"t{level - 1}"), 1)
        typedefs[f"t{level}"] = Typedef(name=f"t{level}", type=array, span=HERE)
    record = struct(member("a", TypedefRef("t9999")))
    found = lay_out(record, "x86_64", typedefs=typedefs)
    assert isinstance(found, Undecided)
    assert (
        Layouter(abis.get("x86_64"), Declarations(typedefs=typedefs)).size_of(TypedefRef("t9999"))
        is None
    )
