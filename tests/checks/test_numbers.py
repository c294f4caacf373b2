# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the rules on numbers that one header shows to be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks.judging import judged, repaired

if TYPE_CHECKING:
    from pathlib import Path

_IOCTL = "#define _IO(t, n) 0\n#define _IOR(t, n, s) 0\n#define _IOW(t, n, s) 0\n"
_REGISTER = "Documentation/userspace-api/ioctl/ioctl-number.rst"


@pytest.mark.parametrize(
    "text",
    [
        "enum e { A_X, A_Y, A_Z, A_MAX = A_Y };\n",
        "enum e { A_X, A_Y, A_Z };\n#define A_LAST A_Y\n",
        "#define A_X 0\n#define A_Y 1\n#define A_Z 2\n#define A_MAX 1\n",
        "#define CAP_A 0\n#define CAP_B 1\n#define CAP_C 2\n\n#define CAP_LAST_CAP CAP_B\n",
        "enum e { A_X, A_Y, A_Z, A_MAX = A_Y + 1 - 1 };\n",
    ],
)
def test_a_marker_that_a_member_has_passed(text: str, tmp_path: Path) -> None:
    """A marker is stale once the last member that it names is not the last."""
    found = judged(tmp_path, "stale-max-marker", text)
    assert len(found) == (0 if "+ 1 - 1" in text else 1)


@pytest.mark.parametrize(
    "text",
    [
        "enum e { A_X, A_Y, A_Z, __A_MAX };\n#define A_MAX (__A_MAX - 1)\n",
        "enum e { A_X, A_Y, A_Z, A_MAX = A_Z };\n",
        "#define A_X 0\n#define A_Y 1\n#define A_Z 2\n#define A_MAX 3\n",
        "#define A_MAX 16\n#define A_X 100\n#define A_Y 101\n#define A_Z 102\n",
        "#define A_X 100\n#define A_Y 101\n#define A_Z 102\n#define A_MAX 16\n",
        "#define A_SIZE_MAX 8\n#define A_SIZE_X 100\n#define A_SIZE_Y 200\n",
        "#define A_X 0\n#define A_Y 1\n#define B_Z 2\n#define A_MAX A_Y\n",
        "#define A_X 1\n#define A_Y 2\n#define A_MASK 0xff\n#define A_LAST A_Y\n",
    ],
)
def test_markers_that_are_right_or_say_something_else(text: str, tmp_path: Path) -> None:
    """Counts, bounds of other things and other prefixes are left alone."""
    assert not judged(tmp_path, "stale-max-marker", text)


def test_a_comment_that_names_the_next_number(tmp_path: Path) -> None:
    """It is behind when a macro below it has the number, and the repair counts on."""
    text = "/* RGB - next is 0x1003 */\n#define F_A 0x1001\n#define F_B 0x1002\n"
    assert not judged(tmp_path / "1", "stale-max-marker", text)
    more = f"{text}#define F_C 0x1003\n"
    made = repaired(tmp_path / "2", "stale-max-marker", more)
    assert made == more.replace("next is 0x1003", "next is 0x1004")


def test_helpers_numbered_by_a_macro(tmp_path: Path) -> None:
    """Enumerators that a macro makes count by place too, until it gives them numbers."""
    text = (
        "#define MAPPER(FN) FN(unspec) FN(lookup) FN(update)\n#define ENUM(x) BPF_FUNC_ ## x,\n"
        "enum bpf_func_id { MAPPER(ENUM) };\n"
    )
    (finding,) = judged(tmp_path / "1", "implicit-enum-number", text)
    assert finding.suggestion == "BPF_FUNC_lookup = 1,"
    numbered = (
        "#define MAPPER(FN) FN(unspec, 0) FN(lookup, 1)\n"
        "#define ENUM(x, n) BPF_FUNC_ ## x = n,\nenum bpf_func_id { MAPPER(ENUM) };\n"
    )
    assert not judged(tmp_path / "2", "implicit-enum-number", numbered)


_FLAGS = "#define A_X (1 << 0)\n#define A_Y (1 << 1)\n#define A_Z (1 << 2)\n"


@pytest.mark.parametrize(
    ("more", "fires"),
    [
        ("#define A_W (1 << 2)\n", True),
        ("#define A_W 0x4\n", True),
        ("#define A_W A_Z\n", False),
        ("#define A_ZW_MASK (A_Z | A_Y)\n", False),
        ("\n#define A_W (1 << 2)\n", False),
        ("#define B_W (1 << 2)\n", False),
        ("#define A_WORD_X (1 << 0)\n", False),
        ("/* A_W and A_Z: never both */\n#define A_W (1 << 2)\n", False),
        ("#ifdef Q\n#define A_W (1 << 3)\n#else\n#define A_V (1 << 3)\n#endif\n", False),
    ],
)
def test_flags_that_share_a_bit(more: str, fires: bool, tmp_path: Path) -> None:
    """Two names of one word for one bit are an overlap, unless the text says that they are."""
    assert bool(judged(tmp_path, "flag-overlap", _FLAGS + more)) is fires


@pytest.mark.parametrize(
    ("body", "severity"),
    [
        ("_IOW('x', 1, sizeof(struct s))", "error"),
        ("_IOR('x', 1, long)", "warning"),
        ("_IOR('x', 1, struct p)", "note"),
        ("_IOR('x', 1, struct s *)", "warning"),
        ("_IOR('x', 1, struct big)", "error"),
        ("_IOR('x', 1, struct s)", None),
        ("_IOR('x', 1, int[2])", None),
        ("_IO('x', 1)", None),
    ],
)
def test_what_a_number_says_of_its_payload(body: str, severity: str | None, tmp_path: Path) -> None:
    """A payload's size is judged per ABI, and a record's more mildly than its members' rules."""
    text = (
        f"{_IOCTL}struct s {{ int a, b; }};\nstruct p {{ void *a; }};\n"
        f"struct big {{ char a[20000]; }};\n#define SAMPLE {body}\n"
    )
    found = judged(tmp_path, "ioctl-encoding", text)
    assert [finding.severity for finding in found] == ([severity] if severity else [])


def test_a_scalar_s_code_is_decoded_for_both_sides(tmp_path: Path) -> None:
    """The message holds the two numbers, and what to write has one."""
    text = f"{_IOCTL}#define SAMPLE _IOW('x', 2, unsigned long)\n"
    (finding,) = judged(tmp_path, "ioctl-encoding", text)
    assert "0x40087802 (8 bytes)" in finding.message
    assert "0x40047802 (4)" in finding.message
    assert finding.suggestion == "#define SAMPLE _IOW('x', 2, __u64)"
    assert finding.abis == ("i386",)


def test_commands_with_one_record_are_one_finding(tmp_path: Path) -> None:
    """What makes a record's size differ has one cause, however many commands name it."""
    commands = "".join(f"#define S{n} _IOW('x', {n}, struct p)\n" for n in range(4))
    (finding,) = judged(tmp_path, "ioctl-encoding", f"{_IOCTL}struct p {{ long a; }};\n{commands}")
    assert finding.consequence.startswith("3 more with struct p")


@pytest.mark.parametrize(
    ("name", "fires"),
    [
        ("SAMPLE_GET_MODE", True),
        ("KVM_GET_MODE", False),
        ("SAMPLE_GET_SET_MODE", False),
        ("SAMPLE_TARGET", False),
    ],
)
def test_directions_and_names(name: str, fires: bool, tmp_path: Path) -> None:
    """A GET that only writes is told, but for those that pass an address on purpose."""
    found = judged(tmp_path, "ioctl-encoding", f"{_IOCTL}#define {name} _IOW('x', 1, int)\n")
    assert bool(found) is fires


def test_the_register_of_the_tree_is_read(tmp_path: Path) -> None:
    """A command in another file's block is a warning, in a whole type of another's a note."""
    rows = (
        "'x'   00-0F  linux/other.h\n'y'   all    linux/other.h\n"
        "'z'   00-0F  linux/sample.h\n'w'   00-0F  linux/other.h        conflict!\n"
    )
    found = {
        letter: [
            finding.severity
            for finding in judged(
                tmp_path / letter,
                "ioctl-block-conflict",
                f"{_IOCTL}#define SAMPLE _IO('{letter}', 1)\n",
                {_REGISTER: rows},
            )
        ]
        for letter in "xyzwv"
    }
    assert found == {"x": ["warning"], "y": ["note"], "z": [], "w": ["note"], "v": []}
