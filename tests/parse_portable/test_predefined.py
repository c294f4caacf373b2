# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the predefined macros against the preprocessors of the packaged compilers."""

from __future__ import annotations

import os
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from abicheck import abis
from abicheck.parse.predefined import predefined
from tests.conftest import REQUIRED, TREES

if TYPE_CHECKING:
    from abicheck.model import Abi

_JUDGED = [abi for abi in abis.all_abis() if abi.gcc]
_CONDITION = re.compile(r"^[ \t]*#[ \t]*(?:if|elif|ifdef|ifndef)\b(.*)", re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@cache
def _gcc(triple: str, *flags: str) -> dict[str, str]:
    """What GCC's preprocessor driver predefines for a target; the driver adds to cc1's macros."""
    fetched = TREES / "gcc-12" / "usr"
    for prefix in (Path("/usr"), fetched):
        driver = prefix / "bin" / f"{triple}-cpp-12"
        if driver.is_file():
            break
    else:
        message = f"cpp-12 for {triple} is not here; `make compilers` fetches it"
        if REQUIRED:
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    libraries = sorted(str(path.parent) for path in fetched.glob("lib/*/libmpfr.so.6"))
    environment = {**os.environ, "LC_ALL": "C"}
    if prefix == fetched:
        environment["LD_LIBRARY_PATH"] = ":".join(libraries)
    command = [str(driver), "-dM", *flags, os.devnull]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    lines = (line.split(" ", 2)[1:] for line in done.stdout.splitlines())
    return {line[0]: line[1] if len(line) > 1 else "" for line in lines}


@pytest.mark.parametrize("abi", _JUDGED, ids=lambda abi: abi.name)
def test_every_macro_is_gccs(abi: Abi) -> None:
    """GCC predefines each of our macros, with the same value."""
    gcc = _gcc(*abi.gcc)
    assert {name: gcc.get(name) for name, _ in predefined(abi)} == dict(predefined(abi))


@pytest.mark.trees
def test_every_macro_that_headers_look_at_is_there(linux_tree: Path) -> None:
    """What GCC predefines and a condition in a uapi header of Linux 6.1 names, we have alike."""
    looked_at = set()
    for folder in (linux_tree / "include/uapi", *linux_tree.glob("arch/*/include/uapi")):
        for path in folder.rglob("*.h"):
            text = path.read_text("utf-8", "replace").replace("\\\n", " ")
            for match in _CONDITION.finditer(_COMMENT.sub(" ", text)):
                looked_at.update(re.findall(r"[A-Za-z_]\w*", match[1]))
    for abi in _JUDGED:
        ours, gcc = dict(predefined(abi)), _gcc(*abi.gcc)
        wanted = {name: gcc[name] for name in looked_at if name in gcc}
        assert {name: ours.get(name) for name in wanted} == wanted, abi.name
