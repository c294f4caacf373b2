# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that the collisions of one family do not contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.families.reconcile import reconciled
from abicheck.families.settle import settle
from abicheck.model.claims import Sheet
from tests.families.sheets import clashes, family, found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abicheck.model.claims import Collision

_FREE = 9


def _settled(texts: Mapping[str, str], upstream: str) -> dict[str, Collision]:
    """By kind and names, what becomes of collisions between trees."""
    sheets = [Sheet(trees=(tree,), definitions=found(text)) for tree, text in texts.items()]
    roles = {tree: "upstream" if tree == upstream else "branch" for tree in texts}
    every = clashes(texts, upstream=(upstream,))
    collisions = [settle(family(), clash, sheets, roles, {}, _FREE) for clash in every]
    return {f"{c.kind} {' '.join(c.names)}": c for c in reconciled(collisions, _FREE)}


def test_who_follows_needs_no_free_number() -> None:
    """A tree that took another's number for a name of upstream's follows upstream, and no more."""
    collisions = _settled(
        {"up": "#define CAP_A 3\n#define CAP_Z 4\n", "x": "#define CAP_A 4\n"}, "up"
    )
    name, number = collisions["name CAP_A"], collisions["number CAP_A CAP_Z"]
    assert (name.keeper, name.movers) == ("up", ("x",))
    assert (number.keeper, number.movers, number.suggestion) == ("up", ("x",), None)


def test_no_tree_keeps_what_it_has_to_leave() -> None:
    """Where both numbers of a name belong to others, no tree's stands, and a free one is named."""
    collisions = _settled(
        {
            "up": "#define CAP_Y 3\n#define CAP_Z 4\n",
            "a": "#define CAP_A 3\n",
            "b": "#define CAP_A 4\n",
        },
        "up",
    )
    name = collisions["name CAP_A"]
    assert (name.keeper, name.movers, name.suggestion) == (None, ("a", "b"), _FREE)
    assert collisions["number CAP_A CAP_Y"].suggestion == _FREE


def test_the_number_that_is_free_of_others_stands() -> None:
    """Of two numbers of a name the one that nobody else has stands, whoever was first."""
    collisions = _settled(
        {"up": "#define CAP_Z 4\n", "a": "#define CAP_A 4\n", "b": "#define CAP_A 5\n"}, "up"
    )
    name = collisions["name CAP_A"]
    assert (name.keeper, name.movers) == ("b", ("a",))
