# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads the C blocks of rules' pages and has them judged.

A block is a header that includes ``linux/types.h``. ``// expect: rule-name`` at the end of a line
says that the rule finds something there; ``// expect[i386,x32]: rule-name`` under which ABIs at
least. The info string may say ``path=include/uapi/linux/x.h``.

``c old`` and ``c new`` make a pair of versions, each of one header or of several with paths. What a
rule finds stands in the new one, or in the old one where its subject is gone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from abicheck.config import Config
from abicheck.datafiles import shipped
from abicheck.engine.diff import DiffRequest, diff_trees
from abicheck.engine.lint import LintRequest, lint
from abicheck.rulebook import read_rules
from abicheck.vcs.directory import DirectoryTree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from markdown_it.token import Token

    from abicheck.model import DiffReport, Finding, LintReport
    from abicheck.rulebook import Rulebook

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

    def write(self, folder: Path) -> Path:
        """The block as a header below the folder, its lines as in the page but for the first."""
        bare = "\n".join(_EXPECT.sub("", line).rstrip() for line in self.text.split("\n"))
        header = folder / self.path
        header.parent.mkdir(parents=True, exist_ok=True)
        header.write_text(_TYPES + bare, encoding="utf-8")
        return header

    def judged(self, folder: Path) -> LintReport:
        """What all rules say about the block."""
        paths = (str(self.write(folder)),)
        book, names = _all_rules()
        return lint(LintRequest(paths=paths, rulebook=book, config=Config(), only=names, jobs=1))


@dataclass(frozen=True, slots=True)
class Versions:
    """Blocks of a page that are one tree before and after."""

    page: str
    number: int
    old: tuple[Block, ...]
    new: tuple[Block, ...]

    @property
    def expected(self) -> frozenset[Expectation]:
        """What the comments of both versions say that rules find."""
        return frozenset[Expectation]().union(*(b.expected for b in (*self.old, *self.new)))

    def judged(self, folder: Path) -> DiffReport:
        """What all rules say about the change."""
        trees = []
        for label, versions in (("old", self.old), ("new", self.new)):
            (folder / label).mkdir(parents=True)
            for block in versions:
                block.write(folder / label)
            trees.append(DirectoryTree(folder / label, label))
        book, names = _all_rules()
        request = DiffRequest(rulebook=book, config=Config(), only=names, jobs=1)
        return diff_trees(trees[0], trees[1], request)


def _all_rules() -> tuple[Rulebook, tuple[str, ...]]:
    book = read_rules()
    return book, tuple(rule.name for rule in book.rules if rule.scope != "meta")


def blocks() -> Iterator[Block | Versions]:
    """Every C block of every page of a rule about headers, in order; versions together."""
    scenes = ("review", "backport", "collision")  # which are told by several files
    steps = {rule.name for rule in read_rules().rules if rule.scope in scenes}
    for page in sorted(shipped().glob("*/*/README.md")):
        if page.parent.name in steps:
            continue
        tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
        fences = [token for token in tokens if token.type == "fence"]
        c_blocks = [token for token in fences if _is_header(token.info.split())]
        name = page.parent.name
        before: tuple[Block, ...] = ()
        for kind, group in groupby(enumerate(c_blocks, 1), lambda item: _version(item[1])):
            found = [_block(name, number, token) for number, token in group]
            if kind == "old":
                before = tuple(found)
            elif kind == "new":
                yield Versions(name, found[0].number, before, tuple(found))
            else:
                yield from found


def _block(page: str, number: int, token: Token) -> Block:
    path = _PATH.search(token.info)
    return Block(page, number, token.content, path[1] if path else "example.h")


def _version(token: Token) -> str:
    """``old``, ``new``, or nothing."""
    return next((word for word in token.info.split()[1:] if word in ("old", "new")), "")


def _is_header(info: Sequence[str]) -> bool:
    """A block of C that stands alone; the four of a merge are judged together elsewhere."""
    return info[:1] == ["c"] and not {"base", "ours", "theirs", "merge"} & set(info[1:])


def line_of(finding: Finding) -> int:
    """The line of the block that a finding is about."""
    return finding.span.line - _TYPES.count("\n")
