# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests which lines a comment in a header allows findings on."""

from __future__ import annotations

import pytest

from abicheck.families.scan import read_text
from abicheck.suppress import allowances

HEADER = """\
/* abicheck: allow-file(rule-a) all of it is old */
struct first {
	__u32 a;	/* abicheck: allow(rule-b) this member */
	/* abicheck: allow(rule-c) the next one */
	__u64 b;
};

/* abicheck: allow(rule-d, rule-e)
 * the whole record, said
 * on three lines */
struct second {
	__u32 a;
	struct {
		__u64 c;
	} inner;
};
struct third { __u32 x; };	/* abicheck: allow(rule-f) one line */
"""


def _covered(text: str) -> dict[str, tuple[int, int]]:
    found = allowances(read_text("x.h", text.encode()).comments, text.split("\n"))
    return {",".join(item.rules): (item.first, item.last) for item in found if not item.fault}


def test_an_allowance_covers_its_line_the_next_one_a_record_or_the_file() -> None:
    """Where the comment stands decides: beside code, before a member, before a record, anywhere."""
    assert _covered(HEADER) == {
        "rule-a": (1, 18),
        "rule-b": (3, 3),
        "rule-c": (5, 5),
        "rule-d,rule-e": (11, 16),
        "rule-f": (17, 17),
    }


def test_the_reason_is_kept_without_the_comment_s_marks() -> None:
    """A reason that runs over lines is one line, and stars at line starts are no part of it."""
    found = allowances(read_text("x.h", HEADER.encode()).comments, HEADER.split("\n"))
    assert found[3].reason == "the whole record, said on three lines"


@pytest.mark.parametrize(
    "comment",
    [
        "/* abicheck: allow(rule-a) */",
        "/* abicheck: allow(rule-a)*/",
        "/* abicheck: allow() why */",
        "/* abicheck: allow(Rule A) why */",
        "/* abicheck: ignore(rule-a) why */",
        "/* abicheck allow(rule-a): */ /* abicheck: */",
        "/* see below: abicheck: allow(rule-a) why */",
        "// abicheck: allow rule-a why",
    ],
)
def test_what_cannot_be_understood_is_a_fault_and_covers_nothing(comment: str) -> None:
    """A comment that speaks to the tool in other words is reported, never silently ignored."""
    text = f"struct a {{ int b; }};	{comment}\n"
    found = allowances(read_text("x.h", text.encode()).comments, text.split("\n"))
    assert found
    assert all(item.fault for item in found)


@pytest.mark.parametrize("comment", ["/* abi check: allow(x) y */", "/* checks the abi */", ""])
def test_other_comments_are_left_alone(comment: str) -> None:
    """A comment that does not name the tool is none of its business."""
    text = f"struct a {{ int b; }};	{comment}\n"
    assert not allowances(read_text("x.h", text.encode()).comments, text.split("\n"))
