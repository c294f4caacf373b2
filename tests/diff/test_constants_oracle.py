# SPDX-License-Identifier: GPL-2.0-or-later
"""This module has compilers judge the numbers that constants are given under each ABI."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from abicheck import abis
from abicheck.engine.constants.version import Version
from abicheck.engine.constants.views import View
from abicheck.export import open_exports
from abicheck.families.scan import Macro
from abicheck.vcs.directory import DirectoryTree
from tests.parse_portable.texts import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from abicheck.export import World
    from tests.conftest import Cc1

_FIRST = ("linux/types.h", "linux/ioctl.h")
"""What programs include anyway, and some headers forget."""
_OTHER = re.compile(r"error: (?!static assertion failed)")


def _claims(view: View, version: Version, abi: str, include: str) -> Iterator[str]:
    """One assertion for each constant of a header that certainly is there and has a number."""
    header = version.header(abi, include)
    for name, sites in header.names.items() if header is not None else ():
        site = next((site for site in sites if view.holds(site.definition)), None)
        if site is None or (isinstance(site.definition, Macro) and site.definition.params):
            continue
        number = view.number(site.definition)
        if number is not None and abs(number) < 1 << 63:
            yield f'_Static_assert(({name}) == ({number}ll), "{name} is {number}");'


def _wrong(compiler: Cc1, lines: list[str], flags: tuple[str, ...]) -> tuple[list[str], int]:
    """What GCC says is another number, and how many it could not tell."""
    try:
        compiler.assemble("\n".join(lines) + "\n", *flags)
    except AssertionError as error:
        told = str(error).splitlines()
        wrong = [line for line in told if "static assertion failed" in line]
        return wrong, len([line for line in told if _OTHER.search(line)])
    return [], 0


def _sample(world: World, step: int) -> list[str]:
    named = (
        "linux/fs.h",
        "sound/asound.h",
        "linux/kvm.h",
        "linux/input-event-codes.h",
        "linux/fcntl.h",
        "asm/socket.h",
    )
    every = [header.include for header in world.headers()]
    return sorted({*every[::step], *(name for name in named if name in every)})


@pytest.mark.trees
@pytest.mark.parametrize("name", ["x86_64", "i386", "mips", "ppc64", "s390x", "sparc64", "m68k"])
def test_constants_have_the_numbers_that_gcc_gives_them(
    cc1: Callable[..., Cc1], zig_tree: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    """In every ninth header of Linux 6.19 and in those that differ most, no number is wrong."""
    abi = abis.get(name)
    world = open_exports(DirectoryTree(zig_tree("0.16.0"), "6.19")).world(abi)
    assert world is not None
    write(world, tmp_path)
    version = Version({name: world})
    order = f"-D__BYTE_ORDER={4321 if abi.big_endian else 1234}"  # the C library's, for all
    flags = (
        order,
        "-w",
        "-std=gnu11",
        "-nostdinc",
        "-DNULL=0",
        "-I",
        str(tmp_path),
        *world.arguments,
    )
    total = untold = 0
    for include in _sample(world, 9):
        view = View(version, name, include, {})
        claims = list(dict.fromkeys(_claims(view, version, name, include)))
        includes = [f"#include <{one}>" for one in (*_FIRST, *world.prelude(include), include)]
        wrong, unsure = _wrong(cc1(*abi.gcc), [*includes, *claims], flags)
        assert wrong == [], include
        total += len(claims)
        untold += unsure
    assert total > 2500
    assert untold < total / 50
