# SPDX-License-Identifier: GPL-2.0-or-later
"""This module runs the sessions that pages show, and writes what is printed into the pages.

A session is a block marked ``console`` with one command after ``$``. A page happens in the history
of fixtures/history that it links to first, or in fixtures/vendor, with fixtures/patches beside it.
In the README only comparisons do, and all else happens in fixtures/tree.

Usage: python -m tools.sessions
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

from abicheck.cli import main as abicheck
from tools.history import FIXTURES, load

ROOT = FIXTURES.parent
README = ROOT / "README.md"
EXAMPLES = tuple(sorted((ROOT / "docs/examples").glob("[!R]*.md")))

_SESSION = re.compile(
    r"^```console\n\$ abicheck (?P<command>.*)\n(?P<output>(?s:.*?))^```$", re.MULTILINE
)
_HISTORY = re.compile(r"\]\([./]*fixtures/history/(?P<name>[\w-]+)\.fi\)")


def rewritten(page: Path, parent: Path) -> str:
    """The text of ``page`` with what its commands print now; histories are made in ``parent``."""
    text = page.read_text(encoding="utf-8")
    history = _history(text, parent)
    alone = FIXTURES / "tree" if page == README else history

    def performed(session: re.Match[str]) -> str:
        command = shlex.split(session["command"])
        output = printed(command, history if command[0] == "diff" else alone)
        return f"```console\n$ abicheck {session['command']}\n{output}```"

    return _SESSION.sub(performed, text)


def printed(command: list[str], folder: Path) -> str:
    """What abicheck prints in ``folder``.

    Raises:
        RuntimeError: abicheck could not run.
    """
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(io.StringIO()) as output,
        contextlib.redirect_stderr(io.StringIO()) as messages,
    ):
        code = abicheck(command)
    if not output.getvalue() or code not in (0, 1, 2):
        message = f"abicheck {shlex.join(command)}: exit code {code}: {messages.getvalue()}"
        raise RuntimeError(message)
    return output.getvalue()


def _history(text: str, parent: Path) -> Path:
    """The work tree of the history that a page links to."""
    for name in ("patches", "vendor"):
        shutil.copytree(FIXTURES / name, parent / name, dirs_exist_ok=True)
    named = _HISTORY.search(text)
    if named is None:
        return parent / "vendor"
    history = parent / named["name"]
    if not history.exists():
        load(named["name"], history)
    return history


def main() -> None:
    """Writes the README and every example anew."""
    with tempfile.TemporaryDirectory() as folder:
        for page in (README, *EXAMPLES):
            text = rewritten(page, Path(folder))
            if text != page.read_text(encoding="utf-8"):
                page.write_text(text, encoding="utf-8")
                sys.stdout.write(f"{page.relative_to(ROOT)} says something else now\n")


if __name__ == "__main__":
    main()
