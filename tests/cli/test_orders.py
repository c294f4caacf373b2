# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that no report gives orders to the job that prints it."""

from __future__ import annotations

import argparse
import json
import re
from functools import partial
from typing import TYPE_CHECKING

import pytest

from abicheck.cli import output
from abicheck.report import terminal
from abicheck.report import text as plain_text
from abicheck.report.harmless import harmless
from abicheck.report.lines import plain
from abicheck.report.review import formats, text
from tests.report.review import samples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Done

_ORDERS = (
    "::error::owned",
    "x\r::error::owned",
    f"{'word ' * 14}::add-mask::a{' ::stop-commands::t' * 20}",
    "x ##[set-env name=PATH]/evil ##vso[task.setvariable variable=x]y ##",
)
_OBEYED = re.compile(r"(?:^|\r)[^\S\n]*::|##\w*\[", re.MULTILINE)
"""What the runners of GitHub (actions/runner, ActionCommand.cs) and Azure obey."""


def _printed(name: str, order: str, capsys: pytest.CaptureFixture[str]) -> str:
    report = samples.assault(order)
    shown = (
        plain_text.render(text.lines(report, whole=True, width=80))
        if name == "text"
        else formats.render(name, report, ())
    )
    args = argparse.Namespace(targets=[output.Target(name, None)])
    output.deliver(args, lambda _: shown)
    return capsys.readouterr().out


@pytest.mark.parametrize("order", _ORDERS)
@pytest.mark.parametrize("name", [name for name in formats.NAMES if name != "github"])
def test_no_line_is_an_order(name: str, order: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever a stranger wrote, no line of a report is a command to the runner of a job."""
    shown = _printed(name, order, capsys)
    assert shown
    assert not _OBEYED.search(shown)


@pytest.mark.parametrize("name", ["json", "sarif", "gitlab", "b4"])
@pytest.mark.parametrize("order", _ORDERS)
def test_documents_say_the_same(name: str, order: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A JSON document still holds the very text, only spelled in another way."""
    assert json.loads(_printed(name, order, capsys)) == json.loads(
        formats.render(name, samples.assault(order), ())
    )


def _given(report: str, _: output.Target) -> str:
    return report


def test_lines_of_any_kind(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a blank in front nor colours make a line an order, and it can still be read."""
    args = argparse.Namespace(targets=[output.Target("text", None)])
    lines = [plain(" \u00a0::error::x"), plain("a::b ## [c]"), plain("::"), plain("##[debug]")]
    assert harmless("text", "a\r::error::x") == "a\r\\x3a:error::x"
    for report in (plain_text.render(lines), terminal.render(lines)):
        output.deliver(args, partial(_given, report))
        shown = capsys.readouterr().out.splitlines()
        assert shown == [" \u00a0\\x3a:error::x", "a::b ## [c]", "\\x3a:", "##\\x5bdebug]"]


def test_annotations_stay_orders(capsys: pytest.CaptureFixture[str]) -> None:
    """The format for GitHub is made of commands, and stays so."""
    shown = _printed("github", "x", capsys)
    assert shown.startswith("::error")


def test_errors_are_no_orders(run: Callable[..., Done], tmp_path: Path) -> None:
    """Neither an error nor a remark is a command, though both name what a stranger named."""
    done = run("review", str(tmp_path / "##[error]x"))
    assert done.code == 2
    assert "error" in done.err
    assert not _OBEYED.search(done.err)
