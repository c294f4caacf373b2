# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of Linux ABIs: one row each, with the source of every odd number.

Scalar sizes and alignments were read off GCC 12's ``cc1`` for every target Debian packages, and
off clang for loongarch, csky, hexagon and xtensa; ``make oracle`` repeats it. For nios2, openrisc
and microblaze no compiler is packaged and the numbers are GCC's ``config/<arch>/<arch>.h``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from abicheck.abis.narrow import NARROW
from abicheck.abis.wide import WIDE
from abicheck.errors import UsageError

if TYPE_CHECKING:
    from abicheck.model import Abi


def all_abis() -> tuple[Abi, ...]:
    """Every ABI, in table order: the order all output follows."""
    return (*WIDE, *NARROW)


@cache
def _by_name() -> dict[str, Abi]:
    return {abi.name: abi for abi in all_abis()}


def get(name: str) -> Abi:
    """The ABI of that name; UsageError, with the nearest names, for an unknown one."""
    abi = _by_name().get(name)
    if abi is None:
        from difflib import get_close_matches

        near = get_close_matches(name, list(_by_name()), n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; see 'abicheck abis'"
        raise UsageError(f"unknown ABI '{name}'{hint}")
    return abi


@cache
def compat_pairs() -> tuple[tuple[Abi, Abi], ...]:
    """Every (32-bit, 64-bit) pair in which the 64-bit kernel runs the 32-bit programs."""
    return tuple((abi, get(host)) for abi in all_abis() for host in abi.compat_of)
