# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what counts as a collision between trees, and what does not."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck.model.claims import Alias, FamilyKind, Renumbered
from tests.families.sheets import Ancestor, clashes, family, told

_FLAGS = family(r"F_\w+", FamilyKind.BITS)


def _text(claims: dict[str, int]) -> str:
    return "".join(f"#define CAP_{name} {number}\n" for name, number in claims.items())


class TestNumbers:
    """Names and numbers that contradict each other."""

    def test_one_number_with_two_names_collides(self) -> None:
        """Two trees that give one number to different names cannot both be merged."""
        (only,) = clashes({"a": "#define CAP_A 4\n", "b": "#define CAP_B 4\n"})
        assert told(only) == ("number", "error", 4, ("CAP_A", "CAP_B"))

    def test_one_name_with_two_numbers_collides(self) -> None:
        """Two trees that give one name different numbers cannot both be right."""
        (only,) = clashes({"a": "#define CAP_A 4\n", "b": "#define CAP_A 5\n"})
        assert told(only) == ("name", "error", 4, ("CAP_A",))

    def test_two_names_in_one_tree_are_a_duplicate(self) -> None:
        """A tree can collide with itself; the same mistake in two trees is told once."""
        text = "#define CAP_A 4\n#define CAP_B 4\n"
        (only,) = clashes({"a": text, "b": text})
        assert told(only) == ("duplicate", "error", 4, ("CAP_A", "CAP_B"))
        assert {index for index, _ in only.stakes} == {0, 1}

    def test_a_duplicate_is_not_told_again_as_a_collision_with_others(self) -> None:
        """A tree that has both names does not race with one that has the first."""
        both = "#define CAP_A 4\n#define CAP_B 4\n"
        assert [told(c)[0] for c in clashes({"a": "#define CAP_A 4\n", "b": both})] == ["duplicate"]

    def test_a_third_name_elsewhere_is_told_beside_a_duplicate(self) -> None:
        """A duplicate hides no collision with another tree's name."""
        both = "#define CAP_A 4\n#define CAP_B 4\n"
        kinds = [told(c)[0] for c in clashes({"a": "#define CAP_C 4\n", "b": both})]
        assert kinds == ["duplicate", "number"]

    def test_numbers_far_above_do_no_harm(self) -> None:
        """A downstream block of its own collides with nothing."""
        down = "#define CAP_A 1\n#define CAP_ARM_PROTECTED_VM 0xffbadab1\n"
        assert clashes({"up": "#define CAP_A 1\n#define CAP_B 2\n", "down": down}) == ()

    def test_alternatives_of_one_if_share_a_number(self) -> None:
        """No configuration sees both names."""
        text = "#ifdef X\n#define CAP_A 4\n#else\n#define CAP_B 4\n#endif\n"
        assert clashes({"a": text}) == ()

    def test_every_claim_counts_whatever_condition_hides_it(self) -> None:
        """A definition under an unrelated ``#if`` claims its number all the same."""
        (only,) = clashes({"a": "#ifdef X\n#define CAP_A 4\n#endif\n", "b": "#define CAP_B 4\n"})
        assert told(only)[:3] == ("number", "error", 4)

    def test_markers_claim_nothing(self) -> None:
        """A maximum moves with every addition."""
        assert (
            clashes({"a": "enum { CAP_A, CAP_MAX };", "b": "enum { CAP_A, CAP_B, CAP_MAX };"}) == ()
        )

    def test_a_name_that_one_file_defines_twice_collides(self) -> None:
        """A second definition with another number is told, in as many trees as have it, once."""
        twice = "#define CAP_A 4\n#define CAP_Z 1\n#define CAP_A 5\n"
        (only,) = clashes({"a": twice, "b": twice})
        assert told(only) == ("name", "error", 4, ("CAP_A",))
        assert [d.line for _, d in only.stakes] == [1, 3, 1, 3]
        assert "the last one counts" in only.reason
        again = "#define CAP_A 4\n#define CAP_A (4)\n"
        either = "#ifdef X\n#define CAP_A 4\n#else\n#define CAP_A 5\n#endif\n"
        guarded = "#define CAP_A 4\n#ifdef Y\n#define CAP_A 5\n#endif\n"
        assert clashes({"a": again}) == clashes({"a": either}) == clashes({"a": guarded}) == ()

    def test_spaces_of_one_prefix_do_not_meet(self) -> None:
        """Names of two spaces may have the same numbers."""
        two = family(spaces=(r"CAP_USER_\w+", r"CAP_KERNEL_\w+"))
        text = "#define CAP_USER_A 1\n#define CAP_KERNEL_A 1\n"
        assert clashes({"a": text}, two) == ()


class TestNames:
    """Names that mean one member."""

    def test_an_alias_is_no_second_name(self) -> None:
        """``NEW = OLD`` in any tree makes the two one member in all of them."""
        texts = {
            "old": "#define CAP_OLD 4\n",
            "new": "#define CAP_NEW 4\n",
            "both": "#define CAP_NEW 4\n#define CAP_OLD CAP_NEW\n",
        }
        assert clashes(texts) == ()

    def test_a_declared_rename_is_shown_as_one(self) -> None:
        """What a family file knows to be renamed is a note with its reason."""
        renamed = family(aliases=(Alias(names=("CAP_OLD", "CAP_NEW"), reason="renamed in 4.17"),))
        (only,) = clashes({"a": "#define CAP_OLD 4\n", "b": "#define CAP_NEW 4\n"}, renamed)
        assert told(only) == ("number", "note", 4, ("CAP_OLD", "CAP_NEW"))
        assert only.reason == "renamed in 4.17"

    def test_a_declared_change_of_number_is_shown_as_one(self) -> None:
        """What upstream itself renumbered is a note with its reason."""
        moved = family(renumbered=(Renumbered(names=("CAP_A",), reason="meant in hexadecimal"),))
        (only,) = clashes({"a": "#define CAP_A 1000\n", "b": "#define CAP_A 0x1000\n"}, moved)
        assert told(only)[:2] == ("name", "note")

    @pytest.mark.parametrize("swap", [False, True])
    def test_a_rename_since_the_common_ancestor_is_no_race(self, swap: bool) -> None:
        """A number that the common ancestor gave to one of the names was renamed, not taken."""
        texts = {"a": "#define CAP_A 4\n", "b": "#define CAP_B 4\n"}
        if swap:
            texts = dict(reversed(texts.items()))
        (only,) = clashes(texts, ancestry=Ancestor("#define CAP_A 4\n"))
        assert told(only)[:2] == ("number", "note")

    def test_a_number_taken_over_by_another_name_is_no_rename(self) -> None:
        """Where the old name lives on with another number, its number was taken."""
        texts = {"old": "#define CAP_A 4\n", "new": "#define CAP_B 4\n#define CAP_A 6\n"}
        kinds = {told(c)[:2] for c in clashes(texts, ancestry=Ancestor("#define CAP_A 4\n"))}
        assert kinds == {("number", "error"), ("name", "error")}

    def test_two_names_since_the_common_ancestor_race(self) -> None:
        """Siblings that both took the next number collide."""
        texts = {"a": "#define CAP_A 4\n", "b": "#define CAP_B 4\n"}
        (only,) = clashes(texts, ancestry=Ancestor("#define CAP_Z 3\n"))
        assert told(only)[:2] == ("number", "error")

    def test_releases_of_upstream_do_not_race_each_other(self) -> None:
        """What upstream changed between its releases is told, and is no collision."""
        texts = {"v1": "#define CAP_A 4\n", "v2": "#define CAP_B 4\n", "x": "#define CAP_B 4\n"}
        (only,) = clashes({k: texts[k] for k in ("v1", "v2")}, upstream=("v1", "v2"))
        assert told(only)[:2] == ("number", "note")
        fork = {**texts, "fork": "#define CAP_A 4\n"}
        (only,) = clashes(fork, upstream=("v1", "v2"))
        assert told(only)[:2] == ("number", "note")
        other = {**texts, "x": "#define CAP_X 4\n"}
        (only,) = clashes(other, upstream=("v1", "v2"))
        assert told(only)[:2] == ("number", "error")

    def test_a_fork_inherits_what_upstream_renumbered(self) -> None:
        """A name's old number in a fork is upstream's; a third number is its own."""
        texts = {"v1": "#define CAP_A 4\n", "v2": "#define CAP_A 5\n", "x": "#define CAP_A 4\n"}
        (only,) = clashes(texts, upstream=("v1", "v2"))
        assert told(only)[:2] == ("name", "note")
        (only,) = clashes({**texts, "x": "#define CAP_A 6\n"}, upstream=("v1", "v2"))
        assert told(only)[:2] == ("name", "error")


class TestFlags:
    """Words of flags."""

    def test_two_flags_on_one_bit_overlap(self) -> None:
        """In a word of flags the bit is what cannot be shared."""
        (only,) = clashes({"a": "#define F_A (1 << 4)\n", "b": "#define F_B 0x10\n"}, _FLAGS)
        assert told(only) == ("overlap", "error", 16, ("F_A", "F_B"))

    def test_no_flag_at_all_is_no_flag(self) -> None:
        """Zero is the name of an empty word."""
        assert clashes({"a": "#define F_NONE 0\n#define F_FILE 0\n"}, _FLAGS) == ()

    def test_a_combination_overlaps_nothing(self) -> None:
        """A name for several flags together may cover them."""
        text = "#define F_A 1\n#define F_B 2\n#define F_BOTH (F_A | F_B)\n"
        assert clashes({"a": text}, _FLAGS) == ()

    def test_bits_of_one_tree_over_a_flag_of_another_overlap(self) -> None:
        """Two bits at once are taken, also where the tree that has one of them is a sibling."""
        (only,) = clashes({"a": "#define F_A 0x20\n", "b": "#define F_B 0x60\n"}, _FLAGS)
        assert told(only)[:2] == ("overlap", "error")
        both = "#define F_A 0x20\n#define F_C 0x40\n"
        assert clashes({"a": both, "b": both + "#define F_B (F_A | F_C)\n"}, _FLAGS) == ()

    def test_a_mask_of_its_own_that_covers_a_flag_overlaps(self) -> None:
        """Several bits that are no combination of others belong to their name alone."""
        text = "#define F_A 1\n#define F_FIELD 0x7\n"
        (only,) = clashes({"a": text}, _FLAGS)
        assert told(only)[0] == "overlap"
        allowed = family(r"F_\w+", FamilyKind.BITS, fields="F_FIELD")
        assert clashes({"a": text}, allowed) == ()


_TREES = st.dictionaries(
    st.sampled_from("abcd"),
    st.dictionaries(st.sampled_from("ABCDEF"), st.integers(0, 7), max_size=6),
    min_size=1,
)


@given(_TREES)
def test_collisions_are_exactly_the_contradictions(trees: dict[str, dict[str, int]]) -> None:
    """Against a plain definition of the words, nothing is missed and nothing made up."""
    found = [told(c) for c in clashes({tree: _text(claims) for tree, claims in trees.items()})]
    duplicates: set[tuple[int, frozenset[str]]] = set()
    numbers: dict[int, set[str]] = defaultdict(set)
    names: dict[str, set[int]] = defaultdict(set)
    for claims in trees.values():
        by_number: dict[int, set[str]] = defaultdict(set)
        for name, number in claims.items():
            by_number[number].add(name)
            names[name].add(number)
        for number, held in by_number.items():
            if len(held) > 1:
                duplicates.add((number, frozenset(held)))
    for one in trees.values():
        for other in trees.values():
            for a, number in one.items():
                for b, same in other.items():
                    if a != b and number == same and one.get(b) != same and other.get(a) != same:
                        numbers[number] |= {a, b}
    bare = [(kind, number, frozenset(n[4:] for n in who)) for kind, _, number, who in found]
    assert {(n, who) for kind, n, who in bare if kind == "duplicate"} == duplicates
    assert {(n, who) for kind, n, who in bare if kind == "number"} == {
        (n, frozenset(who)) for n, who in numbers.items()
    }
    assert {who for kind, _, who in bare if kind == "name"} == {
        frozenset(name) for name, held in names.items() if len(held) > 1
    }


@given(_TREES)
def test_additions_collide_with_nothing(trees: dict[str, dict[str, int]]) -> None:
    """A tree compared with itself plus new names on new numbers is silent."""
    for claims in trees.values():
        unique = {name: index for index, name in enumerate(claims)}
        more = {**unique, **{f"NEW_{index}": 100 + index for index in range(3)}}
        assert clashes({"old": _text(unique), "new": _text(more)}) == ()
