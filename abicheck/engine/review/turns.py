# SPDX-License-Identifier: GPL-2.0-or-later
"""This module has a change judged by several processes at once: by its steps, or by parts."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TypeVar

from abicheck import isolate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from abicheck.engine.review.change import Opened
    from abicheck.engine.review.judge import StepJudge
    from abicheck.model import ReviewStep

Item = TypeVar("Item")
Value = TypeVar("Value")
_LEAST = 5
"""Steps for which another process pays."""
_MOST = 50
"""Steps that one process judges before it answers."""
# git maps packs of several GB into memory, and libclang runs in children that are confined.
_LIMITS = isolate.Limits(seconds=600.0, address_space=sys.maxsize)


def judged(judge: StepJudge, opened: Sequence[Opened], jobs: int) -> tuple[ReviewStep, ...]:
    """What the judge says of each step, in order."""
    jobs = jobs or len(os.sched_getaffinity(0))
    if jobs < 2 or not any(judge.compares(each.step) for each in opened):
        return tuple(map(judge.judged, opened))
    size = min(_MOST, max(_LEAST, -(-len(opened) // jobs)))
    if len(opened) > size:
        return _in_runs(judge, opened, jobs, size)
    return _in_parts(judge, opened, jobs)


def _in_runs(
    judge: StepJudge, opened: Sequence[Opened], jobs: int, size: int
) -> tuple[ReviewStep, ...]:
    """Many steps: neighbours stay together, as what one leaves of a header the next finds."""
    runs = [tuple(opened[at : at + size]) for at in range(0, len(opened), size)]
    found = _apart(lambda run: tuple(map(judge.judged, run)), runs, jobs)
    return tuple(step for run in found for step in run)


def _in_parts(judge: StepJudge, opened: Sequence[Opened], jobs: int) -> tuple[ReviewStep, ...]:
    """Few steps: each process looks at all of them in its own way."""
    found = _apart(lambda part: [part(each.step) for each in opened], judge.parts, jobs)
    said = zip(opened, *found, strict=True)
    return tuple(judge.put_together(each, *parts) for each, *parts in said)


def _apart(function: Callable[[Item], Value], items: Sequence[Item], jobs: int) -> list[Value]:
    """What the function makes of each item; this process takes those of one that fails."""
    found: dict[int, Value] = {}
    for index, outcome in isolate.run(function, items, jobs=jobs, limits=_LIMITS):
        if isinstance(outcome, isolate.Done):
            found[index] = outcome.value
        else:
            found[index] = function(items[index])
    return [found[index] for index in sorted(found)]
