# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what the pages say against what happens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tools.sessions import EXAMPLES, README, ROOT, rewritten

if TYPE_CHECKING:
    from pathlib import Path

PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *(ROOT / "docs").rglob("*.md")})

_LINK = re.compile(r"\]\((?!https?:|#)(?P<target>[^)#]+)")


@pytest.fixture(scope="module")
def histories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the histories of all pages are made, each once."""
    return tmp_path_factory.mktemp("histories")


@pytest.mark.parametrize("page", [README, *EXAMPLES], ids=lambda page: page.stem)
def test_pages_show_what_abicheck_prints(page: Path, histories: Path) -> None:
    """Every session of a page prints what stands there; ``make pages`` writes it anew."""
    text = page.read_text(encoding="utf-8")
    assert "\n$ abicheck " in text
    assert rewritten(page, histories) == text


def test_every_example_is_listed() -> None:
    """The overview links to every example, and has no other."""
    overview = (ROOT / "docs/examples/README.md").read_text(encoding="utf-8")
    links = {match["target"] for match in _LINK.finditer(overview)}
    assert {page.name for page in EXAMPLES} == {link for link in links if "/" not in link}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every link of a page to another file of the repository finds that file."""
    targets = [match["target"] for match in _LINK.finditer(page.read_text(encoding="utf-8"))]
    assert [target for target in targets if not (page.parent / target).exists()] == []
