# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the rules on records that cannot grow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.engine.lint import lint
from tests.checks.judging import judged, request, tree

if TYPE_CHECKING:
    from pathlib import Path

_IOW = "#define _IOW(t, n, s) 0\n#define _IOR(t, n, s) 0\n#define _IO(t, n) 0\n"


@pytest.mark.parametrize(
    ("members", "command", "fires"),
    [
        ("__u64 a; __u64 b;", "_IOW", True),
        ("__u64 a; __u32 b; __u32 flags;", "_IOW", False),
        ("__u64 a; __u32 b; __u32 reserved;", "_IOW", False),
        ("__u64 a; struct { __u32 flags; __u32 b; } c;", "_IOW", False),
        ("__u64 a; __u64 b;", "_IOR", False),
        ("__u64 a;", "_IOW", False),
    ],
)
def test_arguments_without_room(members: str, command: str, fires: bool, tmp_path: Path) -> None:
    """What programs pass in needs flags, a size or reserved space; results and scalars do not."""
    text = (
        f"{_IOW}#include <linux/types.h>\nstruct s {{ {members} }};\n"
        f"#define SAMPLE {command}('x', 1, struct s)\n"
    )
    assert bool(judged(tmp_path, "not-extensible", text)) is fires


@pytest.mark.parametrize(
    ("members", "fires"),
    [
        ("__u32 argsz; __u32 flags; __u32 cap_offset;", True),
        ("__u32 argsz; __u32 flags; __u32 cap_offset; __u32 pad;", False),
        ("__u32 argsz; __u32 flags; __u32 count;", False),
        ("__u32 flags; __u32 index;", True),
    ],
)
def test_records_that_begin_with_their_size(members: str, fires: bool, tmp_path: Path) -> None:
    """In VFIO's header a record begins with its size, and data behind it is aligned."""
    text = (
        f"{_IOW}#include <linux/types.h>\nstruct vfio_sample {{ {members} }};\n"
        "#define VFIO_SAMPLE _IO(';', 100)\n"
    )
    tree(tmp_path, "", {"include/uapi/linux/vfio.h": text})
    path = tmp_path / "include/uapi/linux/vfio.h"
    assert bool(lint(request(path, "argsz-convention", "x86_64")).findings) is fires


def test_only_headers_with_the_convention_are_asked(tmp_path: Path) -> None:
    """Elsewhere a record may begin with what it likes."""
    text = f"{_IOW}#include <linux/types.h>\nstruct s {{ __u32 a; }};\n#define S _IO(';', 1)\n"
    assert not judged(tmp_path, "argsz-convention", text)
