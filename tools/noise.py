# SPDX-License-Identifier: GPL-2.0-or-later
"""This module counts what every rule says about whole real trees: the table of docs/noise.md.

``python -m tools.noise`` prints the table for the trees that ``make trees`` fetched.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from abicheck.config import Config
from abicheck.engine.lint import LintRequest, lint
from abicheck.rulebook import read_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
TREES = {"6.1 source": "linux-6.1", "6.19 exported": "zig-0.16.0", "7.2 exported": "zig-0.17.0"}
"""Title in the table, and folder below .trees/."""
LEVELS = ("error", "warning", "note")


def count(tree: Path) -> Counter[tuple[str, str]]:
    """How many findings of each (rule, severity) a tree has, and what could not be checked."""
    report = lint(LintRequest(paths=(str(tree),), rulebook=read_rules(), config=Config()))
    found = Counter((item.rule, str(item.severity)) for item in report.findings)
    found["not checked", "headers"] = len({item.path for item in report.not_checked})
    found["judged", "headers"] = report.headers
    return found


def table(counts: Mapping[str, Counter[tuple[str, str]]]) -> str:
    """The Markdown table: a row for each rule, a column for each tree, by severity."""
    rules = sorted({rule for found in counts.values() for rule, level in found if level in LEVELS})
    lines = ["| rule | " + " | ".join(counts) + " |", "|---" * (1 + len(counts)) + "|"]
    for rule in rules:
        cells = [_cell(found, rule) for found in counts.values()]
        lines.append(f"| `{rule}` | " + " | ".join(cells) + " |")
    for row in ("judged", "not checked"):
        cells = [str(found[row, "headers"]) for found in counts.values()]
        lines.append(f"| headers {row} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(found: Counter[tuple[str, str]], rule: str) -> str:
    """Errors, warnings and notes, those there are: ``12e 3w 40n``."""
    parts = [f"{found[rule, level]}{level[0]}" for level in LEVELS if found[rule, level]]
    return " ".join(parts) or "-"


def main() -> int:
    """0 once the table is printed; 2 where a tree is missing."""
    trees = Path(os.environ.get("ABICHECK_TREES", ROOT / ".trees"))
    missing = [name for name in TREES.values() if not (trees / name).is_dir()]
    if missing:
        print(f"{missing[0]} is not in {trees}; `make trees` fetches it", file=sys.stderr)
        return 2
    print(table({title: count(trees / name) for title, name in TREES.items()}), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
