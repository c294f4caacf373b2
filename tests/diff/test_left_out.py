# SPDX-License-Identifier: GPL-2.0-or-later
"""This module lays out the headers that a comparison of real releases leaves out, in both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from abicheck.engine.diff.plots import Plots
from abicheck.engine.fields import exported
from abicheck.engine.frontends import front_end
from abicheck.engine.labour import reap_all, records
from abicheck.vcs.open import open_directory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from abicheck.engine.fields import Plot

ABIS = ("x86_64", "mips")


def _rest(plot: Plot, touched: frozenset[str]) -> Plot:
    """The headers of a version that are none of those."""
    headers = {
        abi: {name: path for name, path in exported(world).items() if path not in touched}
        for abi, world in plot.worlds.items()
    }
    return replace(plot, headers=headers, inner=frozenset())


@pytest.mark.trees
@pytest.mark.parametrize(
    ("old", "new", "least"), [("0.13.0", "0.16.0", 40), ("0.16.0", "0.17.0", 400)]
)
def test_what_is_left_out_is_the_same(
    old: str, new: str, least: int, zig_tree: Callable[[str], Path]
) -> None:
    """Each header that is not compared has the same records, laid out alike, in both releases."""
    trees = [open_directory(zig_tree(version)).tree for version in (old, new)]
    plots = Plots(trees[0], trees[1], ABIS, ())
    touched = frozenset(plots.old.paths() + plots.new.paths())
    before, after = _rest(plots.old, touched), _rest(plots.new, touched)
    assert before.paths() == after.paths()
    assert len(before.paths()) >= least
    one, two = reap_all((before, after), front_end("auto"), 2)
    assert records(one) == records(two)
    assert (one.not_checked, one.absent, one.types) == (two.not_checked, two.absent, two.types)
