# SPDX-License-Identifier: GPL-2.0-or-later
"""This module names what is timed, against what, and what it may cost at most."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abicheck.abis import all_abis
from abicheck.export.markers import asm_folders
from bench.revisions import LINUX, revisions

if TYPE_CHECKING:
    from abicheck.model import Abi

_PYTHON = sys.executable
_ABICHECK = (_PYTHON, "-m", "abicheck")
_REFERENCE = (_PYTHON, "-m", "bench.reference")
_DEBIAN = Path("/usr/include")
_ZIG = Path(".trees/zig-0.17.0")
_OLDER = Path(".trees/zig-0.16.0")
_TOP = "any-linux-any"
_DEBUG = "-shared -nostdlib -fPIC -x c -O0 -fno-eliminate-unused-debug-types -g"
"""How the kernel's check-uapi.sh has a header compiled."""


_QUIET = ("--fail-on", "never")


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
        found += [_layout("layout-all", _ZIG, _TOP, rounds=5), _tree(), _lint_tree()]
    if LINUX.is_dir() and shutil.which("gcc") and shutil.which("abidiff"):
        found.append(_diff())
    if LINUX.is_dir():
        found += [_hook(), _staged(), _series()]
    if (_ZIG / _TOP).is_dir() and (_OLDER / _TOP).is_dir():
        found.append(_diff_trees())
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
        budget=12.0,
        seconds=20.0,
        rounds=3,
    )


def _lint_tree() -> Case:
    return Case(
        name="lint-tree",
        title="all rules over a whole tree under all ABIs against the layouts of the same",
        ours=(*_ABICHECK, "lint", str(_ZIG), "--format", "json", *_QUIET),
        reference=(*_ABICHECK, "layout", "*", str(_ZIG), "--format", "json"),
        budget=1.5,
        rounds=3,
    )


def _hook() -> Case:
    made = revisions()
    header = str((made.repository / "include/uapi/linux/kvm.h").absolute())
    return Case(
        name="hook",
        title="what one staged header adds, as the hook asks, against the layouts of that header",
        ours=_within(made.repository, "lint", "--staged", "--since", "HEAD", *_QUIET),
        reference=(*_ABICHECK, "layout", "*", header),
        budget=3.0,
        seconds=0.4,
    )


def _diff() -> Case:
    made = revisions()
    objects = [str(made.old.with_suffix(".so")), str(made.new.with_suffix(".so"))]
    steps = [
        f"echo 'int f(void) {{ return 0; }}' | "
        f"gcc {_DEBUG} -D__user= -I{made.dropped} -include {header} -o {binary} -"
        for header, binary in zip((made.old, made.new), objects, strict=True)
    ]
    steps.append(f"{{ abidiff --non-reachable-types {' '.join(objects)} || [ $? -eq 12 ]; }}")
    sides = [f"{made.repository}:{name}" for name in ("old", "new")]
    return Case(
        name="diff",
        title="one changed header, all ABIs, against two gcc and an abidiff of it, one ABI",
        ours=(*_ABICHECK, "diff", *sides, *_QUIET),
        reference=("sh", "-c", " && ".join(steps)),
        budget=12.0,
        seconds=0.6,
    )


def _staged() -> Case:
    made = revisions()
    sides = [f"{made.repository}:{name}" for name in ("old", "new")]
    return Case(
        name="review",
        title="one staged header, everything about it, against the diff of the same",
        ours=_within(made.repository, "review", "--staged", *_QUIET),
        reference=(*_ABICHECK, "diff", *sides, *_QUIET),
        budget=3.0,
        seconds=0.8,
    )


def _series() -> Case:
    made = revisions()
    box = str(made.series.absolute())
    return Case(
        name="series",
        title="20 patches to 5 headers, from a mailbox, against one staged header",
        ours=_within(made.repository, "review", box, *_QUIET),
        reference=_within(made.repository, "review", "--staged", *_QUIET),
        budget=12.0,
        seconds=5.0,
        rounds=3,
    )


def _within(folder: Path, *arguments: str) -> tuple[str, ...]:
    """Our command as it runs in another folder."""
    command = shlex.join((*_ABICHECK, *arguments))
    return ("sh", "-c", f"cd {folder} && PYTHONPATH={Path.cwd()} exec {command}")


def _diff_trees() -> Case:
    return Case(
        name="diff-trees",
        title="two whole trees under all ABIs against the layouts of one of them",
        ours=(*_ABICHECK, "diff", str(_OLDER), str(_ZIG), "--format", "json", *_QUIET),
        reference=(*_ABICHECK, "layout", "*", str(_ZIG), "--format", "json"),
        budget=2.0,
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
