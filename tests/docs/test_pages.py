# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what the pages say against what happens."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from abicheck.cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *(ROOT / "docs").rglob("*.md")})

_CONSOLE = re.compile(
    r"^```console\n\$ abicheck (?P<command>.*)\n(?P<output>(?s:.*?))^```$", re.MULTILINE
)
_LINK = re.compile(r"\]\((?!https?:|#)(?P<target>[^)#]+)")


def test_readme_shows_what_abicheck_prints(
    fixture_history: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every session in the README prints exactly what stands there.

    What compares versions runs in the history of the miniature tree, all else in the tree.
    """
    sessions = list(_CONSOLE.finditer((ROOT / "README.md").read_text(encoding="utf-8")))
    assert sessions
    for session in sessions:
        command = shlex.split(session["command"])
        compares = command[0] == "diff"
        monkeypatch.chdir(fixture_history if compares else ROOT / "fixtures/tree")
        assert main(command) == compares
        assert capsys.readouterr().out == session["output"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every link of a page to another file of the repository finds that file."""
    targets = [match["target"] for match in _LINK.finditer(page.read_text(encoding="utf-8"))]
    assert [target for target in targets if not (page.parent / target).exists()] == []
