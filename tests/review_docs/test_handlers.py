# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the hints about added C code to what they may and may not say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from abicheck import abis
from abicheck.export.exports import open_exports
from abicheck.model import RecordLayout
from abicheck.review.headers import ShownHeader, numbers
from abicheck.review.mirrors import Mirrors
from abicheck.review.padding import padding
from abicheck.review.sketches import sketches
from abicheck.vcs.directory import DirectoryTree
from tests.review_docs.scenes import judged
from tests.review_docs.steps import step

if TYPE_CHECKING:
    from abicheck.review.sketches import Sketch

HERE = DirectoryTree(Path(__file__).parent, "a tree without headers")
HEADER = "include/uapi/linux/x.h"


def _rules(code: str, header: str) -> list[str]:
    new: dict[str, str | None] = {"drivers/misc/x.c": code, HEADER: header}
    return [item.rule for item in judged(step(HERE, {}, new))]


@pytest.mark.parametrize(
    ("body", "amount"),
    [
        ("__u32 a; __u32 b;", 0),
        ("__u32 a; __u64 b;", 4),
        ("__u64 a; __u32 b;", 4),
        ("__u8 a; __u16 b; __u8 c;", 2),
        ("__u8 a[3];", 0),
        ("struct { __u32 a; __u64 b; } c;", 4),
        ("union { __u8 a[9]; __u64 b; } c;", 7),
        ("void *a; int b; enum e { X } c;", 0),
        ("long a; char b;", 7),
        ("__u32 n; __u64 d[];", 4),
    ],
)
def test_padding_is_what_the_layout_engine_finds(body: str, amount: int) -> None:
    """A record's padding under x86_64 is that which the layout engine gives it."""
    text = f"struct s {{ {body} }};\n"
    record = sketches(text)[0].record
    assert record is not None
    found = padding(record, lambda _: None, numbers([]))
    assert (found[1] if found else 0) == amount
    world = open_exports(HERE).world(abis.get("x86_64"))
    assert world is not None
    layout = Mirrors(HERE).laid_out(world, ShownHeader("a.c", text.encode()), "struct s")
    assert isinstance(layout, RecordLayout), layout
    assert _holes(layout) == amount * 8


def _holes(layout: RecordLayout) -> int:
    """Bits of padding in a record and in those inside of it."""
    inner = (member.element for member in layout.members if member.element)
    return sum(hole.bit_size for hole in layout.holes) + sum(map(_holes, inner))


@pytest.mark.parametrize(
    "body",
    [
        "__u32 a; __u64 b; } __attribute__((packed))",
        "__u32 a; strange_t b;",
        "__u32 a : 3; __u64 b;",
        "__u32 a;\n#ifdef X\n__u64 b;\n#endif\n",
        "__u32 a; __u64 b[N];",
        "__u32 a; __u64 b; ...",
    ],
)
def test_what_cannot_be_told_has_no_padding(body: str) -> None:
    """Attributes, unknown types and counts, bit-fields and open records are left alone."""
    end = "" if "}" in body else "}"
    record: Sketch | None = sketches(f"struct s {{ {body} {end};\n")[0].record
    assert record is not None
    assert padding(record, lambda _: None, numbers([])) is None


_LEAKY = "struct s { __u32 a; __u64 b; };\n"


@pytest.mark.parametrize(
    ("code", "leaks"),
    [
        ("{0}struct s x;\n x.a = 1;\n copy_to_user(p, &x, sizeof(x));\n}}\n", True),
        ("{0}struct s x = {{}};\n copy_to_user(p, &x, sizeof(x));\n}}\n", False),
        (
            "{0}struct s x;\n memset(&x, 0, sizeof(x));\n copy_to_user(p, &x, sizeof(x));\n}}\n",
            False,
        ),
        ("{0}struct s x;\n copy_from_user(&x, p, 16);\n copy_to_user(p, &x, 16);\n}}\n", False),
        ("{0}struct s *x;\n copy_to_user(p, x, sizeof(*x));\n}}\n", False),
        ("{0}struct s x;\n use(&x);\n}}\n{0}struct t x;\n copy_to_user(p, &x, 8);\n}}\n", False),
        ("{0}struct t x;\n copy_to_user(p, &x, 8);\n}}\n", False),
        ("{0}/* struct s x; copy_to_user(p, &x, 8); */\n}}\n", False),
    ],
)
def test_only_an_uncleared_copy_of_its_own_function_leaks(code: str, leaks: bool) -> None:
    """A variable counts within its function, and not where anything clears it."""
    found = _rules(code.format("long f(void __user *p)\n{\n "), _LEAKY)
    assert ("info-leak" in found) == leaks


def test_a_whole_record_does_not_leak() -> None:
    """A record without padding may be copied as it is."""
    code = "long f(void __user *p)\n{\n struct s x;\n copy_to_user(p, &x, sizeof(x));\n}\n"
    assert "info-leak" not in _rules(code, "struct s { __u64 a; __u64 b; };\n")


_COMMAND = "struct s {{ __u64 a; __u32 {}; }};\n#define X_SET {}('x', 1, struct s)\n"


@pytest.mark.parametrize(
    ("member", "macro", "code", "found"),
    [
        ("reserved", "_IOW", "use(X_SET);", ["reserved-not-checked"]),
        ("reserved", "_IOW", "struct s s; if (s.reserved) fail();", []),
        ("reserved", "_IOR", "use(X_SET);", []),
        ("reserved", "_IOW", "other();", []),
        ("flags", "_IOWR", "use(X_SET);", ["unknown-flags-accepted"]),
        ("map_flags", "_IOW", "struct s *s;", ["unknown-flags-accepted"]),
        ("flags", "_IOW", "if (s->flags & ~OK) X_SET;", []),
        ("value", "_IOW", "use(X_SET);", []),
    ],
)
def test_only_unread_members_of_input_are_told(
    member: str, macro: str, code: str, found: list[str]
) -> None:
    """Reserved members and flags count where a program passes them and code is there to read."""
    assert _rules(f"{code}\n", _COMMAND.format(member, macro)) == found


def test_a_handler_in_another_patch_is_not_missed() -> None:
    """A step without any C file says nothing about handlers."""
    new = {HEADER: _COMMAND.format("reserved", "_IOW")}
    assert judged(step(HERE, {}, new)) == ()
