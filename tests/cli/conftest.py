# SPDX-License-Identifier: GPL-2.0-or-later
"""This module runs the command line inside the test's own process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from abicheck.cli import main
from tests.report.recorded import TextFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion


@dataclass(frozen=True, slots=True)
class Done:
    """What a run left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """``run("layout", "kvm_run")`` gives exit code, output and messages."""

    def run(*arguments: str) -> Done:
        code = main(arguments)
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return run


@pytest.fixture
def in_tree(fixture_tree: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The miniature kernel tree, as the current folder."""
    monkeypatch.chdir(fixture_tree)
    return fixture_tree


@pytest.fixture
def in_history(fixture_history: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bare repository with the history of system_event, as the current folder."""
    monkeypatch.chdir(fixture_history)
    return fixture_history


@pytest.fixture
def recorded(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Equal to the text recorded for the test; ``--snapshot-update`` records it."""
    return snapshot.use_extension(TextFile)
