# SPDX-License-Identifier: GPL-2.0-or-later
"""This module runs the layout command on hostile folders and reads its report."""

from __future__ import annotations

import faulthandler
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from abicheck import isolate
from abicheck.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from abicheck.isolate import Limits


@dataclass(frozen=True)
class Ran:
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, list[dict[str, object]]]:
        """The report, of a run with ``--format json``."""
        found: dict[str, list[dict[str, object]]] = json.loads(self.out)
        return found

    @property
    def records(self) -> set[object]:
        """The names of the records laid out."""
        return {record["name"] for record in self.report["records"]}

    @property
    def sizes(self) -> list[int]:
        """The sizes of the records laid out, in bytes."""
        shown: list[dict[str, list[dict[str, int]]]] = json.loads(self.out)["records"]
        return [group["size"] for record in shown for group in record["layouts"]]

    @property
    def reasons(self) -> dict[object, object]:
        """By path: why a header was not checked."""
        return {item["path"]: item["reason"] for item in self.report["not_checked"]}


@pytest.fixture
def layout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """Runs ``abicheck layout`` on x86_64, JSON out, in the folder ``tree`` of ``tmp_path``."""
    folder = tmp_path / "tree"
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    confine = isolate._confine

    def die_in_silence(limits: Limits) -> None:
        faulthandler.disable()  # pytest's would tell of each child that crashes
        confine(limits)

    monkeypatch.setattr(isolate, "_confine", die_in_silence)

    def run(*words: str) -> Ran:
        code = main(["layout", *words, "--abi", "x86_64", "--format", "json"])
        return Ran(code, *capfd.readouterr())

    return run
