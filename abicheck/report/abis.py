# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shows the table of ABIs, and one of them in full."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from abicheck.abis import all_abis
from abicheck.model import ScalarKind
from abicheck.report.json import document
from abicheck.report.lines import BLANK, Line, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.model import Abi

_HEADINGS = ("ABI", "arch/", "long", "ptr", "end", "__u64", "runs on", "what it is")


def table(abis: Sequence[Abi]) -> Iterator[Line]:
    """A line per ABI: widths in bits, the alignment of ``__u64`` inside a record in bytes."""
    rows = [_HEADINGS, *(_row(abi) for abi in abis)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    for number, row in enumerate(rows):
        cells = [f"{text:<{width}}  " for text, width in zip(row, widths, strict=True)]
        if number == 0:
            yield (("".join(cells), Role.HEADING),)
        else:
            aligned = Role.NUMBER if row[5] == "8" else Role.HOLE
            yield (
                (cells[0], Role.NAME),
                ("".join(cells[1:5]), Role.PLAIN),
                (cells[5], aligned),
                (cells[6], Role.TYPE),
                (cells[7], Role.COMMENT),
            )
    yield BLANK
    yield (
        (
            '__u64 is its alignment inside a record in bytes; "runs on" is the 64-bit ABI',
            Role.COMMENT,
        ),
    )
    yield (("whose kernels run its programs as well.", Role.COMMENT),)


def _row(abi: Abi) -> tuple[str, ...]:
    scalars = dict(abi.scalars)
    return (
        abi.name,
        abi.arch,
        str(scalars[ScalarKind.LONG].size * 8),
        str(abi.bits),
        "BE" if abi.big_endian else "LE",
        str(scalars[ScalarKind.ULLONG].field_align),
        ", ".join(abi.compat_of),
        abi.title.removesuffix(", big-endian").removesuffix(", little-endian"),
    )


def one(abi: Abi, width: int) -> Iterator[Line]:
    """Everything known of one ABI."""
    yield (abi.name, Role.TITLE), (f"  {abi.title}", Role.PLACE)
    yield BLANK
    facts = _facts(abi)
    widest = max(map(len, facts))
    for label, value in facts.items():
        yield (f"  {label:<{widest}}  ", Role.HEADING), (value, Role.PLAIN)
    yield BLANK
    heading = f"  {'type':<18} {'size':>4} {'alignment':>9} {'in a record':>11}"
    yield ((heading, Role.HEADING),)
    for kind, fact in (*abi.scalars, ("pointer", abi.pointer)):
        differs = Role.PLAIN if fact.align == fact.field_align else Role.HOLE
        yield (
            (f"  {kind:<18} ", Role.TYPE),
            (f"{fact.size:>4} {fact.align:>9}", Role.NUMBER),
            (f" {fact.field_align:>11}", differs),
        )
    for note in abi.notes:
        yield BLANK
        for line in wrap(note, width, initial_indent="  ", subsequent_indent="  "):
            yield ((line, Role.PLAIN),)


def _facts(abi: Abi) -> dict[str, str]:
    programs = [other.name for other in all_abis() if abi.name in other.compat_of]
    facts = {
        "kernel directory": f"arch/{abi.arch}",
        "data model": abi.data_model,
        "byte order": "big-endian" if abi.big_endian else "little-endian",
        "char": "signed" if abi.char_signed else "unsigned",
        "aligned, bare": f"{abi.biggest_align} bytes",
        "bit-fields": _bit_fields(abi),
        "records": f"aligned to {abi.record_boundary} at least" if abi.record_boundary > 1 else "",
        "enums": "the smallest type that fits" if abi.short_enums else "int, or wider where needed",
        "ioctl number": f"{abi.ioctl.size_bits} bits of size; none {abi.ioctl.none}, "
        f"read {abi.ioctl.read}, write {abi.ioctl.write}",
        "64-bit kernel": ", ".join(abi.compat_of),
        "32-bit programs": ", ".join(programs),
        "parsed as": abi.triple if abi.clang_lays_out else f"{abi.triple}, a stand-in",
        "judged by": f"GCC for {' '.join(abi.gcc)}" if abi.gcc else "",
    }
    return {label: value for label, value in facts.items() if value}


def _bit_fields(abi: Abi) -> str:
    if not abi.bit_field_type_matters:
        return "follow each other whatever their type"
    unnamed = "align their record too" if abi.unnamed_bit_field_aligns else "align nothing"
    return f"stay inside a unit of their type; unnamed ones {unnamed}"


def as_json(abis: Sequence[Abi]) -> str:
    """The document ``abis-1``."""
    return document("abis-1", {"abis": [_object(abi) for abi in abis]})


def _object(abi: Abi) -> dict[str, Any]:
    return {
        "name": abi.name,
        "title": abi.title,
        "arch": abi.arch,
        "data_model": abi.data_model,
        "byte_order": "big" if abi.big_endian else "little",
        "char_signed": abi.char_signed,
        "scalars": [
            {
                "type": kind,
                "size": fact.size,
                "alignment": fact.align,
                "member_alignment": fact.field_align,
            }
            for kind, fact in (*abi.scalars, ("pointer", abi.pointer))
        ],
        "biggest_alignment": abi.biggest_align,
        "record_boundary": abi.record_boundary,
        "short_enums": abi.short_enums,
        "bit_field_type_matters": abi.bit_field_type_matters,
        "unnamed_bit_field_aligns": abi.unnamed_bit_field_aligns,
        "ioctl": {
            "size_bits": abi.ioctl.size_bits,
            "none": abi.ioctl.none,
            "read": abi.ioctl.read,
            "write": abi.ioctl.write,
        },
        "compat_of": list(abi.compat_of),
        "triple": abi.triple,
        "stand_in": not abi.clang_lays_out,
        "gcc": list(abi.gcc),
        "notes": list(abi.notes),
    }
