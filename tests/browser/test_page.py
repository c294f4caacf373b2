# SPDX-License-Identifier: GPL-2.0-or-later
"""This module opens the page of a review in Chromium, from a file, and uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.report.review import html
from tests.browser.chromium import Chromium
from tests.report.review import samples
from tests.report.review.hostile import CORPUS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.browser

_SHOWN = "[...document.querySelectorAll('.card')].filter(c => c.offsetParent).length"


@pytest.fixture(scope="module")
def browser(
    program: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Chromium]:
    """A browser that nobody has used before."""
    with Chromium(program("chromium"), tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture
def series(tmp_path: Path) -> Path:
    """The page of a review with something in every part."""
    page = tmp_path / "review.html"
    page.write_text(html.render(samples.series()), encoding="utf-8")
    return page


@pytest.mark.parametrize("name", ["series", "clean", "untouched", *CORPUS])
def test_it_opens_in_silence(browser: Chromium, tmp_path: Path, name: str) -> None:
    """A page says nothing in the console and fetches nothing but itself, whoever wrote its text."""
    text = CORPUS.get(name)
    report = getattr(samples, name)() if text is None else samples.assault(text)
    page = tmp_path / "review.html"
    page.write_text(html.render(report), encoding="utf-8")
    browser.open(page)
    assert browser.complaints() == []
    assert browser.requests() == [page.as_uri()]
    assert browser.evaluate("document.querySelectorAll('h1').length") == 1


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_it_fits_the_screen(browser: Chromium, series: Path, width: int, dark: bool) -> None:
    """No page is wider than its screen, telephones included, and the picture is in the page."""
    browser.open(series, width=width, dark=dark)
    assert browser.evaluate("document.documentElement.scrollWidth") == width
    assert browser.evaluate("document.querySelector('.map').getBoundingClientRect().right") < width


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_stands_out(browser: Chromium, series: Path, dark: bool) -> None:
    """Text has the contrast that WCAG 2.1 asks of small letters, 4.5 to 1, by day and by night."""
    browser.open(series, dark=dark)
    weak = browser.evaluate(_CONTRASTS)
    assert weak == []


class TestFilter:
    """The form above the findings."""

    def test_by_severity(self, browser: Chromium, series: Path) -> None:
        """Unchecking a severity hides its findings and says how many are left."""
        browser.open(series)
        assert browser.evaluate(_SHOWN) == 5
        browser.evaluate("document.querySelector('[value=error]').click()")
        assert browser.evaluate(_SHOWN) == 3
        assert browser.evaluate("document.getElementById('shown').textContent") == "3 of 5 shown"

    def test_by_rule(self, browser: Chromium, series: Path) -> None:
        """A rule leaves what it found."""
        browser.open(series)
        self._choose(browser, "rule", "offset-changed")
        assert browser.evaluate(_SHOWN) == 1

    def test_by_abi(self, browser: Chromium, series: Path) -> None:
        """An ABI leaves what concerns it: its findings, those of no ABI, and its pictures."""
        browser.open(series)
        figures = "document.querySelectorAll('figure:not([hidden])').length"
        every = browser.evaluate(figures)
        self._choose(browser, "abi", "i386")
        assert browser.evaluate(_SHOWN) == 4
        assert browser.evaluate(figures) == every - 1

    def test_and_back(self, browser: Chromium, series: Path) -> None:
        """The button shows everything again."""
        browser.open(series)
        self._choose(browser, "rule", "offset-changed")
        browser.evaluate("document.querySelector('[type=reset]').click()")
        browser.evaluate("new Promise(done => setTimeout(done, 50))")
        assert browser.evaluate(_SHOWN) == 5

    @staticmethod
    def _choose(browser: Chromium, name: str, value: str) -> None:
        field = f"document.querySelector('select[name={name}]')"
        browser.evaluate(f"{field}.value = '{value}'")
        browser.evaluate(f"{field}.dispatchEvent(new Event('input', {{bubbles: true}}))")


def test_the_keyboard_is_enough(browser: Chromium, series: Path) -> None:
    """Tab leads to the link that skips, to the sections, and to a box that the blank unchecks."""
    browser.open(series)
    names = []
    for _ in range(9):
        browser.press("Tab")
        names.append(
            browser.evaluate("(e => e.name || e.textContent.trim())(document.activeElement)")
        )
    assert names[0] == "Skip to the findings"
    assert names[1].startswith("Findings")
    assert names[-2] == "severity" or names[-1] == "severity"
    while browser.evaluate("document.activeElement.name") != "severity":
        browser.press("Tab")
    browser.press(" ")
    assert browser.evaluate(_SHOWN) == 3


def test_screen_readers_hear_names(browser: Chromium, series: Path) -> None:
    """Everything that can be used or is a picture has a name in the accessibility tree."""
    browser.open(series)
    browser.call("Accessibility.enable")
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    roles = {"link", "button", "checkbox", "combobox", "img", "image", "navigation", "region"}
    found = [node for node in nodes if node.get("role", {}).get("value") in roles]
    assert len(found) > 20
    assert [node for node in found if not node.get("name", {}).get("value")] == []


def test_everything_is_printed(browser: Chromium, series: Path) -> None:
    """What is folded on the screen is open on paper, and folded again afterwards."""
    browser.open(series)
    folded = "document.querySelectorAll('details:not([open])').length"
    before = browser.evaluate(folded)
    assert before > 0
    browser.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert browser.evaluate(folded) == 0
    browser.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert browser.evaluate(folded) == before
    assert len(browser.call("Page.printToPDF")["data"]) > 10_000


def test_it_reads_without_scripts(browser: Chromium, series: Path) -> None:
    """Where scripts are off, everything is there but the filter."""
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(series)
        assert browser.evaluate(_SHOWN) == 5
        assert browser.evaluate("document.getElementById('filter').offsetParent") is None
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)


_CONTRASTS = """
(() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || element.closest("svg, script") || !element.offsetParent) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) weak.push(`${element.className} ${element.textContent.trim()}: ${ratio}`);
  }
  return weak;
})()
"""
