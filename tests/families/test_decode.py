# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests which commands ``abicheck decode`` finds, and under which ABIs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Done
    from tests.conftest import Cc1


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An export of two architectures, with a libc's headers beside them."""
    texts = {
        "any-linux-any/linux/types.h": "",
        "any-linux-any/asm-generic/ioctls.h": "#define TCGETS 0x5401\n",
        "x86-linux-any/asm/unistd.h": "",
        "x86-linux-any/asm/ioctls.h": "#include <asm-generic/ioctls.h>\n",
        "mips-linux-any/asm/unistd.h": "",
        "mips-linux-any/asm/ioctls.h": "#define TCGETS 0x540d\n",
        "x86-linux-musl/bits/ioctls.h": "#define TCGETS 0x9999\n",
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_an_architecture_sees_its_own_numbers(run: Callable[..., Done], export: Path) -> None:
    """In an export each ABI gets what its own ``asm/`` says, and nothing comes from a libc."""
    done = run("decode", "TCGETS", str(export), "--abi", "x86_64,mips", "--format", "json")
    assert _codes(done) == {"x86_64": [0x5401], "mips": [0x540D]}


def test_the_compiler_sees_the_same_number(
    run: Callable[..., Done], zig_tree: Callable[[str], Path], cc1: Callable[..., Cc1]
) -> None:
    """A bare number of a real export is the one that the ABI's compiler reads there."""
    root = zig_tree("0.16.0")
    folders = [str(root / name) for name in ("x86-linux-any", "any-linux-any")]
    flags = [part for folder in folders for part in ("-isystem", folder)]
    source = "#include <asm/ioctls.h>\nunsigned int value = TCGETS;\n"
    assembly = cc1("x86_64-linux-gnu").assemble(source, "-ffreestanding", *flags).split()
    expected = int(assembly[assembly.index("value:") + 2], 0)
    done = run("decode", "TCGETS", str(root), "--abi", "x86_64", "--format", "json")
    assert _codes(done) == {"x86_64": [expected]}


def _codes(done: Done) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for command in json.loads(done.out)["commands"]:
        for group in command["codes"]:
            for abi in group["abis"]:
                found.setdefault(abi, []).append(group["number"])
    return found
