# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells whose system call numbers a header made from a table has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abicheck.model import Abi

_MADE = re.compile(r"asm/unistd[_-](32|64|x32|n32|n64|o32|eabi|oabi)\.h")


def is_for(abi: Abi, include: str) -> bool:
    """Whether an ABI's ``asm/unistd.h`` includes the header, where it is one of several.

    All of them are exported for each ABI of the architecture.
    """
    match = _MADE.fullmatch(include)
    if match is None:
        return True
    special = {"x32": "x32", "mipsn32": "n32", "mips64": "n64", "mips": "o32", "arm-oabi": "oabi"}
    own = special.get(abi.name.removesuffix("el"), "eabi" if abi.arch == "arm" else str(abi.bits))
    return match[1] == own
