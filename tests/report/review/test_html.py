# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the page of a review as text; ``tests/browser`` opens it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from abicheck.report.review import html
from tests.report.review import samples
from tests.report.review.hostile import CORPUS

if TYPE_CHECKING:
    from abicheck.model import ReviewReport

_VOID = {"meta", "input", "br"}
_ATTRIBUTES = {
    *("aria-hidden", "aria-label", "aria-labelledby", "charset", "checked", "class", "colspan"),
    *("content", "data-abis", "data-rule", "data-severity", "height", "hidden", "href"),
    *(
        "http-equiv",
        "id",
        "lang",
        "name",
        "open",
        "patterntransform",
        "patternunits",
        "role",
        "scope",
    ),
    *("tabindex", "type", "value", "viewbox", "width", "x", "x1", "x2", "y", "y1", "y2"),
}
"""All that our templates write: none runs, fetches or styles anything."""


class Page(HTMLParser):
    """A page's elements with their attributes, and its text by element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, str] = {}
        self._inside: list[str] = []
        self.feed(text)
        self.close()
        assert self._inside == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._inside.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element of a picture that closes itself."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """Leaves an element; they nest."""
        assert self._inside.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keeps text by the element around it."""
        here = self._inside[-1] if self._inside else ""
        self.texts[here] = self.texts.get(here, "") + data

    def counted(self) -> Counter[str]:
        """How many of each element there are."""
        return Counter(tag for tag, _ in self.elements)


def _page(report: ReviewReport) -> Page:
    return Page(html.render(report))


class TestStrangers:
    """What a stranger wrote into paths, names, subjects and comments."""

    @pytest.mark.parametrize("hostile", CORPUS.values(), ids=CORPUS)
    def test_text_stays_text(self, hostile: str) -> None:
        """Whatever a stranger writes, the page has the elements it has for a harmless text."""
        quiet, loud = _page(samples.assault("quiet")), _page(samples.assault(hostile))
        lines = {"span", "mark"}  # of these there is one for each line and word
        assert {k: v for k, v in loud.counted().items() if k not in lines} == {
            k: v for k, v in quiet.counted().items() if k not in lines
        }

    @pytest.mark.parametrize("hostile", CORPUS.values(), ids=CORPUS)
    def test_nothing_leads_outside(self, hostile: str) -> None:
        """No attribute is any but ours, and every address is a place in the page."""
        for tag, attributes in _page(samples.assault(hostile)).elements:
            assert set(attributes) <= _ATTRIBUTES, tag
            assert attributes.get("href", "#").startswith("#")

    @pytest.mark.parametrize("hostile", CORPUS.values(), ids=CORPUS)
    def test_no_control_characters(self, hostile: str) -> None:
        """Control characters and marks of direction are shown, not obeyed."""
        text = html.render(samples.assault(hostile))
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


class TestAlone:
    """The page needs nothing and may do nothing."""

    def test_the_policy_knows_style_and_script(self) -> None:
        """The policy allows nothing by default, and our style and script by their hashes."""
        page = _page(samples.series())
        (policy,) = [
            attributes["content"]
            for tag, attributes in page.elements
            if attributes.get("http-equiv") == "Content-Security-Policy"
        ]
        assert policy.startswith("default-src 'none'; ")
        for element in ("style", "script"):
            digest = b64encode(sha256(page.texts[element].encode()).digest()).decode()
            assert f"{element}-src 'sha256-{digest}'" in policy
        assert "unsafe" not in policy

    def test_nothing_is_fetched(self) -> None:
        """Nothing in the page has an address outside it."""
        text = html.render(samples.series())
        assert not re.search(r"\b(?:src|srcset|action|formaction|poster)=", text)
        assert not re.search(r"@import|https?://", text)

    def test_the_same_twice(self) -> None:
        """The page is the same for the same review."""
        assert html.render(samples.series()) == html.render(samples.series())


class TestReaders:
    """What a reader without eyes, a mouse or colours needs."""

    def test_pictures_have_names(self) -> None:
        """Every picture says what it is, and every part of it what it shows."""
        page = _page(samples.series())
        pictures = [a for tag, a in page.elements if tag == "svg" and a.get("role") == "img"]
        assert len(pictures) > 10
        assert all(picture["aria-label"].startswith("Byte map: ") for picture in pictures)
        cells = [a for tag, a in page.elements if tag == "g"]
        assert page.counted()["title"] == len(cells) + 1

    def test_hovering_names_the_member(self) -> None:
        """A part's title has the member's path, its type and its place, on both sides."""
        titles = re.findall("<title>(.*?)</title>", html.render(samples.series()))
        assert "flags: __u64, bytes 4 to 11, on the other side bytes 8 to 15" in titles
        assert "ndata: __u32, bytes 4 to 7, not on the other side" in titles

    def test_tables_have_headings(self) -> None:
        """Every heading of a table says what it heads."""
        page = _page(samples.series())
        assert all(a.get("scope") in ("col", "row") for tag, a in page.elements if tag == "th")

    def test_headings_lead_through(self) -> None:
        """There is one first heading, and none skips a level."""
        page = _page(samples.series())
        levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))

    def test_what_scrolls_can_be_reached(self) -> None:
        """Everything that may scroll sideways takes the keyboard's focus."""
        page = _page(samples.series())
        wide = [a for tag, a in page.elements if tag == "pre" or a.get("class") == "wide"]
        assert wide
        assert all(attributes["tabindex"] == "0" for attributes in wide)


def test_the_verdict_comes_first() -> None:
    """The title and the first heading say what the review comes to."""
    for report, said in (
        (samples.series(), "This breaks old programs on the new kernel"),
        (samples.clean(), "No break found"),
        (samples.untouched(), "No uapi header is touched"),
    ):
        text = html.render(report)
        assert re.search(f"<title>{said}", text)
        assert re.search(f"<h1>.*</span>{said}", text)
