# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds that several processes judge the steps of a change as one process does."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from abicheck.engine.review.turns import judged
from tests.review.conftest import KVM

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Done
    from tests.review.conftest import Kernel

    Run = Callable[..., Done]


def test_one_process_and_two_judge_alike(
    kernel: Kernel, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A series long enough to be divided has the same report, word for word, undivided."""
    kernel.branch("topic", "mainline")
    text = (kernel.path / KVM).read_text()
    for number in range(6):
        top, end, rest = text.rpartition("#endif")
        text = f"{top}struct s{number} {{ __u8 a; __u64 b; }};\n{end}{rest}"
        kernel.write(KVM, text if number % 2 else text.replace("__u8 a;", "__u8 a, c;"))
        kernel.commit(f"kvm: {number}")
    said = []
    for cores in ({0}, {0, 1}):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, cores=cores: cores)
        said.append(run("review", "mainline..topic", "--format", "json").out)
    assert said[0] == said[1]
    assert "s5" in said[0]


@dataclass
class _Judge:
    """Says in which process a step was judged."""

    parent: int = field(default_factory=os.getpid)
    deadly: int | None = None

    def judged(self, step: int) -> Any:
        if step == self.deadly and os.getpid() != self.parent:
            os._exit(7)
        return step, os.getpid()


@pytest.mark.parametrize("count", [1, 4, 5, 6, 23, 210])
def test_steps_come_back_in_their_order(count: int) -> None:
    """However many steps there are, each is judged once and stands where it stood."""
    judge: Any = _Judge()
    opened: Any = range(count)
    found: Any = judged(judge, opened, 3)
    assert [step for step, _ in found] == list(opened)


def test_steps_of_a_process_that_dies_are_judged_all_the_same() -> None:
    """A process that ends early costs time and no step: this one judges in its place."""
    judge: Any = _Judge(deadly=7)
    opened: Any = range(10)
    found: Any = judged(judge, opened, 2)
    assert [step for step, _ in found] == list(opened)
    assert {where for _, where in found[5:]} == {judge.parent}
    assert judge.parent not in {where for _, where in found[:5]}
