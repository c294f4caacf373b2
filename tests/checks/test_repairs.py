# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests where the text goes that names a hole, and in which words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.engine.fix import fix
from tests.checks.judging import judged, repaired, request, tree

if TYPE_CHECKING:
    from pathlib import Path

TYPES = "#include <linux/types.h>\n"


@pytest.mark.parametrize(
    ("rule", "line", "mended"),
    [
        (
            "u64-compat-offset",
            "struct s { __u32 a; __u64 b; };",
            "struct s { __u32 a; __u32 reserved; __u64 b; };",
        ),
        (
            "u64-compat-size",
            "struct s { __u64 b; __u32 a; };",
            "struct s { __u64 b; __u32 a; __u32 reserved; };",
        ),
        (
            "implicit-hole",
            "struct s { __u8 a; /* why */ __u32 b; };",
            "struct s { __u8 a; /* why */ __u8 reserved[3]; __u32 b; };",
        ),
        (
            "implicit-hole",
            "struct s { struct { __u8 a; __u32 b; } in; __u32 c; };",
            "struct s { struct { __u8 a; __u8 reserved[3]; __u32 b; } in; __u32 c; };",
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_record_on_one_line(rule: str, line: str, mended: str, end: str, tmp_path: Path) -> None:
    """The member goes behind the one in front of the hole, and the line keeps its end."""
    text = (TYPES + line + "\n").replace("\n", end)
    path = tree(tmp_path, text.encode())
    (found,) = judged(tmp_path, rule, text.encode())
    assert found.suggestion == mended
    fix(request(path, rule, "x86_64", "i386"))
    assert path.read_bytes().decode() == text.replace(line, mended)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("struct s {\n\tunsigned char a;\n\tint b;\n};\n", "\tunsigned char reserved[3];\n"),
        (
            "#include <stdint.h>\nstruct s {\n\tuint32_t a;\n\tuint64_t b;\n};\n",
            "\tuint32_t reserved;\n",
        ),
        (TYPES + "struct s {\n\tchar a;\n\tint b;\n};\n", "\t__u8 reserved[3];\n"),
    ],
    ids=["C", "stdint", "linux"],
)
def test_the_words_are_the_header_s(text: str, line: str, tmp_path: Path) -> None:
    """A header that has never heard of __u8 is mended with a type that it has."""
    rule = "u64-compat-offset" if "uint64_t" in text else "implicit-hole"
    made = repaired(tmp_path, rule, text)
    assert made.replace(line, "") == text
    assert line in made


def test_a_tail_is_shown_behind_the_last_member(tmp_path: Path) -> None:
    """The suggestion for padding at the end shows which member it follows."""
    text = TYPES + "struct s {\n\t__u64 a;\n\t__u32 b; /* why */\n};\n"
    (found,) = judged(tmp_path, "u64-compat-size", text)
    assert found.suggestion == "\t__u32 b;\n\t__u32 reserved;"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("u64-compat-offset", "struct s {\n\t__u32 a;\n\t__u64 b;\n};\n"),
        ("u64-compat-offset", "struct s {\n\t__u32 a;\n\tstruct { __u64 b; } c;\n};\n"),
        ("pointer-member", "struct s {\n\tvoid *a;\n};\n"),
        ("variable-width-type", "struct s {\n\tlong a;\n};\n"),
        ("conditional-layout", "struct s {\n\tint a;\n#ifdef __LP64__\n\tint b;\n#endif\n};\n"),
    ],
)
def test_both_sides_are_called_by_their_names(rule: str, text: str, tmp_path: Path) -> None:
    """No message says here or there where it means an ABI."""
    (found,) = judged(tmp_path, rule, TYPES + text)
    said = f"{found.message} {found.consequence}"
    assert not {"here", "there", "there,", "here;"} & set(said.split())
    assert {"x86_64", "i386"} <= set(said.replace(",", " ").replace(";", " ").split())


def test_a_line_may_end_the_record(tmp_path: Path) -> None:
    """A member whose line closes the record too still gets its pad on the line before."""
    text = TYPES + "struct s {\n\t__u8 a;\n\t__u32 b; };\n"
    made = repaired(tmp_path, "implicit-hole", text)
    assert made == text.replace("\t__u32", "\t__u8 reserved[3];\n\t__u32")
