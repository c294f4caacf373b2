# SPDX-License-Identifier: GPL-2.0-or-later
"""This module counts what every rule says about whole real trees: the tables of docs/noise.md.

``python -m tools.noise`` prints them for the trees that ``make trees`` fetched.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from abicheck.config import Config
from abicheck.engine.diff import DiffRequest, diff
from abicheck.engine.lint import LintRequest, lint
from abicheck.rulebook import read_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
TREES = {"6.1 source": "linux-6.1", "6.19 exported": "zig-0.16.0", "7.2 exported": "zig-0.17.0"}
"""Title in the table, and folder below .trees/."""
RELEASES = {
    "5.16 to 6.3": ("zig-0.9.1", "zig-0.13.0"),
    "6.3 to 6.19": ("zig-0.13.0", "zig-0.16.0"),
    "6.19 to 7.2": ("zig-0.16.0", "zig-0.17.0"),
}
"""Title in the table of comparisons, and the folders of both versions."""
LEVELS = ("error", "warning", "note")


def count(tree: Path) -> Counter[tuple[str, str]]:
    """How many findings of each (rule, severity) a tree has, and what could not be checked."""
    report = lint(LintRequest(paths=(str(tree),), rulebook=read_rules(), config=Config()))
    found = Counter((item.rule, str(item.severity)) for item in report.findings)
    found["not checked", "headers"] = len({item.path for item in report.not_checked})
    found["judged", "headers"] = report.headers
    return found


def count_changes(old: Path, new: Path) -> Counter[tuple[str, str]]:
    """The same of a comparison under all ABIs, and how many headers changed."""
    request = DiffRequest(old=str(old), new=str(new), rulebook=read_rules(), config=Config())
    report = diff(request)
    found = Counter((item.rule, str(item.severity)) for item in report.findings)
    found["not checked", "headers"] = len({item.path for item in report.not_checked})
    found["changed", "headers"] = len(report.headers)
    return found


def table(counts: Mapping[str, Counter[tuple[str, str]]]) -> str:
    """The Markdown table: a row for each rule, a column for each tree, by severity."""
    rules = sorted({rule for found in counts.values() for rule, level in found if level in LEVELS})
    lines = ["| rule | " + " | ".join(counts) + " |", "|---" * (1 + len(counts)) + "|"]
    for rule in rules:
        cells = [_cell(found, rule) for found in counts.values()]
        lines.append(f"| `{rule}` | " + " | ".join(cells) + " |")
    sums = {name for found in counts.values() for name, level in found if level == "headers"}
    for row in sorted(sums):
        cells = [str(found[row, "headers"]) for found in counts.values()]
        lines.append(f"| headers {row} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(found: Counter[tuple[str, str]], rule: str) -> str:
    """Errors, warnings and notes, those there are: ``12e 3w 40n``."""
    parts = [f"{found[rule, level]}{level[0]}" for level in LEVELS if found[rule, level]]
    return " ".join(parts) or "-"


def main() -> int:
    """0 once the tables are printed; 2 where a tree is missing."""
    trees = Path(os.environ.get("ABICHECK_TREES", ROOT / ".trees"))
    names = (*TREES.values(), *(name for both in RELEASES.values() for name in both))
    missing = [name for name in names if not (trees / name).is_dir()]
    if missing:
        print(f"{missing[0]} is not in {trees}; `make trees` fetches it", file=sys.stderr)
        return 2
    print(table({title: count(trees / name) for title, name in TREES.items()}))
    compared = {t: count_changes(trees / a, trees / b) for t, (a, b) in RELEASES.items()}
    print(table(compared), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
