# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads the C blocks of rules' pages and has them judged.

A block is a header that includes ``linux/types.h``. ``// expect: rule-name`` at the end of a line
says that the rule finds something there; ``// expect[i386,x32]: rule-name`` under which ABIs at
least. The info string may say ``path=include/uapi/linux/x.h``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from abicheck.config import Config
from abicheck.engine.lint import LintRequest, lint
from abicheck.rulebook import read_rules, shipped_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from abicheck.model import Finding, LintReport

_EXPECT = re.compile(r"//\s*expect(?:\[([\w,-]+)\])?:\s*([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)")
_PATH = re.compile(r"\bpath=(\S+)")
_TYPES = "#include <linux/types.h>\n"


@dataclass(frozen=True, slots=True)
class Expectation:
    """A rule that finds something on a line of a block, at least under these ABIs."""

    line: int
    rule: str
    abis: frozenset[str]


@dataclass(frozen=True, slots=True)
class Block:
    """One C block of a page; lines are counted from 1 within it."""

    page: str
    number: int
    text: str
    path: str

    @property
    def expected(self) -> frozenset[Expectation]:
        """What the comments say that rules find."""
        return frozenset(
            Expectation(number, rule.strip(), frozenset((match[1] or "").split(",")) - {""})
            for number, line in enumerate(self.text.split("\n"), 1)
            for match in _EXPECT.finditer(line)
            for rule in match[2].split(",")
        )

    def judged(self, folder: Path) -> LintReport:
        """What all rules say about the block, its lines counted as in the page."""
        bare = "\n".join(_EXPECT.sub("", line).rstrip() for line in self.text.split("\n"))
        header = folder / self.path
        header.parent.mkdir(parents=True, exist_ok=True)
        header.write_text(_TYPES + bare, encoding="utf-8")
        book = read_rules()
        names = tuple(rule.name for rule in book.rules if rule.scope != "meta")
        request = LintRequest(
            paths=(str(header),), rulebook=book, config=Config(), only=names, jobs=1
        )
        return lint(request)


def blocks() -> Iterator[Block]:
    """Every C block of every page of a rule about headers, in order."""
    steps = {rule.name for rule in read_rules().rules if rule.scope == "review"}
    for page in sorted(shipped_rules().glob("*/*/README.md")):
        if page.parent.name in steps:
            continue
        tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
        fences = [token for token in tokens if token.type == "fence"]
        c_blocks = [token for token in fences if _is_header(token.info.split())]
        for number, token in enumerate(c_blocks, 1):
            path = _PATH.search(token.info)
            yield Block(page.parent.name, number, token.content, path[1] if path else "example.h")


def _is_header(info: Sequence[str]) -> bool:
    """A block of C that stands alone; the four of a merge are judged together elsewhere."""
    return info[:1] == ["c"] and not {"base", "ours", "theirs", "merge"} & set(info[1:])


def line_of(finding: Finding) -> int:
    """The line of the block that a finding is about."""
    return finding.span.line - _TYPES.count("\n")
