# SPDX-License-Identifier: GPL-2.0-or-later
"""This module is ``python -m bench``: every case, or those named, as a table of ratios."""

from __future__ import annotations

import sys

from bench.cases import cases
from bench.timing import compare


def main(names: list[str]) -> int:
    """Prints one line per case; 1 if any is over its budget."""
    over = 0
    print(f"{'case':<14}{'ours':>10}{'reference':>12}{'ratio':>8}{'budget':>8}{'memory':>10}")
    for case in cases():
        if names and case.name not in names:
            continue
        ours, reference = compare(case.ours, case.reference, case.rounds)
        ratio = ours.seconds / reference.seconds
        late = ratio > case.budget or ours.seconds > case.seconds
        over |= late
        print(
            f"{case.name:<14}{ours.seconds * 1000:>7.0f} ms{reference.seconds * 1000:>9.0f} ms"
            f"{ratio:>8.2f}{case.budget:>8.2f}{ours.resident_mb:>7.0f} MB"
            f"{'  over' if late else ''}   {case.title}",
            flush=True,
        )
    return over


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
