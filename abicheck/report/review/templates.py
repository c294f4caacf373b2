# SPDX-License-Identifier: GPL-2.0-or-later
"""This module fills templates, in which every text of ours or of a stranger stays text."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from abicheck.report.printable import printable

FOLDER = Path(__file__).parent / "templates"


def environment(**settings: Any) -> Environment:
    """Where templates find each other; what they print is escaped, and control characters shown."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **{"finalize": visible, **settings},
    )
    made.filters["code"] = code
    return made


def visible(value: object) -> object:
    """A text on one line with its control characters spelled out; what is no text as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return printable(value)
    return value


def code(text: str) -> list[str]:
    """The lines of a piece of C, without the indentation they share."""
    return dedent(text).expandtabs(8).splitlines()


def own(name: str) -> Markup:
    """A file of ours that needs no filling, such as a style sheet."""
    return Markup((FOLDER / name).read_text(encoding="utf-8"))  # noqa: S704 - our own file
