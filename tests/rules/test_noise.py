# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shows in review what a change of a rule does to whole real trees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT, TREES
from tools import noise

if TYPE_CHECKING:
    from collections import Counter


def _is_published(title: str, counts: Counter[tuple[str, str]]) -> None:
    """Fails unless the page's column of that title is what was counted."""
    page = (ROOT / "docs" / "noise.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page if "|" in line]
    start = next(number for number, row in enumerate(rows) if title in row)
    column = rows[start].index(title)
    published: dict[str, str] = {}
    for row in rows[start + 2 :]:
        if row[0] == "rule":
            break
        published[row[0]] = row[column]
    for line in noise.table({title: counts}).splitlines()[2:]:
        rule, cell = (part.strip() for part in line.strip("|").split("|"))
        assert (rule, published.pop(rule, None)) == (rule, cell)
    assert set(published.values()) <= {"-"}


@pytest.mark.trees
@pytest.mark.published
@pytest.mark.parametrize("title", noise.TREES)
def test_the_published_counts_are_true(title: str, request: pytest.FixtureRequest) -> None:
    """docs/noise.md says how often each rule speaks on each tree, and no more or less often."""
    name = noise.TREES[title]
    if name.startswith("linux"):
        request.getfixturevalue("linux_tree")
    else:
        request.getfixturevalue("zig_tree")(name.removeprefix("zig-"))
    _is_published(title, noise.count(TREES / name))


@pytest.mark.trees
@pytest.mark.published
def test_the_published_counts_of_a_comparison_are_true(request: pytest.FixtureRequest) -> None:
    """docs/noise.md says how often each rule speaks of what changed between two releases."""
    title, names = list(noise.RELEASES.items())[-1]
    for name in names:
        request.getfixturevalue("zig_tree")(name.removeprefix("zig-"))
    _is_published(title, noise.count_changes(*(TREES / name for name in names)))
