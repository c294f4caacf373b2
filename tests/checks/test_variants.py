# SPDX-License-Identifier: GPL-2.0-or-later
"""This module judges variants of known mistakes: what is said of them is true and cures them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.engine.lint import lint
from tests.checks.judging import judged, request, tree

if TYPE_CHECKING:
    from pathlib import Path

_TYPES = "#include <linux/types.h>\n"
_IOCTL = f"{_TYPES}#define _IOR(t, n, s) 0\n"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("__u32 a; unsigned long b;", "__aligned_u64 b;"),
        ("unsigned long b; __u32 c;", "__aligned_u64 b;"),
        ("__u32 a; __u32 c; unsigned long b;", "__u64 b;"),
        ("__u32 a; __u32 c; long b;", "__s64 b;"),
    ],
)
def test_a_long_of_64_bits_lies_in_one_place(body: str, line: str, tmp_path: Path) -> None:
    """A member that i386 would put, or end, elsewhere once it has 64 bits is to be aligned."""
    text = f"{_TYPES}struct s {{\n{body.replace('; ', ';' + chr(10))}\n}};\n"
    (found,) = judged(tmp_path, "variable-width-type", text)
    assert found.suggestion.strip() == line


def test_a_record_that_differs_in_the_middle_gets_no_pad_at_its_end(tmp_path: Path) -> None:
    """Padding at the end cures only what the end causes."""
    inner = "struct s {\n\t__u32 a;\n\t__u64 b;\n\t__u32 c;\n};\n"
    text = f"{_TYPES}{inner}struct t {{\n\tstruct s s;\n\t__u64 d;\n}};\n"
    found = judged(tmp_path, "u64-compat-offset", text)
    assert [finding.subject for finding in found] == ["struct s.b", "struct t.d"]
    assert "at the end" not in found[1].suggestion
    assert "struct s one layout" in found[1].suggestion


@pytest.mark.parametrize(
    ("member", "line"),
    [
        ("\tstruct { __u64 a; __u32 b[2]; } seg[1];\n", "\tstruct { __u64 a; __u32 b[2]; } seg[];"),
        ("\tstruct {\n\t\t__u64 a;\n\t} seg[1];\n", "\t} seg[];"),
    ],
)
def test_an_array_of_a_nameless_record_keeps_its_body(
    member: str, line: str, tmp_path: Path
) -> None:
    """What to write for an array whose record is declared in place is a declaration."""
    text = f"{_TYPES}struct s {{\n\t__u32 count;\n{member}}};\n"
    (found,) = judged(tmp_path, "fake-flex-array", text)
    assert found.suggestion == line


def test_an_array_in_stddef_s_wrapping_is_called_by_its_name(tmp_path: Path) -> None:
    """Not by that of the empty record which the wrapping puts in front of it."""
    text = f"{_TYPES}struct s {{\n\t__u32 n;\n\tstruct {{\n\t\tstruct {{ }} __empty_d;\n"
    (found,) = judged(tmp_path, "u64-compat-offset", f"{text}\t\t__u64 d[];\n\t}};\n}};\n")
    assert found.subject == "struct s.d"
    assert "inside it" not in found.message


def test_an_arm_that_moves_its_union_says_where(tmp_path: Path) -> None:
    """The offset is said of all ABIs that align the arm so, and not of one of them."""
    arms = "\t\t__u32 pad[29];\n\t\tstruct { void *p; __u64 q; } fault;\n"
    text = f"{_TYPES}struct s {{\n\t__u32 x;\n\tunion {{\n{arms}\t}} u;\n}};\n"
    path = tree(tmp_path, text)
    (found,) = lint(request(path, "union-arm-divergence", "x86_64", "i386", "x32")).findings
    assert found.message == "u begins at byte 8 where its arm fault is 8-aligned, elsewhere at 4"


def test_variants_break_those_whose_kernel_reads_another(tmp_path: Path) -> None:
    """Where the compiler of one architecture decides, programs of others are not broken."""
    body = "\tint a;\n#ifdef __x86_64__\n\tint b;\n#endif\n"
    path = tree(tmp_path, f"struct s {{\n{body}}};\n")
    found = lint(request(path, "conditional-layout", "x86_64", "i386", "x32", "ppc64", "ppc"))
    assert [finding.abis for finding in found.findings] == [("i386",)]


@pytest.mark.parametrize(
    ("payload", "what"),
    [
        ("__kernel_size_t", "warning"),
        ("t_t", "note"),
        ("u_t", "note"),
        ("same_t", None),
        ("twice_t", None),
    ],
)
def test_a_payload_s_typedef_is_followed(payload: str, what: str | None, tmp_path: Path) -> None:
    """A record or a long under another name has another number for i386 programs all the same."""
    text = (
        f"{_IOCTL}struct s {{ __u64 a; __u32 b; }};\ntypedef struct s t_t;\ntypedef t_t u_t;\n"
        "typedef __u64 same_t;\n#ifdef A\ntypedef __u32 twice_t;\n#else\ntypedef long twice_t;\n"
        f"#endif\n#define SAMPLE _IOR('x', 1, {payload})\n"
    )
    found = judged(tmp_path, "ioctl-encoding", text)
    assert [finding.severity for finding in found] == ([what] if what else [])
    assert all("__s64" not in finding.suggestion for finding in found)


@pytest.mark.parametrize(
    ("value", "said"),
    [("(1UL << 33)", "(1ULL << 33)"), ("(1UL << 31)", None), ("(1ULL << 33)", None)],
)
def test_a_shift_beyond_the_long_of_some(value: str, said: str | None, tmp_path: Path) -> None:
    """A bit that a long of 32 bits does not have is an error, and told once."""
    found = judged(tmp_path, "constant-type", f"#define SAMPLE {value}\n")
    errors = [finding.suggestion for finding in found if finding.severity == "error"]
    assert errors == ([said] if said else [])
    assert not errors or len(found) == 1


@pytest.mark.parametrize(
    ("include", "count"), [("", 1), ("#include <linux/byteorder/little_endian.h>\n", 0)]
)
def test_bit_fields_whose_order_nobody_tells(include: str, count: int, tmp_path: Path) -> None:
    """Without the header that knows the byte order such a record compiles and lacks members."""
    order = "#ifndef __LITTLE_ENDIAN_BITFIELD\n#define __LITTLE_ENDIAN_BITFIELD\n#endif\n"
    fields = "#if defined(__LITTLE_ENDIAN_BITFIELD)\n\t__u8 a:4, b:4;\n#endif\n\t__u8 c;\n"
    text = f"{_TYPES}{include}struct s {{\n{fields}}};\n"
    others = {"include/uapi/linux/byteorder/little_endian.h": order}
    found = judged(tmp_path, "not-self-contained", text, others)
    assert [finding.severity for finding in found] == ["error"] * count
    assert all(finding.suggestion == "#include <asm/byteorder.h>" for finding in found)
