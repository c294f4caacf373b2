# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds that comments keep numbers, and that documentation does not."""

from __future__ import annotations

import pytest

from abicheck.families.reservations import core_of
from tests.families.sheets import clashes, found, told

_KEEPS = {
    "/* #define CAP_A 214 */": ("CAP_A", 214),
    "// #define CAP_A 214": ("CAP_A", 214),
    "/* #define CAP_A\t1301\t * Deprecated */": ("CAP_A", 1301),
    "/* #define CAP_A 214 -- waits for its user */": ("CAP_A", 214),
    "/* #define CAP_A 214 (reserved) */": ("CAP_A", 214),
    "/* #define CAP_A 214, taken by a series */": ("CAP_A", 214),
    "/* #define CAP_A (200 + 14) */": ("CAP_A", 214),
    "/* Reserved for CAP_A\t11 */": ("CAP_A", 11),
    "/* CAP_A 0x00080000 */": ("CAP_A", 0x80000),
    "/* 17 is reserved for CAP_A */": ("CAP_A", 17),
    "#define __CAP_RESERVED_A 6": ("__CAP_RESERVED_A", 6),
}
_KEEPS_NOT = [
    "/* what CAP_A 5 means */",
    "/*\n * #define CAP_A 5\n */",
    "/* see CAP_A, bits 0-15 are reserved */",
    "/* #define OTHER_A 5 */",
    "/* CAP_A is reserved */",
]


@pytest.mark.parametrize(("text", "kept"), _KEEPS.items(), ids=list(_KEEPS))
def test_a_comment_keeps_its_number(text: str, kept: tuple[str, int]) -> None:
    """Commented defines, prose and placeholders reserve a number for a name."""
    from tests.families.sheets import family

    (only,) = found(text + "\n", family(r"_*CAP_\w+"))
    assert (only.name, only.number, only.reservation) == (*kept, True)


@pytest.mark.parametrize("text", _KEEPS_NOT)
def test_documentation_keeps_nothing(text: str) -> None:
    """Comments that speak of a name and a number are not taken for reservations."""
    assert found(text + "\n") == ()


def test_a_name_said_to_be_reserved_keeps_the_only_gap() -> None:
    """Where one number is left out, a comment in its place needs no number."""
    text = "#define CAP_A 3\n/* CAP_B: reserved but not there yet */\n#define CAP_C 5\n"
    kept = [(d.name, d.number) for d in found(text) if d.reservation]
    assert kept == [("CAP_B", 4)]


def test_the_same_name_fulfils_a_reservation() -> None:
    """A reservation and a definition of the same name and number agree."""
    (only,) = clashes({"v5.18": "/* #define CAP_A 214 */\n", "next": "#define CAP_A 214\n"})
    assert told(only) == ("fulfilled", "note", 214, ("CAP_A",))


def test_another_name_violates_a_reservation() -> None:
    """A number that one tree keeps for a name is taken, though no tree uses it."""
    (only,) = clashes({"v5.18": "/* #define CAP_A 214 */\n", "topic": "#define CAP_B 214\n"})
    assert told(only) == ("reservation", "error", 214, ("CAP_A", "CAP_B"))


def test_a_reservation_is_violated_inside_one_tree_too() -> None:
    """A branch that carries the comment and takes the number contradicts itself."""
    (only,) = clashes({"topic": "/* #define CAP_A 214 */\n#define CAP_B 214\n"})
    assert told(only) == ("reservation", "error", 214, ("CAP_A", "CAP_B"))


def test_a_reserved_name_with_another_number_has_two_numbers() -> None:
    """A reservation counts where one name has two numbers."""
    (only,) = clashes({"v5.18": "/* #define CAP_A 214 */\n", "v1": "#define CAP_A 210\n"})
    assert told(only) == ("name", "error", 214, ("CAP_A",))


def test_a_placeholder_stands_for_the_name_it_was_made_of() -> None:
    """A member renamed to keep its number does not collide with its old name."""
    before = "#define VFIO_TYPE1_NESTING_IOMMU 6\n"
    after = "#define __VFIO_RESERVED_TYPE1_NESTING_IOMMU 6\n"
    from tests.families.sheets import family

    found_in_both = clashes({"old": before, "new": after}, family(r"_*VFIO_\w+"))
    assert {clash.severity.value for clash in found_in_both} == {"note"}
    assert core_of("__VFIO_RESERVED_TYPE1_NESTING_IOMMU") == core_of("VFIO_TYPE1_NESTING_IOMMU")


def test_what_upstream_gave_away_a_fork_may_still_remember() -> None:
    """A fork that carries a reservation upstream itself broke is not to blame."""
    texts = {
        "v1": "/* #define CAP_A 4 */\n",
        "v2": "#define CAP_B 4\n",
        "fork": "/* #define CAP_A 4 */\n",
    }
    (only,) = clashes(texts, upstream=("v1", "v2"))
    assert told(only)[:2] == ("reservation", "note")


def test_a_race_for_a_reserved_number_is_one_collision() -> None:
    """Two trees that take what a third one keeps collide once, with all three claims."""
    texts = {
        "up": "/* #define CAP_R 214 */\n",
        "a": "#define CAP_A 214\n",
        "b": "#define CAP_B 214\n",
    }
    (only,) = clashes(texts, upstream=("up",))
    assert told(only) == ("number", "error", 214, ("CAP_A", "CAP_B", "CAP_R"))
    assert [definition.reservation for _, definition in only.stakes] == [True, False, False]


def test_a_reservation_that_one_tree_ignores_stays_one() -> None:
    """A number that is kept for one name and taken by another, in one tree alone, is no race."""
    texts = {"up": "/* #define CAP_R 214 */\n", "a": "#define CAP_A 214\n"}
    (only,) = clashes(texts, upstream=("up",))
    assert told(only) == ("reservation", "error", 214, ("CAP_A", "CAP_R"))
