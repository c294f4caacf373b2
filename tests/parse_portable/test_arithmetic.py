# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the short way to parse an expression to pycparser's own."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from pycparser.c_parser import CParser, ParseError

from abicheck.parse.arithmetic import parse_arithmetic

TYPES = ("__u32", "size_t")


def _told(node: Any) -> tuple[object, ...]:
    """What evaluation reads of a tree."""
    kind = type(node).__name__
    match kind:
        case "BinaryOp":
            return kind, node.op, _told(node.left), _told(node.right)
        case "UnaryOp" if node.op == "sizeof":
            return kind, node.op
        case "UnaryOp":
            return kind, node.op, _told(node.expr)
        case "Cast":
            return kind, *node.to_type.type.type.names, _told(node.expr)
        case "FuncCall":
            arguments = node.args.exprs if node.args else ()
            return kind, node.name.name, *map(_told, arguments)
        case "Constant":
            return kind, node.value
        case "ID":
            return kind, node.name
        case _:
            return (kind,)


def _whole(text: str) -> tuple[object, ...] | None:
    """What evaluation reads of pycparser's tree, None where it takes the text for none."""
    known = "".join(f"typedef int {name};" for name in TYPES)
    try:
        declared = CParser().parse(f"{known}int _ = ({text}\n);").ext
    except (ParseError, AssertionError, AttributeError):
        return None
    return _told(declared[-1].init) if len(declared) == len(TYPES) + 1 else None


_words = st.sampled_from(
    (
        *("0", "1", "010", "0x1f", "63", "1u", "2UL", "3ull", "08", "1.5", "0b1", "1e3", "4x"),
        *("A", "KVM_CAP", "a", "__x", "__u32", "size_t", "int", "unsigned", "long", "struct s"),
        *("sizeof", "sizeof(struct s)", "sizeof(union u)", "sizeof a", "_Bool", "__int128"),
        *("offsetof", "F(", "_IOC(", "(", "(", ")", ")", ",", "(__u32)", "(int)", "(A)", "'c'"),
        *("+", "-", "*", "/", "%", "<<", ">>", "<", ">", "<=", ">=", "==", "!=", "&", "|", "^"),
        *("&&", "||", "!", "~", "=", "+=", "->", "--", "++", "?", ":", "[0]", ".m", ";", "\\"),
    )
)
_texts = st.lists(_words, min_size=1, max_size=9).map(" ".join) | st.lists(
    _words, min_size=1, max_size=9
).map("".join)
_operand = st.sampled_from(
    ("1", "A", "a", "0x10UL", "~0", "-B", "!a", "(int)A", "(__u32)-1", "(unsigned long)2", "-1ul")
)
_sums = st.recursive(
    _operand,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/%<>&|^"), inner).map(" ".join),
        st.tuples(inner, st.sampled_from(("<<", ">>", "&&", "||", "==", "!=", "<=")), inner).map(
            " ".join
        ),
        inner.map("({})".format),
        st.lists(inner, max_size=3).map(lambda found: f"F({', '.join(found)})"),
    ),
    max_leaves=8,
)


@given(st.one_of(_texts, _sums))
@example("(A)(B)")
@example("(A) - 1")
@example("a -- 1")
@example("(__u32)(-1)")
@example("1 /* two */ + 2")
@example("a // b")
def test_the_trees_are_equal(text: str) -> None:
    """What is parsed without pycparser has the tree that pycparser gives."""
    short = parse_arithmetic(text, TYPES)
    if short is not None:
        assert _told(short) == _whole(text)


@given(_sums)
def test_no_sum_takes_the_long_way(text: str) -> None:
    """Operators, brackets, casts and calls on numbers and names need no other parser."""
    assert parse_arithmetic(text, TYPES) is not None


def test_what_is_left_to_pycparser() -> None:
    """What is no arithmetic, or may be none, is not read."""
    for text in (
        "",
        "(1",
        "1)",
        "a ? b : c",
        "'a'",
        "&a",
        "08",
        "f(x)(y)",
        "(x)(y)",
        "a, b",
        "1 2",
    ):
        assert parse_arithmetic(text) is None
