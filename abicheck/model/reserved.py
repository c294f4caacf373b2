# SPDX-License-Identifier: GPL-2.0-or-later
"""This module knows the names that say of a member that its bytes mean nothing."""

from __future__ import annotations

import re

# Anchored, unlike check-uapi.sh's: `features`, `xres` and `send` hold words of padding too.
# A bare `res` is a result: struct io_uring_cqe and struct io_event have one.
_RESERVED = re.compile(
    r"(?!res$)_*(?:\w+_)?"
    r"(?:pad(?:ding)?|res|resv|rsv|rsvd|resvd|[Rr]eserved|unused|spare|dummy|filler|mbz"
    r"|expansion)"
    r"(?:32|64)?_?\d*(?:_[a-z]?\d?)?_*"
    r"|_+align\d*|padx\d+"
)


def is_reserved(name: str | None) -> bool:
    """Whether a member's name says that its bytes mean nothing."""
    return name is not None and _RESERVED.fullmatch(name) is not None
