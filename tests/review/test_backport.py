# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests what is said of backports: of the repair of system_event to Android 5.15."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from abicheck.review.trailers import origin, prerequisites
from tests.report.schemas import problems
from tests.review.conftest import KVM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Done
    from tests.review.conftest import Kernel

    Run = Callable[..., Done]
    Answers = dict[str, tuple[str, str]]

ONTO = ("--onto", "android13-5.15", "--upstream", "mainline")
LAST = "#define KVM_CAP_ARM_MTE 205\n"
OLD = "\t\t\t__u32 type;\n\t\t\t__u64 flags;\n"
NEW = (
    "\t\t\t__u32 type;\n\t\t\t__u32 ndata;\n\t\t\tunion {\n#ifndef __KERNEL__\n"
    "\t\t\t\t__u64 flags;\n#endif\n\t\t\t\t__u64 data[16];\n\t\t\t};\n"
)
RESERVED = "/* #define KVM_CAP_VM_TSC_CONTROL 214 */\n"
GATE = "#define KVM_CAP_SYSTEM_EVENT_DATA 215\n"


@pytest.fixture
def fix(kernel: Kernel) -> str:
    """The commit that repairs system_event upstream; the branch for backports is checked out."""
    kernel.branch("backport", "android13-5.15")
    return kernel.git("rev-parse", "mainline~2").strip()


def backported(kernel: Kernel, fix: str, numbers: str = RESERVED + GATE, arm: str = NEW) -> None:
    """Commits a backport of the repair."""
    kernel.replace(KVM, LAST, LAST + numbers)
    kernel.replace(KVM, OLD, arm)
    kernel.commit(f"BACKPORT: kvm: x\n\n(cherry picked from commit {fix})")


def answers(run: Run, *words: str) -> Answers:
    """By question: verdict and text, of the one backport."""
    return _answers(run, *ONTO, *words)


def _answers(run: Run, *words: str) -> Answers:
    done = run("review", *words, "--format", "json")
    report = json.loads(done.out)
    assert problems("review-1", report, strict=True) == []
    (one,) = report["backports"]
    return {a["question"]: (a["verdict"], a["text"]) for a in one["answers"]}


def test_a_faithful_backport(kernel: Kernel, fix: str, run: Run) -> None:
    """Number, layout, gate and reservation are as upstream's; what is skipped stays a hole."""
    backported(kernel, fix)
    found = answers(run, "HEAD")
    assert {question: verdict for question, (verdict, _) in found.items()} == {
        "number": "yes",
        "holes": "yes",
        "layout": "yes",
        "gate": "yes",
        "reservations": "yes",
        "documentation": "not needed",
        "copies": "not needed",
        "prerequisites": "yes",
    }
    assert "206 to 214 must stay holes" in found["holes"][1]


def test_an_eager_backport(kernel: Kernel, fix: str, run: Run) -> None:
    """A number from a posted series is upstream's for another feature: it says whose, and which."""
    backported(kernel, fix, "#define KVM_CAP_ARM_SYSTEM_SUSPEND 214\n")
    found = answers(run, "HEAD")
    verdict, text = found["number"]
    assert verdict == "no"
    assert text.startswith("KVM_CAP_ARM_SYSTEM_SUSPEND is 214 here and 216 in mainline; 214 is ")
    assert "an earlier posting (kvmarm/next), and in mainline means KVM_CAP_VM_TSC_CONTROL" in text
    assert found["gate"][0] == "no"
    assert found["reservations"][0] == "no"
    assert run("review", *ONTO, "HEAD").code == 1


def test_a_hole_that_is_filled(kernel: Kernel, fix: str, run: Run) -> None:
    """A number of upstream's that the branch has given to something of its own is named."""
    kernel.replace(KVM, LAST, LAST + "#define KVM_CAP_VENDOR_THING 207\n")
    kernel.commit("ANDROID: thing")
    backported(kernel, fix)
    verdict, text = answers(run, "HEAD")["holes"]
    assert verdict == "no"
    assert "gives 207 to KVM_CAP_VENDOR_THING; in mainline it is KVM_CAP_VM_GPA_BITS" in text


@pytest.mark.parametrize(
    ("arm", "told"),
    [
        (NEW.replace("\t\t\t\t__u64 flags;\n", ""), "struct kvm_run.system_event.flags is lost."),
        (NEW.replace("[16]", "[8]"), "system_event.data has 64 bytes, upstream 128"),
        (
            NEW.replace("\t\t\t__u32 ndata;\n", ""),
            "flags lies at byte 36, upstream at 40 under i386.",
        ),
        (
            OLD,
            "changes it: system_event.ndata and system_event.data are left behind.",
        ),
    ],
)
def test_what_a_layout_lost(kernel: Kernel, fix: str, run: Run, arm: str, told: str) -> None:
    """Members that are lost, smaller or elsewhere are named, with the ABIs."""
    backported(kernel, fix, arm=arm)
    verdict, text = answers(run, "HEAD")["layout"]
    assert verdict == "no"
    assert told in text


def test_a_backport_that_is_planned(kernel: Kernel, fix: str, run: Run) -> None:
    """A commit of upstream's is applied to the branch; where it does not fit, layout is open."""
    found = answers(run, fix)
    assert found["number"][0] == "yes"
    assert found["layout"][0] == "unknown"
    text = found["layout"][1]
    assert text.startswith(f"{KVM} conflicts with android13-5.15: hunk 1 of 2 (line ")
    assert 'expects the line "' in text
    assert "until then struct kvm_run" in text
    assert "206 to 214 must stay holes" in found["holes"][1]
    done = run("review", *ONTO, fix)
    assert done.code == 2
    assert "hunk 1 of 2" in done.out


@pytest.mark.parametrize("fits", [True, False])
def test_a_planned_backport_is_merged(kernel: Kernel, run: Run, fits: bool) -> None:
    """Where lines around have changed it is merged as cherry-pick would; else nothing is."""
    kernel.branch("stable", "mainline")
    record = "struct kvm_near {{\n\t__u32 a;\n\t__u32 b;\n\t__u32 c;\n\t__u32 {};\n}};\n"
    kernel.replace(KVM, "#define KVMIO 0xAE\n", "#define KVMIO 0xAE\n" + record.format("d"))
    kernel.commit("kvm: near")
    kernel.branch("up", "stable")
    kernel.replace(KVM, "\t__u32 d;\n", "\t__u64 d;\n")
    fix = kernel.commit("kvm: wide")
    kernel.git("checkout", "--quiet", "stable")
    old = "\t__u32 b;\n" if fits else "\t__u32 d;\n"
    kernel.replace(KVM, old, "\t__s32 b;\n" if fits else "\t__s32 d;\n")
    kernel.commit("kvm: signed")
    done = run("review", "--onto", "stable", "--upstream", "up", fix, "--format", "json")
    report = json.loads(done.out)
    (one,) = report["backports"]
    answer = next(a for a in one["answers"] if a["question"] == "layout")
    assert answer["verdict"] == ("yes" if fits else "unknown")
    assert any("merged three ways" in note for note in report["notes"]) == fits
    assert bool(report["whole"]["partial"]) != fits


def test_a_backport_that_is_posted(kernel: Kernel, fix: str, run: Run, tmp_path: Path) -> None:
    """Patches of a mailbox are matched with upstream by their messages, and answered alike."""
    backported(kernel, fix, "#define KVM_CAP_ARM_SYSTEM_SUSPEND 214\n")
    by_commit = answers(run, "HEAD")
    (mail,) = kernel.series(tmp_path / "out", "android13-5.15..backport")
    kernel.branch("elsewhere", "android13-5.15")
    kernel.git("branch", "--quiet", "-D", "backport")
    assert answers(run, str(mail)) == by_commit


@pytest.mark.parametrize(
    ("message", "how"),
    [
        ("x\n\ncommit {} upstream.", "trailer"),
        ("x\n\n[ Upstream commit {} ]", "trailer"),
        ("x\n\n(cherry picked from commit {})", "cherry-pick"),
        ("UPSTREAM: kvm: give system_event one layout for all programs", "subject"),
        ("x\n\nChange-Id: I0123456789abcdef0123456789abcdef01234567", "Change-Id"),
        ("x", ""),
    ],
)
def test_how_the_original_is_found(
    kernel: Kernel, fix: str, run: Run, message: str, how: str
) -> None:
    """By trailer, cherry-pick line, Change-Id or subject; without a sign none is made up."""
    upstream = "mainline"
    if how == "Change-Id":
        kernel.branch("changed", "mainline")
        kernel.write("x", "x\n")
        fix = kernel.commit("y\n\nChange-Id: I0123456789abcdef0123456789abcdef01234567")
        kernel.git("checkout", "--quiet", "backport")
        upstream = "changed"
    kernel.replace(KVM, LAST, LAST + GATE)
    kernel.commit(message.format(fix))
    done = run("review", "--onto", "backport", "--upstream", upstream, "HEAD", "--format", "json")
    (one,) = json.loads(done.out)["backports"]
    assert one["matched_by"] == how
    assert one["upstream"] == (fix if how else None)


def test_a_flag_that_is_left_behind(kernel: Kernel, run: Run) -> None:
    """A flag that upstream adds with the members is a gate beside the capability, and is missed."""
    kernel.branch("up", "mainline")
    anchor, record = "#define KVMIO 0xAE\n", "struct kvm_m { __u32 a[2]; };"
    kernel.replace(KVM, anchor, f"{anchor}{record}\n")
    kernel.commit("kvm: m")
    kernel.branch("down", "up")
    kernel.git("checkout", "--quiet", "up")
    flag, member = "#define KVM_M_VALID_B (1U << 1)\n", "struct kvm_m { __u32 a; __u32 b; };"
    kernel.replace(KVM, record, f"{flag}{GATE}{member}")
    fix = kernel.commit("kvm: b")
    kernel.git("checkout", "--quiet", "down")
    kernel.replace(KVM, record, f"{GATE}{member}")
    kernel.commit(f"kvm: b\n\ncommit {fix} upstream.")
    found = _answers(run, "--onto", "down", "--upstream", "up", "HEAD")
    told = "KVM_M_VALID_B, which upstream adds with the members, is left behind."
    assert found["gate"] == ("no", told)


def test_a_backport_elsewhere_is_no_posting(kernel: Kernel, fix: str, run: Run) -> None:
    """A branch with a wrong number from a backport of the same commit is no earlier posting."""
    wrong = "#define KVM_CAP_SYSTEM_EVENT_DATA 209\n"
    backported(kernel, fix, wrong)
    kernel.git("checkout", "--quiet", "-b", "second", "android13-5.15")
    kernel.write("x", "x\n")
    kernel.commit("x")
    backported(kernel, fix, wrong)
    verdict, text = answers(run, "HEAD")["number"]
    assert verdict == "no"
    assert "KVM_CAP_SYSTEM_EVENT_DATA is 209 here and 215 in mainline" in text
    assert "posting" not in text


def test_what_comes_along(kernel: Kernel, fix: str, run: Run) -> None:
    """Documents, copies and names that upstream's commit brings or needs are asked for."""
    copy, text = "tools/include/uapi/linux/kvm.h", "Documentation/virt/kvm/api.rst"
    for branch in ("up", "down"):
        kernel.branch(branch, "mainline" if branch == "up" else "backport")
        kernel.write(copy, "#define A 1\n")
        kernel.write(text, "text\n")
        kernel.commit("both")
    kernel.git("checkout", "--quiet", "up")
    kernel.replace(KVM, "#define KVMIO 0xAE\n", "#define KVM_NEEDED 7\n\n#define KVMIO 0xAE\n")
    kernel.commit("needed")
    kernel.replace(
        KVM, "#define KVM_NEEDED 7\n", "#define KVM_NEEDED 7\n#define KVM_X KVM_NEEDED\n"
    )
    kernel.write(copy, "#define A 2\n")
    kernel.write(text, "other text\n")
    fix = kernel.commit("kvm: x")
    kernel.git("checkout", "--quiet", "down")
    kernel.replace(KVM, "#define KVMIO 0xAE\n", "#define KVM_X 7\n#define KVMIO 0xAE\n")
    kernel.commit(f"kvm: x\n\ncommit {fix} upstream.")
    done = run("review", "--onto", "down", "--upstream", "up", "HEAD", "--format", "json")
    (one,) = json.loads(done.out)["backports"]
    found = {a["question"]: (a["verdict"], a["text"]) for a in one["answers"]}
    assert found["documentation"] == ("no", f"{text} is left as it was; upstream changes it.")
    assert found["copies"] == ("no", f"{copy} is left as it was; upstream changes it.")
    assert found["prerequisites"] == ("no", "down lacks KVM_NEEDED.")


def test_what_messages_say_of_origins() -> None:
    """The forms of stable, Android and others are read; prose is not."""
    key = "0123456789abcdef0123456789abcdef01234567"
    assert origin(f"x\n\ncommit {key} upstream.\n").upstream == key
    assert origin(f"x\n\nUpstream commit {key}\n").upstream == key
    assert origin(f"x\n\nThis reverts commit {key}.\n").upstream is None
    picked = origin(
        f"x\n\n(cherry picked from commit {key})\n(cherry picked from commit {'1' * 40})"
    )
    assert picked.picked == (key, "1" * 40)
    assert origin("BACKPORT: FROMGIT: [ARM] kvm: x").subject == "kvm: x"
    assert prerequisites("x\n\nCc: stable@vger.kernel.org # 5.15: 1234567: kvm: before\n") == (
        ("1234567", "kvm: before"),
    )
