# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads and writes files of accepted findings: one line each, sorted, with reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.datafiles import read_toml, shaped
from abicheck.errors import ConfigError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_HEAD = "# Findings of abicheck that were accepted; 'abicheck accept' keeps this file.\n"


class Acceptance(Struct, frozen=True, kw_only=True, order=True):
    """One accepted finding. Only the fingerprint decides; the rest is for people."""

    path: str
    rule: str
    subject: str
    fingerprint: str
    reason: str


def read_accepted(file: Path) -> tuple[Acceptance, ...]:
    """What a file accepts, sorted; ConfigError for a file that is wrong."""
    raw = read_toml(file)
    for key in raw:
        if key != "accepted":
            raise ConfigError(f"{file}: there is nothing called '{key}', only [accepted]")
    rows = shaped(raw.get("accepted", {}), dict[str, dict[str, str]], file)
    return tuple(sorted(_entry(file, fingerprint, row) for fingerprint, row in rows.items()))


def _entry(file: Path, fingerprint: str, row: dict[str, str]) -> Acceptance:
    unknown = row.keys() ^ {"path", "rule", "subject", "reason"}
    if unknown or not row["reason"].strip():
        what = f"key '{min(unknown)}'" if unknown else "the reason"
        raise ConfigError(f"{file}: {what} of entry {fingerprint} is missing or unknown")
    return Acceptance(fingerprint=fingerprint, **row)


def write_accepted(file: Path, entries: Iterable[Acceptance]) -> None:
    """Writes the file anew; InputError where that cannot be done."""
    lines = [_HEAD, "[accepted]\n"]
    for entry in sorted(entries):
        cells = (("path", entry.path), ("rule", entry.rule), ("subject", entry.subject))
        row = ", ".join(f"{key} = {_quoted(value)}" for key, value in cells)
        lines.append(
            f"{_quoted(entry.fingerprint)} = {{ {row}, reason = {_quoted(entry.reason)} }}\n"
        )
    try:
        file.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {file}: {error.strerror}") from error


def _quoted(text: str) -> str:
    """The text as a TOML basic string."""
    import json

    # JSON's escapes are TOML's, but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
