# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what a Linux ABI says about layout, preprocessing and ioctl numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from abicheck.model.types import ScalarKind


class ScalarFact(Struct, frozen=True):
    """A scalar type's numbers, in bytes."""

    size: int
    align: int
    """Alignment of an object of the type on its own (GCC's ``__alignof__`` of the type)."""
    field_align: int
    """Alignment of a member of the type inside a record; lower than ``align`` on i386 only."""


class IoctlEncoding(Struct, frozen=True):
    """The widths and direction codes of an ioctl number (asm/ioctl.h)."""

    size_bits: int
    none: int
    write: int
    read: int


class Abi(Struct, frozen=True, kw_only=True):
    """One row of the table of Linux ABIs."""

    name: str
    arch: str
    """The directory below ``arch/`` of a kernel tree."""
    title: str
    """What a person calls it, such as "x86, 32-bit"."""
    scalars: tuple[tuple[ScalarKind, ScalarFact], ...]
    """Every scalar the ABI has; ``__int128`` is missing on 32-bit ABIs."""
    pointer: ScalarFact
    big_endian: bool
    char_signed: bool
    biggest_align: int
    """What a bare ``aligned`` attribute means, in bytes (``__BIGGEST_ALIGNMENT__``)."""
    vector_align: int = 1 << 15
    """The largest alignment a GNU vector type has by itself, in bytes."""
    bit_field_type_matters: bool = True
    """A bit-field's declared type bounds its placement and aligns its record (GCC's
    PCC_BITFIELD_TYPE_MATTERS); not on m68k."""
    unnamed_bit_field_aligns: bool = False
    """Unnamed bit-fields align their record too (ARM, csky)."""
    empty_field_boundary: int = 0
    """Alignment in bits that a zero-width bit-field gives where its type does not matter."""
    record_boundary: int = 1
    """Smallest alignment and size unit of an unpacked record, in bytes (ARM OABI: 4)."""
    short_enums: bool = False
    """Enums take the smallest integer type that holds their values (hexagon's user space)."""
    ioctl: IoctlEncoding
    triple: str
    """The target libclang parses under."""
    clang_args: tuple[str, ...] = ()
    """Further arguments that bring ``triple`` nearer to this ABI."""
    clang_lays_out: bool
    """libclang's own layout under ``triple`` is right for this ABI; false for a stand-in."""
    defines: tuple[tuple[str, str], ...] = ()
    """Macros the ABI's compiler predefines and ``triple`` does not."""
    undefines: tuple[str, ...] = ()
    """Macros that ``triple`` predefines and the ABI's compiler does not."""
    compat_of: tuple[str, ...] = ()
    """The 64-bit ABIs whose kernels run this one's programs."""
    gcc: tuple[str, ...] = ()
    """GCC target triple and flags of ``cc1`` that judge this ABI, with the macros that only GCC's
    driver would define; empty where none is packaged."""
    notes: tuple[str, ...] = ()
    """The source of each odd number, one sentence each."""

    @property
    def bits(self) -> int:
        """32 or 64: the width of a pointer."""
        return self.pointer.size * 8

    @property
    def data_model(self) -> str:
        """``LP64`` or ``ILP32``."""
        return "LP64" if self.pointer.size == 8 else "ILP32"
