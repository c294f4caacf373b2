# SPDX-License-Identifier: GPL-2.0-or-later
"""This module says which hunk of a patch does not fit a file, and what it looks for in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abicheck.review.steps import FileChange, Hunk


def misfit(change: FileChange, text: bytes | None, label: str, told: str) -> str:
    """Why a change does not apply to a file of the tree so called; ``told`` is what git says."""
    if change.old_path is not None and text is None:
        return f"the patch does not apply: {label} has no {change.old_path}"
    if change.old_path is None and text is not None:
        return f"the patch does not apply: it adds the file, which {label} has already"
    lines = [line.rstrip("\r") for line in (text or b"").decode("utf-8", "replace").split("\n")]
    for number, hunk in enumerate(change.hunks, 1):
        wanted = _expected(hunk)
        if not _stands(wanted, lines):
            which = f"hunk {number} of {len(change.hunks)} (line {hunk.old_line})"
            return f"the patch does not apply: {which} {_lack(wanted, lines, label)}"
    return f"the patch does not apply to {label}: {told}"


def _expected(hunk: Hunk) -> list[str]:
    return [line[1:] for line in hunk.lines if not line.startswith("+")]


def _stands(wanted: Sequence[str], lines: Sequence[str]) -> bool:
    size = len(wanted)
    first = wanted[0] if wanted else None
    return any(
        line == first and list(lines[at : at + size]) == list(wanted)
        for at, line in enumerate(lines)
    )


def _lack(wanted: Sequence[str], lines: Sequence[str], label: str) -> str:
    known = set(lines)
    for line in wanted:
        if line not in known:
            return f'expects the line "{line.strip()}", which {label} does not have'
    return f"expects lines that {label} has in other places"
