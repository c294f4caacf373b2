# SPDX-License-Identifier: GPL-2.0-or-later
"""This module freezes every record of a real tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from abicheck import engine
from abicheck.report import asserts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from abicheck.model import RecordAcross
    from tests.conftest import Cc1

_FLAGS = ("-std=gnu11", "-w", "-I/usr/include", "-I/usr/include/x86_64-linux-gnu")


@pytest.mark.trees
def test_every_record_can_be_frozen(debian_include: Path, cc1: Callable[..., Cc1]) -> None:
    """Behind each header of /usr/include/linux, the assertions for its records compile and hold."""
    compiler = cc1("x86_64-linux-gnu")
    builtin = f"-I{compiler.path.parent}/include"
    found = engine.layout(engine.LayoutRequest(paths=(str(debian_include / "linux"),)))
    headers: dict[str, list[RecordAcross]] = {}
    for record in found.records:
        headers.setdefault(record.path, []).append(record)
    frozen = 0
    for path, records in headers.items():
        header = f"#include <{path}>\n"
        try:
            compiler.assemble(header, *_FLAGS, builtin)
        except AssertionError:
            continue  # a header that needs another one before it
        text = asserts.static_asserts(replace(found, records=tuple(records)))
        compiler.assemble(header + text, *_FLAGS, builtin)
        frozen += len(records)
    assert frozen > 0.9 * len(found.records)
