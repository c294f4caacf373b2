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
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every session in the README, run in the miniature tree, prints exactly what stands there."""
    monkeypatch.chdir(ROOT / "fixtures/tree")
    sessions = list(_CONSOLE.finditer((ROOT / "README.md").read_text(encoding="utf-8")))
    assert sessions
    for session in sessions:
        assert main(shlex.split(session["command"])) == 0
        assert capsys.readouterr().out == session["output"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every link of a page to another file of the repository finds that file."""
    targets = [match["target"] for match in _LINK.finditer(page.read_text(encoding="utf-8"))]
    assert [target for target in targets if not (page.parent / target).exists()] == []
