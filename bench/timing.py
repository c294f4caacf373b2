# SPDX-License-Identifier: GPL-2.0-or-later
"""This module runs two commands in turn and compares their medians."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command took: medians of its times, and the memory of its largest process."""

    seconds: float
    """By the clock."""
    processor: float
    """Of all its processes together, in seconds; hardly changes when the machine is busy."""
    resident_mb: float


def compare(ours: Sequence[str], reference: Sequence[str], rounds: int) -> tuple[Cost, Cost]:
    """The costs of both, run in turn so that a busy moment of the machine hits both alike."""
    runs = [(_run(ours), _run(reference)) for _ in range(rounds)]
    return _summary([pair[0] for pair in runs]), _summary([pair[1] for pair in runs])


def _summary(runs: list[Cost]) -> Cost:
    return Cost(
        median(run.seconds for run in runs),
        median(run.processor for run in runs),
        max(run.resident_mb for run in runs),
    )


def _run(command: Sequence[str]) -> Cost:
    # As installed: a module is compiled once, not on each run.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    begin = time.perf_counter()
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        process_group=0,
    )
    with process:
        assert process.stderr is not None
        complaint = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begin
    # 2 is "not everything could be checked": the work was done all the same.
    if process.returncode not in {0, 2}:
        shown = " ".join(command)[:200]
        raise SystemExit(f"{shown}\n{complaint.decode(errors='replace')}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
