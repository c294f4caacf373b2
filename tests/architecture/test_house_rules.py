# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what is true of every file of the repository."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from tests.architecture.sources import ROOT, place, python_files, tracked, tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LONGEST = 500
_LICENSED = {".py", ".h", ".toml", ".fi", ".sh"}
_LICENSED_NAMES = {"Makefile", "Kbuild", "run", "venv", "demo"}
_EDGE_ONLY = {"os.environ", "os.getenv", "sys.exit", "sys.argv", "sys.stdout", "sys.stderr"}
_EXCUSED = {
    "abicheck/vcs/git.py: os.environ",  # what git itself runs under
    "abicheck/parse/libclang.py: os.environ",  # which library to load, asked once and late
}
_WORKPLACE = re.compile(
    r"/wor[k]/|/far[m]/|/tm[p]/w/|\bsub[a]gents?\b|\bs[a]ndbox(?:es)? path|before-sto[p]"
)


def test_no_file_is_longer_than_the_wall() -> None:
    """No Python file has 500 lines or more: past that there is a seam to cut along."""
    files = python_files("abicheck", "tests", "tools", "bench")
    long = [place(path) for path in files if path.read_text().count("\n") >= _LONGEST]
    assert long == []


def test_every_source_names_its_licence() -> None:
    """Every source file carries its SPDX line at the top, below at most an interpreter line."""
    sources = [p for p in tracked() if p.suffix in _LICENSED or p.name in _LICENSED_NAMES]
    without = [place(path) for path in sources if not _names_its_licence(path)]
    assert len(sources) > 50
    assert without == []


def _names_its_licence(path: Path) -> bool:
    top = path.read_text(encoding="utf-8").splitlines()[:2]
    return any("SPDX-License-Identifier: GPL-2.0-or-later" in line for line in top)


def test_every_test_states_a_claim() -> None:
    """Every test has a docstring of one sentence that says what it claims."""
    silent = [
        place(path, node)
        for path in python_files("tests")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        if not (ast.get_docstring(node) or "").split("\n\n", maxsplit=1)[0].endswith(".")
    ]
    assert silent == []


def test_only_the_edge_touches_the_process() -> None:
    """Nothing outside abicheck.cli prints, exits or reads the environment."""
    offences = [
        offence
        for path in python_files("abicheck")
        if not path.is_relative_to(ROOT / "abicheck/cli") and path.name != "__main__.py"
        for offence in _edge_offences(path)
        if re.sub(r":\d+", "", offence) not in _EXCUSED
    ]
    assert offences == []


def _edge_offences(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"print", "input", "exit"}:
            yield f"{place(path, node)}: {ast.unparse(node.func)}()"
        elif isinstance(node, ast.Attribute) and (
            ast.unparse(node) in _EDGE_ONLY or node.attr == "isatty"
        ):
            yield f"{place(path, node)}: {ast.unparse(node)}"


def test_the_project_speaks_of_itself_alone() -> None:
    """No file names the place or the people's tools it was written with."""
    named = [
        f"{place(path)}: {match.group()}"
        for path in tracked()
        if (match := _WORKPLACE.search(path.read_text(encoding="utf-8", errors="replace")))
    ]
    assert named == []


def test_nothing_but_definitions_runs_on_import() -> None:
    """A module of the package computes nothing when imported: it defines, and binds constants."""
    allowed = (
        *(ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign),
        *(ast.If, ast.Expr),
    )
    busy = [
        place(path, node)
        for path in python_files("abicheck")
        for node in tree_of(path).body
        if not isinstance(node, allowed)
        or (isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant))
    ]
    assert busy == []
