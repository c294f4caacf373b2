# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes text as Markdown that says it and does nothing else, on GitHub and GitLab.

Both look for mentions, references and addresses in the text that Markdown has become, where no
escape is left to see; both leave code alone (GitHub Docs, "Autolinked references and URLs"; GitLab
Docs, "GitLab Flavored Markdown"). So every word with a sign in it is code, which suits C names.
"""

from __future__ import annotations

import re
from html import escape

from markupsafe import Markup

from abicheck.report.printable import printable

_PLAIN = re.compile(r"""[("']*[^\W_]+(?:[-'\u2019][^\W_]+)*[)"']*[,;:?.]?[)"']*""")
_NUMBERED = re.compile(r"\d+[.)]")
"""The start of a list."""
_REFERENCE = re.compile(r"[0-9a-f]{7,}|[A-Za-z]+-\d+", re.IGNORECASE)
"""A commit, or a ticket as either host can be told to link it."""


def prose(text: str) -> Markup:
    """The text on one line: words as they are, anything else as code."""
    return Markup(" ".join(map(_word, printable(text).split())))  # noqa: S704 - escaped by word


def _word(word: str) -> str:
    core = word.strip("\"'(),;:?.")
    if _PLAIN.fullmatch(word) and not _NUMBERED.fullmatch(word) and not _REFERENCE.fullmatch(core):
        return word
    inner = word.rstrip(",;:?.")
    return f"{tick(inner)}{word[len(inner) :]}" if inner else str(tick(word))


def tick(text: str) -> Markup:
    """The text as a code span."""
    shown = printable(text)
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") or not shown.strip() else ""
    return Markup(f"{fence}{pad}{shown}{pad}{fence}")  # noqa: S704 - nothing ends the span


def fenced(lines: list[str], language: str = "") -> Markup:
    """Lines as a code block; none begins with a slash, which GitLab could take for an order."""
    edge = " " if any(line.startswith("/") for line in lines) else ""
    shown = [f"{edge}{printable(line)}" for line in lines]
    fence = "`" * max(3, max(map(_longest_run, shown), default=0) + 1)
    return Markup("\n".join([f"{fence}{language}", *shown, fence]))  # noqa: S704 - as above


def tagged(text: str) -> Markup:
    """The text as HTML code, for where Markdown is not read."""
    return Markup(f"<code>{escape(printable(text))}</code>")  # noqa: S704 - escaped


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
