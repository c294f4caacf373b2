# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that both front ends read whole real trees alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck import abis
from abicheck.export import open_exports
from abicheck.model import Array
from abicheck.parse import libclang, portable
from abicheck.parse.compare import Difference, compare
from abicheck.vcs.directory import DirectoryTree
from tests.parse_portable.texts import measure, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from abicheck.model import Abi
    from abicheck.parse.unit import Unit
    from tests.conftest import Cc1

_SPELLED = "clang spells a struct that only a typedef names by that name; it has no such tag"
_SIZE = (
    "sizeof(struct binder_pri_ptr_cookie) is 20 with GCC (and here), 24 with clang's m68k target"
)
_BINDER = "enum binder_driver_return_protocol"
_KNOWN: dict[tuple[str, str, str], str] = {
    ("m68k", "p_bdid", "pointer to"): _SPELLED,
    ("m68k", f"{_BINDER}.BR_ATTEMPT_ACQUIRE", "enumerator"): _SIZE,
}
"""Differences by (ABI, subject, fact), each with its reason."""


def _check(tree: Path, abi: Abi) -> None:
    world = open_exports(DirectoryTree(tree, tree.name)).world(abi)
    assert world is not None
    found: dict[tuple[str, str, str], Difference] = {}
    read = 0
    for header in world.headers():
        includes = (*world.prelude(header.include), header.include)
        left = libclang.parse(world, includes, measure)
        right = portable.parse(world, includes, measure)
        assert bool(left.problems) == bool(right.problems), header
        if left.problems:
            continue
        read += 1
        for difference in compare(left, right):
            found[abi.name, difference.subject, difference.fact] = difference
    assert read > 850
    expected = {key for key in _KNOWN if key[0] == abi.name}
    assert {key: value for key, value in found.items() if key not in expected} == {}
    assert expected <= set(found), "a listed difference has gone away"


@pytest.mark.trees
@pytest.mark.parametrize("name", ["x86_64", "i386", "arm64be", "mipsn32", "m68k"])
def test_linux_reads_alike(linux_tree: Path, name: str) -> None:
    """Records, members, attributes and enums of all headers of Linux 6.1 are the same."""
    _check(linux_tree, abis.get(name))


@pytest.mark.trees
@pytest.mark.parametrize("name", ["x86_64", "sparc64"])
def test_exported_headers_read_alike(zig_tree: Callable[[str], Path], name: str) -> None:
    """So are those of the exported headers of Linux 6.19."""
    _check(zig_tree("0.16.0"), abis.get(name))


@pytest.mark.trees
@pytest.mark.parametrize("name", ["i386", "m68k"])
def test_enumerators_and_array_bounds_are_gccs(
    cc1: Callable[..., Cc1], linux_tree: Path, tmp_path: Path, name: str
) -> None:
    """GCC gives every enumerator of Linux 6.1, and every array a record holds, the same number."""
    abi = abis.get(name)
    world = open_exports(DirectoryTree(linux_tree, "6.1")).world(abi)
    assert world is not None
    write(world, tmp_path)
    flags = ("-w", "-std=gnu11", "-nostdinc", "-DNULL=0", "-I", str(tmp_path), *world.arguments)
    claims: dict[str, None] = {}
    for header in world.headers():
        includes = (*world.prelude(header.include), header.include)
        unit = portable.parse(world, includes, measure)
        new = [claim for claim in _claims(unit) if claim not in claims]
        if unit.problems or not new:
            continue
        claims.update(dict.fromkeys(new))
        lines = [*(f"#include <{include}>" for include in includes), *new]
        cc1(*abi.gcc).assemble("\n".join(lines) + "\n", *flags)
    assert len(claims) > 10_000


def _claims(unit: Unit) -> Iterator[str]:
    """One assertion for each enumerator and each array of a record with a tag."""
    for enum in unit.declarations.enums.values():
        for name, value in enum.enumerators:
            number = f"{value}ull" if value >= 0 else f"({value}ll)"
            yield f'_Static_assert({name} == {number}, "{name}");'
    for key, record in unit.declarations.records.items():
        for member in record.members:
            if not isinstance(member.type, Array) or not member.type.count or " " not in key:
                continue
            array = f"(({key} *)0)->{member.name}"
            length = f"sizeof({array}) / sizeof({array}[0])"
            yield f'_Static_assert({length} == {member.type.count}, "{key}.{member.name}");'
