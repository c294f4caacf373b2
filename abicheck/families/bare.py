# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the ioctl commands that a header writes as bare numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec.structs import replace

from abicheck.families.codes import any_command

if TYPE_CHECKING:
    from abicheck.families.scan import HeaderText
    from abicheck.model.claims import Family

_NUMBER = re.compile(r"\(?\s*0x([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})\s*\)?")
_SPEAKS = re.compile(rb"ioctl|0x[0-9a-f]{2} is '", re.IGNORECASE)
"""vt.h and kd.h only say which letter their type is."""
_LAST_COUNTED = 1
"""Numbers below 0x200 are counted or flagged there, such as genwqe_card.h's return codes."""
_FEWEST = 5
"""Numbers of one type byte that are no chance: scsi/scsi_ioctl.h has so few."""


def speaks_of_ioctls(content: bytes) -> bool:
    """Whether a header mentions ioctls, or the letter that is its type."""
    return _SPEAKS.search(content) is not None


def bare_commands(text: HeaderText, content: bytes) -> Family | None:
    """The commands among a header's bare numbers, as a family; None where it has none.

    They are most of its numbers of four digits, share one type byte, and the header speaks of
    ioctls.
    """
    if not speaks_of_ioctls(content):
        return None
    types: dict[str, dict[str, str]] = defaultdict(dict)
    for macro in text.macros:
        match = _NUMBER.fullmatch(macro.body) if macro.params is None else None
        if match is not None and int(match.group(1), 16) > _LAST_COUNTED:
            types[match.group(1).lower()][macro.name] = match.group(2).lower()
    names = max(types.values(), key=len, default={})
    others = sum(map(len, types.values())) - len(names)
    if len(set(names.values())) < _FEWEST or len(names) < 2 * others:
        return None
    return replace(any_command, id="bare.ioctl", names="|".join(names))
