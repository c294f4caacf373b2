# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the reader of shown records against a front end, and against any text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck import abis
from abicheck.export.exports import open_exports
from abicheck.model import Array
from abicheck.parse.portable import parse
from abicheck.review.headers import ShownHeader, numbers
from abicheck.review.sketches import Named, named, sketches
from abicheck.vcs.directory import DirectoryTree

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.model import CType, Record

_LARGE = ("bpf", "nl80211", "ethtool", "videodev2")
_NAMES = "struct union enum { } ; , a b __u32 [ ] 4 : * ( ) ... __attribute__(( __packed"
_WORDS = st.sampled_from([*_NAMES.split(), "/* ... */", "#if X\n", "#endif\n", "\n"])


def _wrong(root: Path, limit: int | None) -> list[str]:
    """Records that the portable front end and the sketches read otherwise, under x86_64."""
    world = open_exports(DirectoryTree(root, "tree")).world(abis.get("x86_64"))
    assert world is not None
    wrong = []
    for header in world.headers()[:limit]:
        content = world.text(header.include)
        if content is None or any(name in header.path for name in _LARGE):
            continue
        shown = ShownHeader(header.path, content)
        for record in parse(world, [header.include]).records.get(header.path, ()):
            found = shown.records.get(record.name or "", ())
            if len(found) == 1 and found[0].sketch.line == record.span.line:
                wrong += _differences(header.path, record, found[0], shown)
    return wrong


def _differences(path: str, record: Record, one: Named, shown: ShownHeader) -> list[str]:
    number = numbers([shown])
    fields = one.sketch.fields
    if one.sketch.partial or any(field.conditional for field in fields):
        return []
    seen = [field.name for field in fields]
    if "FLEX_ARRAY" in shown.written(one):
        return []
    if seen != [member.name for member in record.members]:
        return [f"{path}: {record.name}: {seen}"]
    pairs = zip(fields, record.members, strict=True)
    return [
        f"{path}: {record.name}.{field.name}: {field.sizes}"
        for field, member in pairs
        for count in [_counts(member.type)]
        for sizes in [[number(size) if size else 0 for size in field.sizes]]
        if field.type.startswith("__u") and None not in sizes and sizes != count
    ]


def _counts(type: CType) -> list[int]:
    found = []
    while isinstance(type, Array):
        found.append(type.count or 0)
        type = type.element
    return found


def test_a_front_end_reads_our_headers_alike(fixture_tree: Path) -> None:
    """Members and array sizes of all our headers are those that a compiler's grammar gives."""
    assert _wrong(fixture_tree, None) == []


@pytest.mark.trees
def test_a_front_end_reads_linux_alike(linux_tree: Path) -> None:
    """Members and array sizes of Linux's headers are those that a compiler's grammar gives."""
    assert _wrong(linux_tree, None) == []


@given(st.lists(_WORDS, max_size=60))
def test_any_words_are_read(words: list[str]) -> None:
    """Whatever the words of a text are, reading its records comes to an end without an error."""
    for one in named(sketches(" ".join(words))):
        assert one.sketch.line <= one.sketch.end


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    """A text that is no C has no records, or has some, and does not break the reader."""
    sketches(text)
    sketches("struct s {" + text)


def test_what_a_text_leaves_out_is_marked() -> None:
    """An ellipsis, in a comment too, and a body without its end say that there is more."""
    whole, dots, comment, open_ = (
        sketches(text)[0].record
        for text in (
            "struct s { int a; };",
            "struct s { int a; ... };",
            "struct s { int a; /* ... */ };",
            "struct s { int a;",
        )
    )
    assert whole is not None
    assert not whole.partial
    assert all(record is not None and record.partial for record in (dots, comment, open_))


def test_only_what_programs_see_is_read() -> None:
    """What only the kernel compiles is left out; what a configuration decides is marked."""
    text = """
        struct s {
        #ifndef __KERNEL__
            int programs;
        #else
            int kernel;
        #endif
        #ifdef __powerpc__
            int some;
        #endif
        };
    """
    record = sketches(text)[0].record
    assert record is not None
    assert [(field.name, field.conditional) for field in record.fields] == [
        ("programs", False),
        ("some", True),
    ]


def test_declarators_are_told_apart() -> None:
    """Pointers, arrays, bit-fields, lists and flexible arrays in macros are what they are."""
    text = """
        struct s {
            struct t *next, last[2][N + 1];
            unsigned int low : 4, : 28;
            void (*call)(int);
            struct t marked __ATTRIBUTE_OF_SOME_KIND;
            __DECLARE_FLEX_ARRAY(struct t, rest);
        } __attribute__((packed)) name;
    """
    field = sketches(text)[0]
    assert field.record is not None
    found = [(f.type, f.name, f.pointer, f.sizes, f.bits) for f in field.record.fields]
    assert found == [
        ("struct t", "next", True, (), ""),
        ("struct t", "last", False, ("2", "N+1"), ""),
        ("unsigned int", "low", False, (), "4"),
        ("unsigned int", None, False, (), "28"),
        ("void", "call", True, (), ""),
        ("struct t", "marked", False, (), ""),
        ("struct t", "rest", False, ("",), ""),
    ]
    assert (field.name, field.record.packed) == ("name", True)
