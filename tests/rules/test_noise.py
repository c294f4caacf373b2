# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shows in review what a change of a rule does to whole real trees."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT, TREES
from tools import noise


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
    counted = noise.table({title: noise.count(TREES / name)})
    page = (ROOT / "docs" / "noise.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page if "|" in line]
    column = rows[0].index(title)
    published = {row[0]: row[column] for row in rows[2:]}
    for line in counted.splitlines()[2:]:
        rule, cell = (part.strip() for part in line.strip("|").split("|"))
        assert (rule, published.pop(rule, None)) == (rule, cell)
    assert set(published.values()) <= {"-"}
