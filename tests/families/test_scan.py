# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds that every definition of a text is found, with line and condition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck.families.conditions import exclusive, negation
from abicheck.families.scan import is_stripped, read_text
from tests.families.sheets import family, found, numbers

_NUMBERED = """\
#define MAPPER(FN, ctx...) \\
	FN(one, 0, ##ctx) \\
	FN(two, 7, ##ctx)
#define MAKE(x, y) CAP_ ## x = y,
enum cap { MAPPER(MAKE) __CAP_MAX_ID, };
"""
_BY_POSITION = """\
#define MAPPER(FN) \\
	FN(one), \\
	FN(skip), \\
	FN(two),
#define MAKE(x) CAP_ ## x
enum cap { MAPPER(MAKE) __CAP_MAX_ID, };
"""


class TestMacros:
    """Object-like macros."""

    def test_a_macro_is_found_at_its_line_whatever_comments_stand_before(self) -> None:
        """Comments of several lines move no line number."""
        (only,) = found("/* one\n two */ // three\n#define CAP_A 7 /* four\n five */\n")
        assert (only.name, only.number, only.line) == ("CAP_A", 7, 3)

    def test_a_comment_inside_a_definition_does_not_cut_it(self) -> None:
        """A comment counts as a blank even where it spans lines."""
        assert numbers("#define CAP_A /* of\n two lines */ 7\n#define CAP_B 8\n") == {
            "CAP_A": 7,
            "CAP_B": 8,
        }

    def test_continued_lines_are_one_definition(self) -> None:
        """A backslash at the end of a line joins it with the next."""
        assert numbers("#define CAP_A \\\n  (1 + \\\n 2)\n#define CAP_B 4\n") == {
            "CAP_A": 3,
            "CAP_B": 4,
        }

    def test_a_define_in_a_string_or_comment_defines_nothing(self) -> None:
        """Neither quotes nor comments hold directives."""
        text = 'const char *s = "/*";\n#define CAP_A 1\n/* x\n#define CAP_B 2\n*/\n'
        assert numbers(text) == {"CAP_A": 1}

    def test_dos_line_ends_change_nothing(self) -> None:
        """CRLF text reads like LF text."""
        assert numbers("#define CAP_A 1\r\n#define CAP_B 2\r\n") == {"CAP_A": 1, "CAP_B": 2}

    def test_a_binary_defines_nothing(self) -> None:
        """A file with a NUL byte is no header."""
        assert read_text("x.h", b"\0#define CAP_A 1\n").macros == []


class TestConditions:
    """What ``#if`` does to claims."""

    def test_conditions_are_told_without_the_include_guard(self) -> None:
        """The guard around a header is no condition of what it defines."""
        text = "#ifndef _H\n#define _H\n#ifdef __KVM_HAVE_PIT\n#define CAP_A 1\n#endif\n#endif\n"
        (only,) = found(text)
        assert only.condition == ("defined(__KVM_HAVE_PIT)",)

    @pytest.mark.parametrize(
        ("opening", "other"),
        [
            ("#ifdef X", "#else"),
            ("#ifndef X", "#else"),
            ("#if defined(X)", "#elif defined(Y)"),
            ("#if X > 1", "#else"),
        ],
    )
    def test_branches_of_one_if_exclude_each_other(self, opening: str, other: str) -> None:
        """Two definitions of one name in two branches are alternatives."""
        first, second = found(f"{opening}\n#define CAP_A 1\n{other}\n#define CAP_A 2\n#endif\n")
        assert exclusive(first.condition, second.condition)
        assert exclusive(second.condition, first.condition)

    def test_a_condition_and_its_opposite_apart_exclude_each_other(self) -> None:
        """It does not matter that ``#ifdef X`` and ``#ifndef X`` stand far apart."""
        text = "#ifdef X\n#define CAP_A 1\n#endif\n#ifndef X\n#define CAP_B 1\n#endif\n"
        first, second = found(text)
        assert exclusive(first.condition, second.condition)

    @given(st.sampled_from(["defined(X)", "!defined(X)", "A > 1", "!(A > 1)"]))
    def test_an_opposite_of_an_opposite_is_the_condition(self, condition: str) -> None:
        """Negating twice gives the text back."""
        assert negation(negation(condition)) == condition

    def test_what_if_0_hides_is_only_reserved(self) -> None:
        """``#if 0`` is another way to comment a definition out."""
        (only,) = found("#if 0\n#define CAP_A 1\n#endif\n")
        assert only.reservation


class TestEnums:
    """Enumerators and X-macros."""

    def test_positions_count_from_the_last_explicit_value(self) -> None:
        """An enumerator without a value follows the one before it."""
        text = "enum cap { CAP_A, CAP_B = 5, CAP_C, /* a comment, with a comma */ CAP_D };"
        assert numbers(text) == {"CAP_A": 0, "CAP_B": 5, "CAP_C": 6, "CAP_D": 7}

    def test_alternatives_start_from_the_same_position(self) -> None:
        """Each branch of an ``#if`` goes on from what stands before the ``#if``."""
        text = "enum { CAP_A,\n#ifdef X\nCAP_B,\n#else\nCAP_C,\n#endif\nCAP_D };"
        assert numbers(text) == {"CAP_A": 0, "CAP_B": 1, "CAP_C": 1, "CAP_D": 2}

    def test_a_macro_of_its_own_name_beside_an_enumerator_is_no_second_claim(self) -> None:
        """``#define X X`` only tells the preprocessor that X exists."""
        text = "enum { CAP_A = 3,\n#define CAP_A CAP_A\nCAP_B };"
        assert [d.name for d in found(text)] == ["CAP_A", "CAP_B"]

    def test_only_the_enums_asked_for_count(self) -> None:
        """Enums that share a prefix are told apart by their tags."""
        text = "enum a { CAP_A }; enum b { CAP_B };\n#define CAP_C 9\n#define CAP_OLD CAP_A\n"
        assert numbers(text, family(enums=("a",))) == {"CAP_A": 0, "CAP_OLD": 0}

    @pytest.mark.parametrize("text", [_NUMBERED, _BY_POSITION], ids=["numbered", "by position"])
    def test_an_x_macro_gives_its_enumerators(self, text: str) -> None:
        """The list behind an X-macro is read, each member at the line of its call."""
        one, *_, two = (d for d in found(text) if not d.marker)
        assert (one.name, one.number, one.line) == ("CAP_one", 0, 2)
        assert two.name == "CAP_two"
        assert two.number in (2, 7)


@given(
    st.lists(
        st.tuples(st.sampled_from("ABCDEFGH"), st.integers(0, 1 << 40)),
        unique_by=lambda row: row[0],
    ),
    st.booleans(),
)
def test_what_is_written_is_read(rows: list[tuple[str, int]], hexadecimal: bool) -> None:
    """Any list of definitions comes back as it was written, as macros and as an enum."""
    spelled = [(f"CAP_{n}", hex(v) if hexadecimal else str(v)) for n, v in rows]
    macros = "".join(f"#define {n} {v}\n" for n, v in spelled)
    enum = "enum cap {\n" + "".join(f"\t{n} = {v},\n" for n, v in spelled) + "};\n"
    expected = {f"CAP_{n}": v for n, v in rows}
    assert numbers(macros) == expected
    assert numbers(enum) == expected


@given(st.text(alphabet="#defin CAP_A1(/*\\\n\"'{},=enumif0x", max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Whatever a file holds, reading it ends without an error."""
    found(text)


def test_a_header_without_comments_is_seen_to_be_stripped() -> None:
    """A copy whose comments a tool took out says nothing about reservations."""
    body = "".join(f"#define CAP_{n} {n}\n" for n in range(60))
    banner = "/* This file is generated. */\n"
    assert is_stripped(read_text("linux/test.h", (banner + body).encode()))
    commented = body.replace("\n", " /* what */\n")
    assert not is_stripped(read_text("linux/test.h", commented.encode()))


@pytest.mark.parametrize(
    "text",
    [
        "#if X\n" * 50_000 + "#define CAP_A 1\n",
        "#define M(F) "
        + "F(a) " * 2000
        + "\n#define G(x) CAP_ ## x,\nenum { "
        + "M(G) " * 2000
        + "};",
        "/*" * 50_000,
        "enum {" * 20_000,
        '"' * 100_000,
    ],
    ids=["conditions", "x-macros", "comments", "enums", "quotes"],
)
def test_no_text_runs_away(text: str) -> None:
    """Reading takes time in proportion to the text, whatever it repeats."""
    found(text)
