# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads the merges of a rule's page: four C blocks in a row, and has them judged.

They are named ``base``, ``ours``, ``theirs`` and ``merge``; what is expected stands in the last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from abicheck.config import Config
from abicheck.datafiles import shipped
from abicheck.engine.diff import DiffRequest
from abicheck.engine.diff.merge import MergeTrees, diff_merge_trees
from abicheck.rulebook import read_rules
from abicheck.vcs.directory import DirectoryTree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from abicheck.model import DiffReport

VERSIONS = ("base", "ours", "theirs", "merge")
HEADER = "include/uapi/linux/example.h"
_EXPECT = re.compile(r"\s*//\s*expect(?:\[([\w,-]+)\])?:\s*([a-z0-9-]+)")
_TYPES = "#include <linux/types.h>\n"


@dataclass(frozen=True, slots=True)
class MergeBlocks:
    """One merge of a page."""

    number: int
    texts: Mapping[str, str]

    @property
    def expected(self) -> dict[int, frozenset[str]]:
        """By line of the merge: the ABIs that a finding there is about at least."""
        return {
            number: frozenset((match[1] or "").split(",")) - {""}
            for number, line in enumerate(self.texts["merge"].split("\n"), 1)
            for match in _EXPECT.finditer(line)
        }

    def judged(self, folder: Path) -> DiffReport:
        """What the rule says of the merge."""
        trees = {
            name: tree(folder / name, _TYPES + _EXPECT.sub("", text))
            for name, text in self.texts.items()
        }
        return lost(trees["base"], trees["ours"], trees["theirs"], trees["merge"])


def tree(folder: Path, text: str) -> DirectoryTree:
    """A kernel tree with one header."""
    header = folder / HEADER
    header.parent.mkdir(parents=True)
    header.write_text(text, encoding="utf-8")
    (folder / "Kbuild").touch()
    return DirectoryTree(folder, folder.name)


def lost(*trees: DirectoryTree, abis: tuple[str, ...] = ()) -> DiffReport:
    """What is lost of (base, ours, theirs, merge)."""
    base, ours, theirs, merge = trees
    return diff_merge_trees(
        MergeTrees(base=base, parents=(ours, theirs), merge=merge, labels=("ours", "theirs")),
        (),
        DiffRequest(
            abis=abis, rulebook=read_rules(), config=Config(), only=("merge-lost-fix",), jobs=1
        ),
    )


def merges() -> Iterator[MergeBlocks]:
    """The merges of the rule's page, in order."""
    page = shipped() / "diff/merge-lost-fix/README.md"
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    texts = [
        (token.info.split()[1], token.content)
        for token in tokens
        if token.type == "fence" and token.info.startswith("c ")
    ]
    for number in range(0, len(texts), len(VERSIONS)):
        yield MergeBlocks(number // len(VERSIONS) + 1, dict(texts[number : number + 4]))
