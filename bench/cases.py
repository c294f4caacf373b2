# SPDX-License-Identifier: GPL-2.0-or-later
"""This module names what is timed, against what, and what it may cost at most."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abicheck.abis import all_abis
from abicheck.export.markers import asm_folders

if TYPE_CHECKING:
    from abicheck.model import Abi

_PYTHON = sys.executable
_ABICHECK = (_PYTHON, "-m", "abicheck")
_REFERENCE = (_PYTHON, "-m", "bench.reference")
_DEBIAN = Path("/usr/include")
_ZIG = Path(".trees/zig-0.17.0")
_TOP = "any-linux-any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One command and its reference."""

    name: str
    title: str
    ours: tuple[str, ...]
    reference: tuple[str, ...]
    budget: float
    """The largest ratio of the medians that is accepted."""
    seconds: float = float("inf")
    """The largest median of ours that is accepted."""
    rounds: int = 11


def cases() -> tuple[Case, ...]:
    """What can be timed on this machine: real trees come from packages and may be missing."""
    found = [_version()]
    if (_DEBIAN / "linux/kvm.h").is_file():
        found.append(_layout("layout", _DEBIAN, "", rounds=11))
    if (_ZIG / _TOP).is_dir():
        found += [_layout("layout-all", _ZIG, _TOP, rounds=5), _tree()]
    return tuple(found)


def _version() -> Case:
    return Case(
        name="version",
        title="--version against an interpreter that imports argparse",
        ours=(*_ABICHECK, "--version"),
        reference=(_PYTHON, "-c", "import argparse, re, pathlib"),
        budget=2.0,
        seconds=0.060,
        rounds=31,
    )


def _layout(name: str, root: Path, top: str, *, rounds: int) -> Case:
    header = root / top / "linux/kvm.h"
    arguments = [found for abi in all_abis() if (found := _arguments(abi, root, top, "kvm.h"))]
    return Case(
        name=name,
        title=f"kvm_run under {len(arguments)} ABIs against libclang's parses of the same",
        ours=(*_ABICHECK, "layout", "kvm_run", str(header)),
        reference=(*_REFERENCE, json.dumps(arguments), str(header)),
        budget=3.0,
        rounds=rounds,
    )


def _tree() -> Case:
    headers = [str(path) for path in sorted((_ZIG / _TOP).rglob("*.h"))]
    arguments = [_arguments(all_abis()[0], _ZIG, _TOP, "unistd.h")]
    return Case(
        name="tree",
        title=f"{len(headers)} headers under all ABIs against libclang's parse of each under one",
        ours=(*_ABICHECK, "layout", "*", str(_ZIG), "--format", "json"),
        reference=(*_REFERENCE, json.dumps(arguments), *headers),
        budget=10.0,
        seconds=20.0,
        rounds=3,
    )


def _arguments(abi: Abi, root: Path, top: str, needed: str) -> list[str] | None:
    """libclang's arguments for one ABI; None where the tree lacks a header of its ``asm/``."""
    for folder in asm_folders(abi, top):
        if (root / folder / "asm" / needed).is_file():
            include = [f"-I{root / folder}", f"-I{root / top}"]
            macros = [f"-D{name}={value}" for name, value in abi.defines]
            macros += [f"-U{name}" for name in abi.undefines]
            return [f"--target={abi.triple}", *abi.clang_args, *macros, *include]
    return None
