# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds our system root against the real kernel's headers, for every ABI."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from abicheck import abis
from abicheck.abis import get
from abicheck.export import World, open_exports, system
from abicheck.layout import Layouter
from abicheck.model import RecordLayout
from abicheck.parse.libclang import parse
from abicheck.vcs.directory import DirectoryTree
from tests.export.trees import DictTree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from abicheck.model import Abi, CType, Declarations
    from abicheck.parse.unit import Unit

_BASICS = (
    *("linux/types.h", "linux/posix_types.h", "linux/time_types.h", "linux/time.h"),
    *("linux/socket.h", "linux/in.h", "linux/in6.h", "linux/if_ether.h", "linux/uio.h"),
    *("linux/stddef.h", "linux/const.h", "linux/ioctl.h", "linux/swab.h", "asm/byteorder.h"),
)
_PROBE = """\
#include <linux/ioctl.h>
#include <linux/limits.h>
#include <asm/byteorder.h>
#include <asm/bitsperlong.h>
enum probe {
	NONE = _IO('a', 1),
	READ = _IOR('a', 2, int),
	WRITE = _IOW('a', 3, char[300]),
	BOTH = _IOWR('a', 4, long),
	DIRECTION = _IOC_DIR(_IOR('a', 2, int)),
	BITS = __BITS_PER_LONG,
	PATH = PATH_MAX,
#ifdef __LITTLE_ENDIAN_BITFIELD
	LITTLE = 1,
#endif
#ifdef __BIG_ENDIAN_BITFIELD
	BIG = 1,
#endif
};
"""
_ALL = pytest.mark.parametrize("abi", [abi.name for abi in abis.all_abis()])


def _measure(abi: Abi, declarations: Declarations) -> Callable[[CType], tuple[int, int] | None]:
    return Layouter(abi, declarations).size_of


class _Probed:
    """A world with one more header, ``probe.h``."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.abi, self.arguments = world.abi, world.arguments
        self.identity, self.has_asm = world.identity, world.has_asm

    def text(self, include: str) -> bytes | None:
        """The probe, or what the world has."""
        return _PROBE.encode() if include == "probe.h" else self._world.text(include)

    def origin(self, include: str) -> str:
        """The probe's name, or what the world says."""
        return include if include == "probe.h" else self._world.origin(include)

    def names(self) -> frozenset[str]:
        """The world's names and the probe."""
        return self._world.names() | {"probe.h"}

    def prelude(self, include: str) -> tuple[str, ...]:
        """What the world says."""
        return self._world.prelude(include)


@pytest.fixture(scope="module")
def real(linux_tree: Path) -> Callable[[str], World]:
    """The world of Linux 6.1 by the ABI's name."""
    exports = open_exports(DirectoryTree(linux_tree, "v6.1"))
    return lambda name: _present(exports.world(get(name)))


@pytest.fixture(scope="module")
def ours() -> Callable[[str], World]:
    """The world of an empty header, which is all our own."""
    exports = open_exports(DictTree({"lone.h": ""}))
    return lambda name: _present(exports.world(get(name)))


def _present(world: World | None) -> World:
    assert world is not None
    return world


def _unit(world: World, *includes: str) -> Unit:
    unit = parse(_Probed(world), includes, _measure)
    assert unit.problems == ()
    return unit


@_ALL
def test_types_are_the_kernels(
    abi: str, real: Callable[[str], World], ours: Callable[[str], World]
) -> None:
    """Each typedef of ours has the size and alignment that the kernel's has, under every ABI."""
    theirs, own = (_unit(world(abi), *_BASICS) for world in (real, ours))
    sizes = [_sizes(get(abi), unit.declarations) for unit in (theirs, own)]
    shared = sizes[0].keys() & sizes[1].keys()
    assert {name: sizes[0][name] for name in shared} == {name: sizes[1][name] for name in shared}
    named = {name for name in sizes[0] if name.startswith(("__kernel_", "__u", "__s", "__b"))}
    assert named - shared <= {"__kernel_sigset_t", "__kernel_old_sigset_t"}
    assert len(shared) > 40


def _sizes(abi: Abi, declarations: Declarations) -> dict[str, tuple[int, int] | None]:
    layouter = Layouter(abi, declarations)
    return {name: layouter.size_of(typedef.type) for name, typedef in declarations.typedefs.items()}


@_ALL
def test_records_are_the_kernels(
    abi: str, real: Callable[[str], World], ours: Callable[[str], World]
) -> None:
    """Each struct of ours has the kernel's members at the kernel's offsets, under every ABI."""
    theirs, own = (_unit(world(abi), *_BASICS) for world in (real, ours))
    shapes = [_shapes(get(abi), unit.declarations) for unit in (theirs, own)]
    shared = shapes[0].keys() & shapes[1].keys()
    assert {name: shapes[0][name] for name in shared} == {name: shapes[1][name] for name in shared}
    assert shared == shapes[1].keys()
    assert len(shared) > 12


def _shapes(abi: Abi, declarations: Declarations) -> dict[str, tuple[object, ...]]:
    layouter = Layouter(abi, declarations)
    found: dict[str, tuple[object, ...]] = {}
    for name, record in declarations.records.items():
        layout = layouter.lay_out(record)
        assert isinstance(layout, RecordLayout)
        members = tuple((m.bit_offset, m.bit_size) for m in layout.members)
        found[name] = (layout.bit_size, layout.bit_align, members)
    return found


@_ALL
def test_macros_are_the_kernels(
    abi: str, real: Callable[[str], World], ours: Callable[[str], World]
) -> None:
    """ioctl numbers, byte order, word size and limits come out the same, under every ABI."""
    values = [_unit(world(abi), "probe.h").declarations.enums for world in (real, ours)]
    assert values[0]["enum probe"].enumerators == values[1]["enum probe"].enumerators


@_ALL
def test_every_header_of_ours_parses_alone(abi: str, ours: Callable[[str], World]) -> None:
    """No header of the system root needs another one first, nor what a lone header lacks."""
    needs_a_tree = {"errno.h", "net/if.h"}
    for name in sorted(system.userspace_names() | system.kernel_names()):
        if name not in needs_a_tree:
            _unit(ours(abi), name)


@pytest.mark.parametrize("abi", ["x86_64", "i386", "sparc", "m68k"])
def test_every_header_of_ours_parses_in_a_tree(abi: str, real: Callable[[str], World]) -> None:
    """What stands for libc goes together with the kernel's headers, all in one unit."""
    _unit(real(abi), *sorted(system.userspace_names()))


def test_guards_are_everywhere() -> None:
    """Each header of ours can be included twice."""
    for name in system.userspace_names() | system.kernel_names():
        assert re.match(rb"/\* SPDX[^\n]*\*/\n#pragma once\n", system.text(name)), name
