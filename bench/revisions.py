# SPDX-License-Identifier: GPL-2.0-or-later
"""This module keeps a kernel's headers as a repository of two revisions, one header changed.

What the second changes is staged on the first; a series of patches lies beside it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

LINUX = Path(".trees/linux-6.1")
_PLACE = Path(".trees/bench-diff")
_HEADER = "include/uapi/linux/kvm.h"
_KEPT: tuple[str, ...] = (
    "Kbuild",
    "include/uapi",
    "arch/*/include/uapi",
    "arch/*/include/asm/Kbuild",
)
_KEPT += ("arch/*/kernel/syscalls", "arch/*/entry/syscalls", "arch/*/tools")
_CHANGED = ("kvm.h", "vfio.h", "io_uring.h", "perf_event.h", "bpf.h")
_PATCHES = 20
_OLD = "\t__u32 slot;\n"
_NEW = "\t__u32 slot;\n\t__u32 added;\n"


@dataclass(frozen=True, slots=True)
class Revisions:
    """The repository, with the revisions ``old`` and ``new``, and both versions of the header."""

    repository: Path
    old: Path
    new: Path
    dropped: Path
    """A folder with the headers that headers_install takes out of the others, empty."""
    series: Path
    """A mailbox with 20 patches to 5 headers, made for ``old``."""


def revisions() -> Revisions:
    """Made once and kept below .trees."""
    found = Revisions(
        repository=_PLACE / "tree",
        old=_PLACE / "old" / _HEADER,
        new=_PLACE / "new" / _HEADER,
        dropped=_PLACE / "dropped",
        series=_PLACE / "series.mbox",
    )
    if not found.series.is_file():
        shutil.rmtree(_PLACE, ignore_errors=True)
        _make(found)
    return found


def _make(made: Revisions) -> None:
    for path in (path for kept in _KEPT for path in sorted(LINUX.glob(kept))):
        place = made.repository / path.relative_to(LINUX)
        if path.is_dir():
            shutil.copytree(path, place, dirs_exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
    (made.dropped / "linux").mkdir(parents=True)
    (made.dropped / "linux/compiler.h").touch()
    header = made.repository / _HEADER
    _git(made.repository, "init", "-q")
    before = header.read_text()
    for name, text, copy in (
        ("old", before, made.old),
        ("new", before.replace(_OLD, _NEW, 1), made.new),
    ):
        header.write_text(text)
        _git(made.repository, "add", "-A")
        _git(made.repository, "commit", "-q", "-m", name)
        _git(made.repository, "tag", name)
        copy.parent.mkdir(parents=True)
        copy.write_text(text)

    _make_series(made)
    _git(made.repository, "reset", "-q", "--hard", "new")
    _git(made.repository, "reset", "-q", "--soft", "old")
    _git(made.repository, "gc", "-q")  # packed, as a kernel's repository is


def _make_series(made: Revisions) -> None:
    _git(made.repository, "checkout", "-q", "-b", "series", "old")
    for number in range(_PATCHES):
        header = made.repository / "include/uapi/linux" / _CHANGED[number % len(_CHANGED)]
        text = header.read_text()
        end = text.rindex("#endif")
        added = f"struct bench_{number} {{\n\t__u32 type;\n\t__u32 pad;\n\t__u64 flags;\n}};\n\n"
        header.write_text(text[:end] + added + text[end:])
        _git(made.repository, "commit", "-q", "-a", "-m", f"uapi: {number}")
    command = ("format-patch", "-q", "--stdout", "--base=old", "old..series")
    made.series.write_bytes(_git(made.repository, *command))
    _git(made.repository, "checkout", "-q", "--detach", "new")


def _git(folder: Path, *arguments: str) -> bytes:
    who = {
        f"GIT_{role}_{key}": "bench"
        for role in ("AUTHOR", "COMMITTER")
        for key in ("NAME", "EMAIL")
    }
    environment = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull}
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE).stdout
