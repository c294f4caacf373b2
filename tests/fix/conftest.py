# SPDX-License-Identifier: GPL-2.0-or-later
"""This module builds small kernel trees to repair, and rules that ask for a repair."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from abicheck.config import Config
from abicheck.engine.lint import LintRequest
from abicheck.rulebook import Rulebook, read_rules
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from abicheck.checks.facts import Hit, RecordFacts
    from abicheck.model import Rule

HEADER = "include/uapi/linux/sample.h"
HEAD = (
    "/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */\n#include <linux/types.h>\n\n"
)


@dataclass(frozen=True, slots=True)
class Checkout:
    """A miniature kernel tree under git, with one header of the test's own."""

    folder: Path

    @property
    def header(self) -> Path:
        """The test's own header."""
        return self.folder / HEADER

    def git(self, *arguments: str, data: bytes | None = None) -> str:
        """What a git command prints."""
        done = subprocess.run(
            ["git", "-C", str(self.folder), *arguments],
            input=data,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str | bytes], Checkout]:
    """``checkout(text)`` is a committed tree with that header; it is the current folder."""

    def make(text: str | bytes) -> Checkout:
        folder = tmp_path / "kernel"
        made = Checkout(folder)
        for path in (ROOT / "fixtures/tree").rglob("*"):
            if path.is_file() and (path.name == "Kbuild" or "/asm" in str(path)):
                copy = folder / path.relative_to(ROOT / "fixtures/tree")
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(path.read_bytes())
        made.header.parent.mkdir(parents=True, exist_ok=True)
        (folder / "Kbuild").write_text("# SPDX-License-Identifier: GPL-2.0\n")
        made.header.write_bytes(text if isinstance(text, bytes) else text.encode())
        made.git("init", "-q")
        made.git("add", "-A")
        made.git("commit", "-q", "-m", "all")
        monkeypatch.chdir(folder)
        return made

    return make


def request(*rules: str, book: Rulebook | None = None) -> LintRequest:
    """A request to judge the test's header by these rules and no others."""
    return LintRequest(
        paths=(HEADER,),
        abis=("i386", "x86_64", "arm", "arm64", "s390x", "m68k"),
        rulebook=book or read_rules(),
        config=Config(),
        only=rules,
        jobs=1,
    )


@pytest.fixture
def invented(
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[Callable[[RecordFacts], Iterator[Hit]]], Rulebook]:
    """``invented(check)`` is a rulebook with one rule, ``invented``, that asks the check."""

    def make(check: Callable[[RecordFacts], Iterator[Hit]]) -> Rulebook:
        module = ModuleType("abicheck.checks.invented")

        def asked(facts: RecordFacts, _rule: Rule) -> Iterator[Hit]:
            yield from check(facts)

        module.check = asked  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)
        book = read_rules()
        model = book.get("implicit-hole")
        rule = replace(
            model, name="invented", catalogue="", check="invented.check", message="{what}"
        )
        return Rulebook(lambda: tuple(sorted((*book.rules, rule), key=lambda each: each.name)))

    return make
