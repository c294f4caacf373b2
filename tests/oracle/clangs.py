# SPDX-License-Identifier: GPL-2.0-or-later
"""What clang says about records; this module asks a whole clang (by its IR) and libclang.

Member names must be unique in what is asked: clang names the member, not the path to it.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.model import Abi, RecordLayout

_MEMBER = re.compile(r'DW_TAG_member, name: "(\w+)",(.*)\)')
_OFFSET = re.compile(r"offset: (\d+)")
_DATA = re.compile(r"^@v_(\d+) = .*\[2 x i32\] \[i32 (\d+), i32 (\d+)\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a clang laid out, in bits."""

    records: dict[str, tuple[int, int]]
    """Size and alignment by the record's name."""
    members: dict[str, int]
    """Offset within the declaring record by member name."""


def clang_answers(
    clang: Sequence[str], triple: str, flags: Sequence[str], text: str, names: Sequence[str]
) -> Answers:
    """What ``clang -cc1`` makes of C text; it needs no backend for the target."""
    asked = "".join(
        f"int v_{index}[] = {{ 1 + (int)sizeof({name}), 1 + (int)__alignof__({name}) }};\n"
        f"{name} *p_{index};\n"
        for index, name in enumerate(names)
    )
    command = [*clang, "-cc1", "-triple", triple, *flags, "-w", "-emit-llvm", "-o", "-"]
    command += ["-debug-info-kind=standalone", "-x", "c", "-"]
    done = subprocess.run(command, input=text + asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{text}{asked}{done.stderr}"
    records = {
        names[int(index)]: ((int(size) - 1) * 8, (int(align) - 1) * 8)
        for index, size, align in _DATA.findall(done.stdout)
    }
    members = {}
    for name, rest in _MEMBER.findall(done.stdout):
        at = _OFFSET.search(rest)
        members[name] = int(at[1]) if at else 0
    return Answers(records, members)


def libclang_answers(abi: Abi, text: str) -> Answers:
    """What libclang makes of C text under the ABI's own target."""
    from clang.cindex import CursorKind, Index

    unit = Index.create().parse(
        "soup.c",
        args=["-target", abi.triple, *abi.clang_args, "-w", "-std=gnu11"],
        unsaved_files=[("soup.c", text)],
    )
    errors = [item.spelling for item in unit.diagnostics if item.severity >= 3]
    assert not errors, (errors, text)
    answers = Answers({}, {})
    keywords = {CursorKind.STRUCT_DECL: "struct", CursorKind.UNION_DECL: "union"}
    for cursor in unit.cursor.get_children():
        if cursor.kind in keywords:
            name = f"{keywords[cursor.kind]} {cursor.spelling}"
            answers.records[name] = (cursor.type.get_size() * 8, cursor.type.get_align() * 8)
            answers.members.update(_fields(cursor))
    return answers


def _fields(cursor: object) -> Iterator[tuple[str, int]]:
    from clang.cindex import CursorKind

    for child in cursor.get_children():  # type: ignore[attr-defined]
        if child.kind == CursorKind.FIELD_DECL:
            yield child.spelling, child.get_field_offsetof()
        elif child.kind in (CursorKind.STRUCT_DECL, CursorKind.UNION_DECL):
            yield from _fields(child)


def contradictions(layouts: Sequence[RecordLayout], answers: Answers) -> list[str]:
    """One sentence for each number in which clang contradicts our layouts."""
    from tests.oracle.probes import own_offsets

    found = []
    for layout in layouts:
        name = layout.record.name or ""
        said = answers.records[name]
        if said != (layout.bit_size, layout.bit_align):
            found.append(
                f"{name}: {layout.bit_size} bits aligned to {layout.bit_align}, clang says {said}"
            )
        found += [
            f"{name} {member}: bit {at}, clang says {answers.members[member]}"
            for member, at in own_offsets(layout).items()
            if answers.members[member] != at
        ]
    return found
