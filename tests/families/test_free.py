# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds which number is offered to a newcomer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from abicheck.families.free import next_free, taken_numbers, upper_end
from abicheck.model.claims import FamilyKind, Kept, Sheet
from tests.families.sheets import family, found


def _sheets(*texts: str) -> list[Sheet]:
    return [Sheet(trees=(str(i),), definitions=found(text)) for i, text in enumerate(texts)]


def test_a_reservation_is_taken() -> None:
    """The hole that a comment keeps is not offered."""
    sheets = _sheets("#define CAP_A 213\n/* #define CAP_B 214 */\n#define CAP_C 215\n")
    assert next_free(family(), taken_numbers(family(), sheets)) == (216,)


def test_the_next_number_is_free_in_every_tree() -> None:
    """One tree's addition is nobody else's next number."""
    sheets = _sheets("#define CAP_A 213\n", "#define CAP_B 214\n", "#define CAP_C 215\n")
    assert next_free(family(), taken_numbers(family(), sheets), wanted=2) == (216, 217)


def test_magic_numbers_far_above_move_nothing() -> None:
    """The next number follows the block that upstream counts in."""
    sheets = _sheets("#define CAP_A 78\n#define CAP_B 0x59616d61\n")
    assert next_free(family(), taken_numbers(family(), sheets)) == (79,)
    assert upper_end(family(), {1, 2, 90, 0xFFBADAB1}) == 90


def test_a_block_of_a_vendor_moves_nothing() -> None:
    """The next number follows upstream and its branches, not what stands apart from them."""
    taken = frozenset({41, 43, 44, 100, 104})
    assert next_free(family(), taken, frozenset({41}), 2) == (45, 46)


def test_kept_numbers_are_not_offered() -> None:
    """Numbers a family file keeps are taken though no header says so."""
    kept = family(kept=(Kept(spans=((5, 7),), reason="retired long ago"),))
    assert next_free(kept, taken_numbers(kept, _sheets("#define CAP_A 4\n"))) == (8,)


def test_flags_take_the_lowest_free_bit_until_the_word_is_full() -> None:
    """A full word offers nothing."""
    flags = family(kind=FamilyKind.BITS, width=8)
    assert next_free(flags, frozenset({1, 2, 0x20})) == (4,)
    assert next_free(flags, frozenset({0x7F}), wanted=9) == (0x80,)
    assert next_free(flags, frozenset({0xFF})) == ()


def test_a_command_follows_the_last_of_its_block() -> None:
    """Ioctl commands are offered inside the family's block."""
    commands = family(kind=FamilyKind.IOCTL, magic=(0xAE,), ceiling=0xE3)
    assert next_free(commands, frozenset({0xAE01, 0xAEE2}), wanted=3) == (0xAEE3,)


def test_nobody_offers_what_others_hand_out() -> None:
    """Numbers of an outside body are not ours to allocate."""
    assert next_free(family(external="IANA"), frozenset({1})) == ()


@given(st.sets(st.integers(0, 300), min_size=1), st.integers(1, 5))
def test_what_is_offered_is_free_and_above(numbers: set[int], wanted: int) -> None:
    """Offered numbers are taken by nobody, ascend, and follow the last of the block."""
    offered = next_free(family(), frozenset(numbers), wanted=wanted)
    assert len(offered) == wanted
    assert not numbers.intersection(offered)
    assert list(offered) == sorted(set(offered))
    assert min(offered) > upper_end(family(), numbers) or min(offered) - 1 in numbers


def test_a_name_above_the_ceiling_moves_nothing() -> None:
    """An exception above the range leaves the range below it to newcomers."""
    bounded = family(ceiling=23)
    assert next_free(bounded, frozenset({16, 17, 24}), wanted=9) == (18, 19, 20, 21, 22, 23)
    assert next_free(bounded, frozenset({22, 23, 24})) == ()
