# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the comparison of shown records to what a document may and may not do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.review.contradictions import contradictions
from abicheck.review.headers import ShownHeader, numbers
from abicheck.review.sketches import named, sketches

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.review.sketches import Sketch

HEADER = """
#define COUNT 4
struct s {
	__u32 type;
	__u32 ndata;
	union {
		__u64 flags;
		__u64 data[16];
	};
	struct t inner;
	__u8 name[COUNT];
	struct {
		__u16 low;
		__s16 high;
	} pair;
	void __user *address;
	__u32 bits : 5;
	char rest[];
};
"""


def _record(text: str) -> Sketch:
    record = sketches(text)[0].record
    assert record is not None
    return record


def _said(text: str) -> list[tuple[str, str]]:
    number = numbers([ShownHeader("s.h", HEADER.encode())])
    found = contradictions(_record(text), _record(HEADER), number)
    return [(one.member, one.kind) for one in found]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("__u32 type;", "u32 type;"),
        ("__u32 type;", "uint32_t type;"),
        ("__u32 type;", "unsigned int type;"),
        ("__u64 flags;", "unsigned long long flags;"),
        ("name[COUNT]", "name[4]"),
        ("name[COUNT]", "name[2 * 2]"),
        ("name[COUNT]", "name[UNKNOWN]"),
        ("rest[]", "rest[0]"),
        ("void __user *address", "void *address"),
        ("__u8 name", "char name"),
        ("struct t inner;", "t_typedef inner;"),
        ("\tchar rest[];\n", "\t...\n"),
        ("\t__u32 bits : 5;\n\tchar rest[];\n", "\t/* and so on ... */\n"),
        ("\t__u64 flags;\n", "\t...\n"),
        (HEADER.partition("\tstruct t")[2], ""),
    ],
)
def test_a_document_may_write_it_otherwise(old: str, new: str) -> None:
    """Other spellings, equal values, unknown names and marked omissions contradict nothing."""
    assert old in HEADER
    assert _said(HEADER.replace(old, new, 1)) == []


@pytest.mark.parametrize(
    ("old", "new", "member", "kind"),
    [
        ("__u32 type;", "__u64 type;", "type", "type"),
        ("struct t inner;", "struct u inner;", "inner", "type"),
        ("struct t inner;", "__u32 inner;", "inner", "type"),
        ("void __user *address", "__u64 address", "address", "type"),
        ("data[16]", "data[8]", "data", "count"),
        ("data[16]", "data", "data", "count"),
        ("name[COUNT]", "name[5]", "name", "count"),
        ("bits : 5", "bits : 6", "bits", "bits"),
        ("__u32 ndata;", "__u32 ndata, more;", "more", "unknown"),
        ("\t__u32 ndata;\n", "", "ndata", "missing"),
        ("\t\t__u64 flags;\n", "", "flags", "missing"),
        ("__s16 high;", "__s32 high;", "pair.high", "type"),
        ("struct s {", "union s {", "s", "kind"),
        ("\t\t__u64 flags;\n", "\t\tstruct { __u64 flags; };\n", "", ""),
        ("\tunion {", "\tstruct {", "data", "order"),
        (
            "\t__u32 type;\n\t__u32 ndata;\n",
            "\t__u32 ndata;\n\t__u32 type;\n",
            "type",
            "order",
        ),
        (
            "\t__u32 type;\n\t__u32 ndata;\n",
            "union { __u32 type; __u32 ndata; };",
            "ndata",
            "order",
        ),
    ],
)
def test_a_document_may_not_show_it_otherwise(old: str, new: str, member: str, kind: str) -> None:
    """Each way of being otherwise is found at its member, and nothing else with it."""
    assert old in HEADER
    assert _said(HEADER.replace(old, new, 1)) == ([(member, kind)] if kind else [])


@pytest.mark.parametrize(
    ("shown", "actual", "kinds"),
    [
        ("__u32 a;", "__u32 a;\n#ifdef __powerpc__\n__u32 b;\n#endif\n", []),
        ("__u32 a;", "__u32 a;\n#ifndef __KERNEL__\n__u32 b;\n#endif\n", ["missing"]),
        ("__u32 a, b;", "__u32 a; MACRO(b);", []),
        ("__u32 a, b;", "__u32 a; /* ... */", []),
        ("__u32 a, b;", "__u32 a;", ["unknown"]),
    ],
)
def test_what_a_header_leaves_open_is_not_held_against_a_document(
    shown: str, actual: str, kinds: list[str]
) -> None:
    """Members that a configuration decides about, or that a macro may declare, are open."""
    one, other = (_record(f"struct s {{\n{body}\n}};\n") for body in (shown, actual))
    found = contradictions(one, other, numbers([]))
    assert [item.kind for item in found] == kinds


def test_places_are_those_of_the_texts() -> None:
    """A contradiction knows the line that shows it and the line that has it."""
    (found,) = contradictions(
        _record(HEADER.replace("data[16]", "data[8]")),
        _record("\n\n" + HEADER),
        numbers([]),
    )
    line = HEADER.split("\n").index("\t\t__u64 data[16];") + 1
    assert (found.line, found.actual) == (line, line + 2)


def _contradicting_itself(root: Path) -> list[str]:
    wrong = []
    for path in sorted(root.glob("**/include/uapi/**/*.h")):
        header = ShownHeader(path.name, path.read_bytes())
        number = numbers([header])
        for one in named(sketches("\n".join(header.lines))):
            wrong += [str(c) for c in contradictions(one.sketch, one.sketch, number)]
    return wrong


def test_no_record_of_ours_contradicts_itself(fixture_tree: Path) -> None:
    """A header's record, shown as it is, contradicts nothing."""
    assert _contradicting_itself(fixture_tree) == []


@pytest.mark.trees
def test_no_record_of_linux_contradicts_itself(linux_tree: Path) -> None:
    """A record of Linux, shown as it is, contradicts nothing."""
    assert _contradicting_itself(linux_tree / "include") == []
