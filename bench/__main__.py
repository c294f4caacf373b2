# SPDX-License-Identifier: GPL-2.0-or-later
"""This module is ``python -m bench``: every case, or those named, as a table of ratios."""

from __future__ import annotations

import sys

from bench.cases import cases
from bench.timing import compare

_HEAD = ("case", "ours", "reference", "ratio", "budget", "processor", "memory")
_WIDTHS = "{:<12}{:>10}{:>11}{:>8}{:>8}{:>11}{:>9}"


def main(names: list[str]) -> int:
    """Prints one line per case; 1 if any is over its budget."""
    over = False
    print(_WIDTHS.format(*_HEAD))
    for case in cases():
        if names and case.name not in names:
            continue
        ours, reference = compare(case.ours, case.reference, case.rounds)
        ratio = ours.seconds / reference.seconds
        late = ratio > case.budget or ours.seconds > case.seconds
        over |= late
        times = (f"{cost.seconds * 1000:.0f} ms" for cost in (ours, reference))
        ratios = (f"{ratio:.2f}", f"{case.budget:.2f}")
        spent = (f"{ours.processor * 1000:.0f} ms", f"{ours.resident_mb:.0f} MB")
        line = _WIDTHS.format(case.name, *times, *ratios, *spent)
        print(f"{line}  {'OVER ' if late else ''}{case.title}", flush=True)
    return int(over)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
