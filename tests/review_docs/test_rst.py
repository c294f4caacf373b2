# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the reader of documents to what makes a block."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck.review import rst, sketches
from abicheck.review.rst import blocks

if TYPE_CHECKING:
    from pathlib import Path

_LINES = st.lists(st.text("ab :.\t{};", max_size=12), max_size=20)


@pytest.mark.parametrize(
    "opener",
    ["Text::", "::", ".. code-block:: c", ".. code:: C", ".. sourcecode:: c"],
)
def test_what_is_indented_below_an_opener_is_a_block(opener: str) -> None:
    """Each way of opening a block gives the lines below it that are indented deeper."""
    text = f"First.\n\n{opener}\n\n  one\n\n    two\n\nLast.\n"
    (block,) = blocks(text.encode())
    assert (block.line, block.text) == (5, "  one\n\n    two\n")


@pytest.mark.parametrize(
    "opener", [".. code-block:: python", ".. note::", "Text:", ".. code-block:: shell", ".. |x|::"]
)
def test_other_blocks_are_not_c(opener: str) -> None:
    """Blocks in other languages, directives with text in them and plain quotes are no code."""
    assert blocks(f"{opener}\n\n  one\n".encode()) == ()


def test_options_of_a_directive_are_no_code() -> None:
    """What a directive is told about its block is not the block."""
    (block,) = blocks(b".. code-block:: c\n   :caption: x\n   :linenos:\n\n   one\n")
    assert (block.line, block.text.strip()) == (5, "one")


def test_a_block_in_a_list_ends_with_its_item() -> None:
    """A block below an indented line is what is indented deeper than that line."""
    (block,) = blocks(b"- item::\n\n      one\n\n  still the item\n")
    assert block.text.strip() == "one"


@given(_LINES)
def test_a_block_is_what_stands_at_its_line(lines: list[str]) -> None:
    """Whatever a document holds, each block is a run of its lines, where it says."""
    text = "\n".join(lines)
    expanded = [line.rstrip() for line in text.expandtabs(8).split("\n")]
    for block in blocks(text.encode()):
        shown = [line.rstrip() for line in block.text.rstrip("\n").split("\n")]
        assert expanded[block.line - 1 : block.line - 1 + len(shown)] == shown


@given(st.binary(max_size=300))
def test_any_bytes_are_read(content: bytes) -> None:
    """Bytes that are no text do not break the reader."""
    blocks(content)


@pytest.mark.trees
def test_kvm_s_document_shows_its_records(linux_tree: Path) -> None:
    """Every line of KVM's document that begins a record stands in a block."""
    content = (linux_tree / "Documentation/virt/kvm/api.rst").read_bytes()
    inside = {
        block.line + number for block in blocks(content) for number in range(block.text.count("\n"))
    }
    lines = content.decode().split("\n")
    begun = {n for n, line in enumerate(lines, 1) if re.match(r"\s+(?:struct|union)\b.*\{$", line)}
    assert begun - inside == set()


def test_documents_and_records_are_read_to_a_size_that_takes_seconds() -> None:
    """A megabyte takes as long as anybody waits; nothing of the kernel's is that large."""
    block = b"::\n\n  struct a { int b; };\n\n"
    assert rst.blocks(block * (rst.MAX_TEXT // len(block)))
    assert not rst.blocks(block * (rst.MAX_TEXT // len(block) + 1))
    assert max(rst.MAX_TEXT, sketches.MAX_TEXT) == 1 << 20
