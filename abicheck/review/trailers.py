# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads from a commit's message which upstream commit it is a backport of."""

from __future__ import annotations

import re

from msgspec import Struct

_ID = r"([0-9a-f]{7,64})"
_UPSTREAM = re.compile(
    rf"^[ \t]*\[?[ \t]*(?:(?:upstream[ \t]+)?commit[ \t]+{_ID}[ \t]+upstream"
    rf"|upstream[ \t]+commit:?[ \t]+{_ID})",
    re.IGNORECASE | re.MULTILINE,
)
_PICKED = re.compile(rf"^[ \t]*\(cherry[- ]picked from commit {_ID}", re.IGNORECASE | re.MULTILINE)
_CHANGE = re.compile(r"^Change-Id:\s*(I[0-9a-f]{8,40})\s*$", re.MULTILINE)
_MARKS = re.compile(
    r"^(?:(?:UPSTREAM|BACKPORT|FROMGIT|FROMLIST|CHROMIUM|ANDROID|GKI|UBUNTU|SAUCE|RFC)\s*:\s*"
    r"|\[[^\]]*\]\s*|\([^)]*\)\s+)+",
    re.IGNORECASE,
)
_NEEDED = re.compile(rf"#\s*[\w.+-]+:\s*{_ID}:\s*([^\n]+)")


class Origin(Struct, frozen=True):
    """What a message says of where a commit comes from."""

    upstream: str | None
    """``commit ... upstream``, as the stable trees write it."""
    picked: tuple[str, ...]
    """``(cherry picked from commit ...)``; upstream's first, where it was picked once more."""
    change: str | None
    """Gerrit's ``Change-Id``."""
    subject: str
    """Without ``BACKPORT:`` and its like."""


def origin(message: str) -> Origin:
    """What a message says of where its commit comes from."""
    upstream = _UPSTREAM.search(message)
    change = _CHANGE.findall(message)
    subject = message.strip().partition("\n")[0]
    return Origin(
        upstream=(upstream[1] or upstream[2]) if upstream else None,
        picked=tuple(_PICKED.findall(message)),
        change=change[-1] if change else None,
        subject=_MARKS.sub("", subject).strip(),
    )


def prerequisites(message: str) -> tuple[tuple[str, str], ...]:
    """(commit, subject) of what ``Cc: stable # 5.10: id: subject`` asks to be there first."""
    return tuple((found[1], found[2].strip()) for found in _NEEDED.finditer(message))
