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


@dataclass(frozen=True)
class _Step:
    """A step that is nothing but its number."""

    step: int


@dataclass
class _Judge:
    """Says in which process each half of a step was judged."""

    parent: int = field(default_factory=os.getpid)
    deadly: int | None = None

    @property
    def parts(self) -> tuple[Callable[[int], Any], ...]:
        return self._half, self._half

    def _half(self, step: int) -> Any:
        if step == self.deadly and os.getpid() != self.parent:
            os._exit(7)
        return step, os.getpid()

    def judged(self, opened: _Step) -> Any:
        return self.put_together(opened, *(part(opened.step) for part in self.parts))

    def put_together(self, opened: _Step, first: Any, second: Any) -> Any:
        assert first[0] == second[0] == opened.step
        return opened.step, {first[1], second[1]}

    def compares(self, step: int) -> bool:
        return step != 3


def _judged(judge: Any, count: int, jobs: int) -> Any:
    opened: Any = [_Step(number) for number in range(count)]
    return judged(judge, opened, jobs)


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("count", [1, 4, 5, 6, 23, 210])
def test_steps_come_back_in_their_order(count: int, jobs: int) -> None:
    """However many steps there are, each is judged once and stands where it stood."""
    assert [step for step, _ in _judged(_Judge(), count, jobs)] == list(range(count))


def test_steps_of_a_process_that_dies_are_judged_all_the_same() -> None:
    """A process that ends early costs time and no step: this one judges in its place."""
    judge = _Judge(deadly=7)
    found = _judged(judge, 10, 2)
    assert [step for step, _ in found] == list(range(10))
    assert {where for _, both in found[5:] for where in both} == {judge.parent}
    assert judge.parent not in {where for _, both in found[:5] for where in both}


def test_parts_of_a_process_that_dies_are_judged_all_the_same() -> None:
    """Of a step alone, this process judges the parts in which others died."""
    judge = _Judge(deadly=0)
    assert _judged(judge, 1, 2) == ((0, {judge.parent}),)


def test_the_parts_of_few_steps_are_judged_side_by_side() -> None:
    """Each part of them has a process, which sees all steps."""
    judge = _Judge()
    found = _judged(judge, 3, 2)
    assert {len(both) for _, both in found} == {2}
    assert len({where for _, both in found for where in both}) == 2
    assert judge.parent not in {where for _, both in found for where in both}


def test_a_step_without_headers_starts_no_process() -> None:
    """Where there are no two versions of a header to compare, this process judges."""
    judge: Any = _Judge()
    opened: Any = [_Step(3)]
    found: Any = judged(judge, opened, 2)
    assert found == ((3, {judge.parent}),)
