# SPDX-License-Identifier: GPL-2.0-or-later
"""This module has small trees of headers judged by one rule at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.config import Config
from abicheck.engine.fix import repair
from abicheck.engine.lint import LintRequest, lint
from abicheck.rulebook import read_rules

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.model import Finding

HEADER = "include/uapi/linux/sample.h"


def tree(folder: Path, text: str | bytes, others: dict[str, str] | None = None) -> Path:
    """A kernel's tree with one header of interest, whose path is returned."""
    types = (
        "#ifndef _T\n#define _T\ntypedef unsigned char __u8;\ntypedef unsigned int __u32;\n"
        "typedef unsigned long long __u64;\ntypedef __u32 __le32;\n#endif\n"
    )
    files: dict[str, str | bytes] = {
        "include/uapi/linux/types.h": types,
        HEADER: text,
        **(others or {}),
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder / HEADER


def request(path: Path, rule: str, *abis: str) -> LintRequest:
    """What asks one rule about one header."""
    return LintRequest(
        paths=(str(path),), rulebook=read_rules(), config=Config(), only=(rule,), abis=abis, jobs=1
    )


def judged(
    folder: Path, rule: str, text: str | bytes, others: dict[str, str] | None = None
) -> tuple[Finding, ...]:
    """What a rule says about a header of a kernel's tree."""
    return lint(request(tree(folder, text, others), rule, "x86_64", "i386")).findings


def repaired(folder: Path, rule: str, text: str) -> str:
    """The header after the rule's repairs, each of which made its finding go away."""
    path = tree(folder, text)
    made = repair(request(path, rule, "x86_64", "i386"))
    assert not made.refused
    return made.changes[0].new.decode()
