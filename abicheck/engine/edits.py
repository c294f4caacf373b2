# SPDX-License-Identifier: GPL-2.0-or-later
"""This module puts the repairs of many findings together and applies them to texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from abicheck.model import Edit, Finding

_LINES = re.compile(rb"[^\n]*\n|[^\n]+")


class Draft(Struct):
    """Repairs that go together."""

    findings: list[Finding] = field(default_factory=list)
    edits: dict[str, list[Edit]] = field(default_factory=dict)
    """By path, from the top of the file to its end."""
    refused: list[tuple[Finding, str]] = field(default_factory=list)
    """Repairs that do not go with those taken, and why."""


def compose(findings: Iterable[Finding], texts: Mapping[str, bytes]) -> Draft:
    """The repairs of all findings; of two that want the same lines the first one wins."""
    draft = Draft()
    for finding in findings:
        why = next(filter(None, (_fault(edit, texts, draft) for edit in finding.edits)), None)
        if why is not None:
            draft.refused.append((finding, why))
            continue
        draft.findings.append(finding)
        for edit in finding.edits:
            known = draft.edits.setdefault(edit.path, [])
            made = in_line_ends_of(texts[edit.path], edit)
            if made not in known and (made.count or made.text):
                known.append(made)
    for edits in draft.edits.values():
        edits.sort(key=lambda edit: (edit.line, edit.count))
    return draft


def _fault(edit: Edit, texts: Mapping[str, bytes], draft: Draft) -> str | None:
    """Why an edit cannot be made; None if it can."""
    text = texts.get(edit.path)
    if text is None:
        return f"{edit.path} cannot be read"
    lines = split(text)
    behind = edit.line + edit.count
    if not (edit.line > 0 and edit.count >= 0 and behind <= len(lines) + 1):
        return f"{edit.path} has no line {behind - 1}"
    if lines and behind > len(lines) and not lines[-1].endswith(b"\n"):
        return f"{edit.path} does not end with a newline"
    for other in draft.edits.get(edit.path, ()):
        if in_line_ends_of(text, edit) != other and _meet(edit, other):
            return f"another repair changes line {max(edit.line, other.line)} too"
    return None


def _meet(one: Edit, other: Edit) -> bool:
    """Whether two edits replace a line in common, or put text in one place."""
    if one.count == 0 and other.count == 0:
        return one.line == other.line
    first, second = sorted((one, other), key=lambda edit: (edit.line, edit.count))
    return second.line < first.line + first.count


def split(text: bytes) -> list[bytes]:
    """The lines of a text with their ends; only the last one may lack its newline."""
    return _LINES.findall(text)


def applied(text: bytes, edits: Sequence[Edit]) -> bytes:
    """The text after the edits, which are in order and do not meet."""
    lines = split(text)
    for edit in reversed(edits):
        lines[edit.line - 1 : edit.line - 1 + edit.count] = [edit.text.encode("utf-8")]
    return b"".join(lines)


def in_line_ends_of(text: bytes, edit: Edit) -> Edit:
    """The edit with CR LF at the ends of its lines, where the text's first line has that too."""
    first, newline, _ = text.partition(b"\n")
    if not newline or not first.endswith(b"\r"):
        return edit
    return replace(edit, text=edit.text.replace("\r\n", "\n").replace("\n", "\r\n"))
