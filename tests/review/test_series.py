# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests what the steps of a series are said to break, mend and lose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.review.conftest import KVM
from tests.review.test_review import ANCHOR, HOLE, NAMED, reviewed, rules

if TYPE_CHECKING:
    from tests.review.conftest import Kernel
    from tests.review.test_review import Run

LONGER = NAMED.replace("flags;\n", "flags;\n\t__u64 more;\n")


@pytest.fixture
def released(kernel: Kernel) -> Kernel:
    """A branch whose baseline, tagged ``released``, has the record with a hole."""
    kernel.branch("topic", "mainline")
    kernel.replace(KVM, ANCHOR, HOLE + ANCHOR)
    kernel.commit("kvm: probe")
    kernel.git("tag", "released")
    return kernel


def errors(report: dict[str, object], step: int) -> list[str]:
    """The rules whose findings in a step are errors."""
    findings = report["steps"][step]["findings"]  # type: ignore[index]
    return [item["rule"] for item in findings if item["severity"] == "error"]


def test_what_was_never_released_breaks_nobody(kernel: Kernel, run: Run) -> None:
    """A step that mends what the series itself brought is no break, and says why."""
    kernel.branch("topic", "mainline")
    kernel.replace(KVM, ANCHOR, HOLE + ANCHOR)
    kernel.commit("kvm: probe")
    kernel.replace(KVM, HOLE, NAMED)
    kernel.commit("kvm: name the hole")
    report = reviewed(run, "mainline..topic")
    assert errors(report, 0) == ["u64-compat-offset"]
    assert errors(report, 1) == []
    notes = report["steps"][1]["findings"]  # type: ignore[index]
    assert any("not released in mainline" in item["consequence"] for item in notes)
    assert {rule for rule, _ in rules(report, "mended")} == {"u64-compat-offset"}


def test_a_change_that_is_taken_back(released: Kernel, run: Run) -> None:
    """What one step does to a released record is mended by the step that takes it back."""
    released.replace(KVM, HOLE, HOLE.replace("__u32 type", "__u16 type"))
    released.commit("kvm: fewer types")
    released.replace(KVM, "__u16 type;\n\t__u64 flags", "__u32 type;\n\t__u64 flags")
    released.commit("kvm: as many types again")
    report = reviewed(run, "released..topic")
    assert errors(report, 0)
    assert errors(report, 1) == []
    assert rules(report, "mended")
    assert rules(report) == set()


def test_the_last_step_is_never_mended(released: Kernel, run: Run) -> None:
    """A hole that one step closes and the last one opens is back, and is not mended."""
    released.replace(KVM, HOLE, NAMED)
    released.commit("kvm: name the hole")
    released.replace(KVM, NAMED, HOLE)
    released.commit("kvm: tidy up")
    report = reviewed(run, "released..topic")
    hole = "u64-compat-offset"
    assert hole in errors(report, 1)
    assert hole not in {rule for rule, _ in rules(report, "mended")}
    told = f"struct kvm_probe.flags [{hole}] was mended in between, and is back with"
    assert report["notes"] == [f"{told} 2/2 kvm: tidy up"]


@pytest.mark.parametrize("words", ["released..topic", "topic"])
def test_a_fix_that_a_merge_dropped(released: Kernel, run: Run, words: str) -> None:
    """What a merge lost of its parents' changes is told as lost, and never as mended."""
    released.replace(KVM, HOLE, NAMED)
    released.commit("kvm: name the hole")
    released.git("branch", "fix")
    released.git("reset", "--quiet", "--hard", "released")
    released.replace(KVM, HOLE, HOLE.replace("flags;\n", "flags;\n\t__u64 more;\n"))
    released.commit("kvm: more")
    released.git("merge", "--quiet", "--no-commit", "--strategy=ours", "fix")
    released.commit("Merge fix")
    report = reviewed(run, words)
    assert ("merge-lost-fix", "struct kvm_probe.reserved") in rules(report)
    assert not any("kvm_probe" in subject for _, subject in rules(report, "mended"))


def test_a_fix_that_a_later_step_brings_back(released: Kernel, run: Run) -> None:
    """What a merge lost and a later commit has again is not lost."""
    released.replace(KVM, HOLE, NAMED)
    released.commit("kvm: name the hole")
    released.git("branch", "fix")
    released.git("reset", "--quiet", "--hard", "released")
    released.replace(KVM, HOLE, HOLE.replace("flags;\n", "flags;\n\t__u64 more;\n"))
    released.commit("kvm: more")
    released.git("merge", "--quiet", "--no-commit", "--strategy=ours", "fix")
    released.commit("Merge fix")
    released.replace(
        KVM, "\t__u32 type;\n\t__u64 flags;\n\t__u64 more;\n", LONGER.split("{\n")[1].split("}")[0]
    )
    released.commit("kvm: name the hole again")
    report = reviewed(run, "released..topic")
    assert "merge-lost-fix" not in {rule for rule, _ in rules(report)}


def test_one_record_is_mended_once(kernel: Kernel, run: Run) -> None:
    """A record whose members and size a step breaks and the next one mends is told once."""
    kernel.branch("topic", "mainline")
    kernel.replace(KVM, ANCHOR, NAMED + ANCHOR)
    kernel.commit("kvm: probe")
    kernel.git("tag", "named")
    tail = HOLE.replace("__u64 flags;", "__u64 flags;\n\t__u32 tail;")
    kernel.replace(KVM, NAMED, tail)
    kernel.commit("kvm: a tail")
    kernel.replace(KVM, tail, NAMED)
    kernel.commit("kvm: no tail")
    report = reviewed(run, "named..topic")
    assert isinstance(report["mended"], list)
    (found,) = report["mended"]
    assert (found["rule"], found["subject"]) == ("field-moved", "struct kvm_probe.flags")
    assert "and with it struct-size-changed, u64-compat-size" in found["consequence"]
    shown = " ".join(run("review", "named..topic").out.split())
    assert "(since 1/2" in shown
    assert "again in" not in shown


def test_what_a_document_lacks_is_no_break_of_what_is_not_released(
    kernel: Kernel, run: Run
) -> None:
    """A name that a step leaves undocumented is told in the step as it is of the whole."""
    kernel.branch("topic", "mainline")
    title = "4.1 KVM_CAP_NAP"
    kernel.write("Documentation/virt/kvm/api.rst", f"{title}\n{'-' * len(title)}\n\nNaps.\n")
    start = kernel.commit("Documentation: kvm: begin")
    kernel.replace(KVM, ANCHOR, "#define KVM_CAP_PROBE 900\n" + ANCHOR)
    kernel.commit("kvm: probe")
    kernel.replace(KVM, ANCHOR, "#define KVM_PROBE 1\n" + ANCHOR)
    kernel.commit("kvm: a number")
    report = reviewed(run, f"{start}..topic")
    steps: list[dict[str, list[dict[str, str]]]] = report["steps"]  # type: ignore[assignment]
    found = [f for f in steps[0]["findings"] if f["rule"] == "api-undocumented"]
    assert [(f["subject"], f["severity"]) for f in found] == [("KVM_CAP_PROBE", "warning")]
    assert "not released" not in found[0]["message"] + str(found[0].get("consequence"))
