# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the comment on a merge request by what hosts make of it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace

from abicheck.report.review import markdown
from abicheck.report.review.prose import prose
from tests.report.review import samples
from tests.report.review.hostile import CORPUS

_OURS = {"b", "i", "code", "details", "h3", "li", "p", "pre", "strong", "summary", "ul"}
_SIGNS = re.compile(r"[@#!~%&$<>\[\]{}*_`|\\^+=/]|://|www\.|\b[0-9a-f]{7,}\b|\w-\d|\w\.\w")
"""What a host takes for a mention, a reference, a link, mathematics or an order."""
_ICONS = "\u274c\u2753\u26a0\ufe0f\u2705\u2796"


class _Reader(HTMLParser):
    """The elements of a page, and its text outside code."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element."""
        self.elements.append((tag, dict(attrs)))
        self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leaves an element; they nest."""
        assert self._inside.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keeps text that a host would look for references in."""
        if "code" not in self._inside:
            self.text += f"{data}\n"


def _read(text: str) -> _Reader:
    """What a host shows: the text of every kind of Markdown, then what is in it."""
    reader = _Reader()
    reader.feed(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text))
    reader.close()
    return reader


@pytest.mark.parametrize("hostile", CORPUS.values(), ids=CORPUS)
def test_a_stranger_s_text_is_text(hostile: str) -> None:
    """Whatever a stranger writes, the page has the same elements, and no sign outside code."""
    page = _read(markdown.render(samples.assault(hostile)))
    assert {tag for tag, _ in page.elements} <= _OURS
    allowed = ("class", "open")
    assert {name for _, given in page.elements for name in given} <= set(allowed)
    assert not _SIGNS.findall(page.text)


@pytest.mark.parametrize("hostile", CORPUS.values(), ids=CORPUS)
def test_no_line_is_an_order(hostile: str) -> None:
    """No line begins as GitLab's quick actions do."""
    assert not re.search(r"^/", markdown.render(samples.assault(hostile)), re.MULTILINE)


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_prose_is_prose(text: str) -> None:
    """Any text becomes one paragraph of words and code, without a sign among the words."""
    page = _read(f"{prose(text)}\n")
    assert {tag for tag, _ in page.elements} <= {"p", "code"}
    assert not _SIGNS.findall(page.text)


def test_words_stay_words() -> None:
    """An ordinary sentence is not spoilt, and names of C are code."""
    said = 'The member "data" is 8-aligned (it was not), see KVM_RUN and asm/kvm.h.'
    assert prose(said) == said.replace("KVM_RUN", "`KVM_RUN`").replace("asm/kvm.h", "`asm/kvm.h`")


class TestComment:
    """What bots and people rely on."""

    def test_the_mark_comes_first(self) -> None:
        """The first line is the mark by which a bot finds its comment again; then the verdict."""
        lines = markdown.render(samples.series()).splitlines()
        assert lines[0] == "<!-- abicheck -->"
        assert lines[1].startswith("### ")
        assert "This breaks old programs on the new kernel" in lines[1]

    def test_details_are_folded(self) -> None:
        """Every finding is folded behind its severity, its subject and its rule."""
        shown = markdown.render(samples.series())
        head = r"^<details><summary><b>(error|warning|note)</b> <code>(.*?)</code>"
        found = re.findall(head, shown, re.MULTILINE)
        assert found == [
            ("error", "struct kvm_run.system_event.flags"),
            ("error", "KVM_CAP_SYSTEM_EVENT_DATA"),
            ("warning", "KVM_CAP_SYSTEM_EVENT_DATA"),
            ("warning", "linux/a b#.h"),
            ("note", "struct kvm_run.pad"),
        ]
        assert "<b>backport</b>" in shown

    @pytest.mark.parametrize("number", [10, 300])
    def test_it_fits_into_a_comment(self, number: int) -> None:
        """However much is found, the comment fits, and says how much of it is left out."""
        series = samples.series()
        found = tuple(
            replace(samples.moved(), subject=f"struct s{each}.\u00e9") for each in range(number)
        )
        shown = markdown.render(replace(series, whole=replace(series.whole, findings=found)))
        assert len(shown.encode()) <= markdown.LIMIT
        kept = shown.count("\n<details") + shown.count("\n- **not checked**")
        left = re.search(r"^\*\*(\d+) more are left out\*\*", shown, re.MULTILINE)
        assert kept + int(left[1] if left else 0) == number + 6
        assert (left is None) == (number == 10)

    def test_a_word_of_a_megabyte_fits_too(self) -> None:
        """Text of any length, anywhere, does not make the comment longer than it may be."""
        shown = markdown.render(samples.assault("\u00e9" * 1_000_000))
        assert len(shown.encode()) <= markdown.LIMIT
        assert "are left out" in shown
