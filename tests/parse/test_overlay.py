# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that the disk stays hidden from libclang where there is no /proc."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

import pytest

from abicheck.parse import libclang
from tests.parse.texts import parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def without_proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine without memory files; the folder of its temporary ones."""

    def refuse(_name: str) -> int:
        raise OSError

    monkeypatch.setattr(os, "memfd_create", refuse)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    libclang._memory_file.cache_clear()
    yield tmp_path
    libclang._memory_file.cache_clear()


def test_a_file_takes_its_place(without_proc: Path) -> None:
    """Headers are parsed all the same, nothing of the disk is seen, and no file stays."""
    unit = parse("struct s { int a; };\n")
    assert [record.name for record in unit.records["h.h"]] == ["struct s"]
    (without_proc / "other.h").write_text("struct other { int b; };\n")
    unit = parse(f'#include "{without_proc}/other.h"\n')
    assert "file not found" in unit.problems[0].message
    assert [path.name for path in without_proc.iterdir()] == ["other.h"]


def test_memory_is_used_where_it_can_be() -> None:
    """With /proc no temporary file is made."""
    path = libclang._memory_file()
    assert path is not None
    assert path.startswith("/proc/self/fd/")
