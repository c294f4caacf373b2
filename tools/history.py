# SPDX-License-Identifier: GPL-2.0-or-later
"""This module loads a git history from fixtures/history, with the same object ids everywhere.

A history is ``git fast-import`` text with one addition: a line ``%tree`` stands for all files of
fixtures/tree and ``%tree PATH`` for one of them, so that the tree is kept once, as plain files.

Usage: python -m tools.history NAME DESTINATION
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
_DIRECTIVE = b"%tree"


def load(name: str, destination: Path, *, bare: bool = False) -> None:
    """Creates a repository at ``destination``, its work tree at the branch mainline."""
    shape = ["--bare"] if bare else []
    _git("init", "--quiet", *shape, "--initial-branch=mainline", str(destination))
    _git("-C", str(destination), "fast-import", "--quiet", text=stream(name))
    if not bare:
        _git("-C", str(destination), "reset", "--quiet", "--hard", "mainline")


def stream(name: str) -> bytes:
    """The history as plain ``git fast-import`` text."""
    lines = (FIXTURES / "history" / f"{name}.fi").read_bytes().splitlines(keepends=True)
    return b"".join(part for line in lines for part in _expand(line))


def _expand(line: bytes) -> Iterator[bytes]:
    words = line.split()
    if words[:1] != [_DIRECTIVE]:
        yield line
        return
    tree = FIXTURES / "tree"
    names = [word.decode() for word in words[1:]]
    for path in [tree / name for name in names] or sorted(tree.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            yield b"M 100644 inline %s\n" % path.relative_to(tree).as_posix().encode()
            yield b"data %d\n%s\n" % (len(data), data)


def _git(*arguments: str, text: bytes | None = None) -> None:
    """Runs git as a machine without any configuration would."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *arguments], input=text, env=environment, check=True)


if __name__ == "__main__":
    load(sys.argv[1], Path(sys.argv[2]))
