# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the small make that reads Kbuild files."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck.export.kbuild import Kbuild

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_MAKEFILES = (
    "a = 1\na += 2\nb := $(a) 3\na += 4\nresult = $(a) $(b)\n",
    "x = one\nifeq ($(x),one)\nresult += yes\nelse\nresult += no\nendif\n",
    "x = one\nifneq ($(x),one)\nresult += yes\nelse\nifeq ($(y),)\nresult += inner\nendif\nendif\n",
    "ifdef nothing\nresult += a\nelse\nresult += b\nendif\nresult ?= c\nother ?= d\n",
    "other ?= d\nresult += $(other)\n",
    "result = a \\\n  b # comment\n# result += c\nresult += $(missing) d\n",
    "name = result\n$(name)x = 1\nresult := $(wildcard there missing) end\n",
    "late = $(early)\nearly = 5\nresult := $(late)\nearly = 6\nresult += $(late)\n",
)


def _read(texts: dict[str, bytes]) -> Kbuild:
    kbuild = Kbuild(texts.get, {"there"}.__contains__, {})
    kbuild.run("Kbuild")
    return kbuild


@pytest.mark.parametrize("text", _MAKEFILES)
def test_make_agrees(text: str, tmp_path: Path, program: Callable[[str], str]) -> None:
    """GNU make gives the same words for what Kbuild files are written in."""
    (tmp_path / "there").touch()
    (tmp_path / "Makefile").write_text(f"{text}\nall:\n\t@echo $(result)\n")
    command = [program("make"), "-s", "-C", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert _read({"Kbuild": text.encode()}).words("result") == tuple(done.stdout.split())


def test_a_file_that_includes_itself_ends() -> None:
    """A Kbuild including itself for ever is given up, and what was read stays."""
    kbuild = _read({"Kbuild": b"a += 1\ninclude Kbuild\n"})
    assert set(kbuild.words("a")) == {"1"}


def test_variables_that_name_each_other_end() -> None:
    """Endless recursion between variables, and growth without end, are cut short."""
    kbuild = _read({"Kbuild": b"a = $(b)\nb = $(a)\nc = $(c) $(c) $(c)\n"})
    assert kbuild.words("a") is not None
    assert kbuild.words("c") is not None


def test_variables_that_double_stay_small() -> None:
    """A hundred lines that each double the one before do not fill the memory."""
    lines = [f"a{n + 1} := $(a{n}) $(a{n})\n" for n in range(100)]
    assert len(_read({"Kbuild": f"a0 = x\n{''.join(lines)}".encode()}).variables["a100"]) < 1 << 20


@given(st.text(alphabet="ifeqndlsr()$,=+:# \n\tabc\\", max_size=200))
def test_any_text_is_read_to_its_end(text: str) -> None:
    """Whatever a hostile tree calls a Kbuild, reading it ends without an error."""
    _read({"Kbuild": text.encode()}).words("a")


@pytest.mark.parametrize(
    "text", ["x = $(shell touch /tmp/never)\n", "$(eval y = 1)\n", "!x\n\tx\n"]
)
def test_nothing_is_executed(text: str) -> None:
    """Functions other than wildcard expand to nothing."""
    kbuild = _read({"Kbuild": text.encode()})
    assert kbuild.words("x") == kbuild.words("y") == ()
