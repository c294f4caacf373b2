# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that what the system keeps from us is never passed over in silence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HEADER = """\
/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
#ifndef _THING_H
#define _THING_H
#define KVM_RUN\t_IO(0xAE, 0x80)
#endif
"""
_CAPABILITIES = "-dac_override,-dac_read_search"
CLOSED = "kernel/include/uapi/linux/closed"


def _run(folder: Path, *arguments: str) -> tuple[int, str]:
    """(exit code, all output) of the command, run by somebody whom the modes of files bind."""
    command = [sys.executable, "-m", "abicheck", *arguments]
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root reads everything, and there is no setpriv")
        bound = f"--bounding-set={_CAPABILITIES}", f"--inh-caps={_CAPABILITIES}"
        command = ["setpriv", *bound, *command]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    """A kernel and a lone folder, in each a folder and a header that nobody may read."""
    shut = []
    for folder in ("kernel/include/uapi/linux", "lone"):
        place = tmp_path / folder
        (place / "closed").mkdir(parents=True)
        (place / "closed/hidden.h").write_text(_HEADER, encoding="utf-8")
        for name in ("open.h", "shut.h"):
            (place / name).write_text(_HEADER, encoding="utf-8")
        shut += [place / "closed", place / "shut.h"]
    (tmp_path / "kernel/Kbuild").touch()
    for path in shut:
        path.chmod(0)
    yield tmp_path
    for path in shut:
        path.chmod(0o700)


@pytest.mark.parametrize(
    "arguments",
    [
        ("lint", "lone/closed"),
        ("layout", "x", "lone/closed"),
        ("decode", "KVM_RUN", "lone/closed"),
        ("collide", "--family", "kvm.cap", "lone/closed"),
        ("lint", CLOSED),
        ("lint", f"{CLOSED}/hidden.h"),
    ],
    ids=" ".join,
)
def test_a_folder_that_is_closed_is_an_error(kept: Path, arguments: tuple[str, ...]) -> None:
    """A folder that may not be read ends in one line with the system's reason, and in 2."""
    code, told = _run(kept, *arguments)
    assert (code, len(told.splitlines())) == (2, 1), told
    assert "Permission denied" in told


@pytest.mark.parametrize("command", ["decode KVM_RUN", "collide", "lint", "layout x"])
@pytest.mark.parametrize("header", ["lone/shut.h", "kernel/include/uapi/linux/shut.h"])
def test_a_header_that_is_closed_is_an_error(kept: Path, command: str, header: str) -> None:
    """No command takes a header that it may not read for an empty one."""
    code, told = _run(kept, *command.split(), header)
    assert (code, "shut.h cannot be read: Permission denied" in told) == (2, True), told


@pytest.mark.parametrize("where", ["kernel", "kernel/include", "kernel/include/uapi", "lone"])
def test_what_is_closed_below_a_folder_was_not_checked(kept: Path, where: str) -> None:
    """Of a tree with a closed folder and a closed header, lint names both and is not content."""
    code, told = _run(kept, "lint", where)
    folder = "" if where == "lone" else "include/uapi/linux/"
    assert code == 2, told
    assert f"not checked: {folder}closed/ under all ABIs" in told
    assert f"not checked: {folder}shut.h under all ABIs" in told
    assert told.count("cannot be read: Permission denied") == 2


def test_a_closed_header_of_a_tree_is_told_by_collide(kept: Path) -> None:
    """A header of a family that may not be read is named, with the reason, and ends in 2."""
    header = kept / "kernel/include/uapi/linux/kvm.h"
    header.write_text("#define KVM_CAP_X 1\n", encoding="utf-8")
    assert _run(kept, "collide", "--family", "kvm.cap", "kernel")[0] == 0
    other = kept / "kernel/include/uapi/linux/vfio.h"
    other.write_text("#define VFIO_TYPE1_IOMMU 1\n", encoding="utf-8")
    header.chmod(0)
    for families in (("--family", "kvm.cap"), ("--family", "kvm.cap", "--family", "vfio")):
        code, told = _run(kept, "collide", *families, "kernel")
        assert code == 2
        assert "include/uapi/linux/kvm.h cannot be read: Permission denied" in told
    header.chmod(0o600)
