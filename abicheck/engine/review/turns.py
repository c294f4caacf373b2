# SPDX-License-Identifier: GPL-2.0-or-later
"""This module has the steps of a long change judged by several processes at once."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from abicheck import isolate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abicheck.engine.review.change import Opened
    from abicheck.engine.review.judge import StepJudge
    from abicheck.model import ReviewStep

_LEAST = 5
"""Steps for which another process pays."""
_MOST = 50
"""Steps that one process judges before it answers."""
# git maps packs of several GB into memory, and libclang runs in children that are confined.
_LIMITS = isolate.Limits(seconds=600.0, address_space=sys.maxsize)


def judged(judge: StepJudge, opened: Sequence[Opened], jobs: int) -> tuple[ReviewStep, ...]:
    """What the judge says of each step, in order.

    Neighbours stay together: what one leaves of a header is what the next finds. Steps whose
    process fails are judged by this one.
    """
    jobs = jobs or len(os.sched_getaffinity(0))
    size = min(_MOST, max(_LEAST, -(-len(opened) // jobs)))
    runs = [tuple(opened[at : at + size]) for at in range(0, len(opened), size)]

    def heard(run: Sequence[Opened]) -> tuple[ReviewStep, ...]:
        return tuple(map(judge.judged, run))

    if len(runs) < 2 or jobs < 2:
        return heard(opened)
    found: dict[int, tuple[ReviewStep, ...]] = {}
    for index, outcome in isolate.run(heard, runs, jobs=jobs, limits=_LIMITS):
        found[index] = outcome.value if isinstance(outcome, isolate.Done) else heard(runs[index])
    return tuple(step for index in sorted(found) for step in found[index])
