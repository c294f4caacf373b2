# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes a review as one HTML file that needs nothing else, from a disk or a mail.

A content security policy forbids it to fetch, send or run anything but the style and the script
it carries, which it knows by their hashes (W3C, Content Security Policy Level 3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck import __version__
from abicheck.report.collide.advice import advice
from abicheck.report.collide.grid import grid, spell
from abicheck.report.collide.text import claim_lines
from abicheck.report.findings.measures import measures
from abicheck.report.findings.words import is_prose, on_which, sentence, unchecked, whom
from abicheck.report.names import named
from abicheck.report.review.excerpts import source
from abicheck.report.review.flat import as_lint, partial
from abicheck.report.review.maps.figures import exhibits
from abicheck.report.review.places import title, where
from abicheck.report.review.templates import environment, own
from abicheck.report.review.verdict import of_review, of_step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.model import Finding, ReviewReport

_UNFOLDED = 8
"""Up to so many records are open when the page is."""


def render(report: ReviewReport) -> str:
    """The file: the verdict, what was found, records as pictures, numbers, backports."""
    flat = as_lint(report)
    shown = list(exhibits(report))
    style, script = own("style.css"), own("script.js")
    page = environment().get_template("review.html")
    return page.render(
        report=report,
        flat=flat,
        found=sorted(flat.findings, key=lambda item: item.severity.rank),
        verdict=of_review(report),
        exhibits=shown,
        unfolded=len(shown) <= _UNFOLDED,
        partial=partial(report),
        rules=sorted({item.rule for item in flat.findings}),
        abis=_concerned(flat.findings, report.abis),
        style=style,
        script=script,
        policy=_policy(style, script),
        version=__version__,
        **_words(),
    )


def _words() -> dict[str, object]:
    """What the templates ask of values."""
    return {
        "claim_lines": claim_lines,
        "grid": grid,
        "is_prose": is_prose,
        "measures": measures,
        "named": named,
        "of_step": of_step,
        "on_which": on_which,
        "sentence": sentence,
        "source": source,
        "advice": advice,
        "spell": spell,
        "title": title,
        "unchecked": unchecked,
        "where": where,
        "whom": whom,
    }


def _concerned(found: Iterable[Finding], asked: tuple[str, ...]) -> list[str]:
    """The ABIs that some finding is about, in the order of the table."""
    met = {abi for item in found for abi in item.abis}
    return [abi for abi in asked if abi in met]


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    from base64 import b64encode
    from hashlib import sha256

    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
