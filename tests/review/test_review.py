# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests reviews of commits, ranges, the index and mail from arguments to findings."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.report.schemas import problems
from tests.review.conftest import KVM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Done
    from tests.review.conftest import Kernel

    Run = Callable[..., Done]

HOLE = "struct kvm_probe {\n\t__u32 type;\n\t__u64 flags;\n};\n\n"
NAMED = "struct kvm_probe {\n\t__u32 type;\n\t__u32 reserved;\n\t__u64 flags;\n};\n\n"
ALLOWED = "/* abicheck: allow(u64-compat-offset) every program says how long it is */"
ANCHOR = "#define KVMIO 0xAE\n"


def rules(report: dict[str, object], key: str = "whole") -> set[tuple[str, str]]:
    """(rule, subject) of what a report says of the whole, or is mended."""
    part = report[key]
    found = part if isinstance(part, list) else part["findings"]  # type: ignore[index]
    return {(item["rule"], item["subject"]) for item in found}


def reviewed(run: Run, *arguments: str) -> dict[str, object]:
    """The report as JSON."""
    done = run("review", *arguments, "--format", "json")
    assert done.code in {0, 1}, done.err
    found: dict[str, object] = json.loads(done.out)
    assert problems("review-1", found, strict=True) == []
    return found


def test_only_what_is_new_is_said(kernel: Kernel, run: Run) -> None:
    """A commit is charged with the hole it makes, and with none that was there."""
    kernel.branch("topic", "mainline~3")
    kernel.replace(KVM, ANCHOR, HOLE + ANCHOR)
    kernel.commit("kvm: probe")
    found = rules(reviewed(run, "HEAD"))
    assert ("u64-compat-offset", "struct kvm_probe.flags") in found
    assert not any(subject.startswith("struct kvm_run") for _, subject in found)


def test_a_break_that_is_mended_later(kernel: Kernel, run: Run) -> None:
    """What one step breaks and another mends is said to be mended, and is not in the whole."""
    kernel.branch("topic", "mainline")
    kernel.replace(KVM, ANCHOR, HOLE + ANCHOR)
    kernel.commit("kvm: probe")
    kernel.replace(KVM, HOLE, NAMED)
    kernel.commit("kvm: name the hole")
    report = reviewed(run, "mainline..topic")
    hole = ("u64-compat-offset", "struct kvm_probe.flags")
    assert hole in rules(report, "mended")
    assert hole not in rules(report)
    assert len(report["steps"]) == 2  # type: ignore[arg-type]


def test_a_range_starts_where_it_left(kernel: Kernel, run: Run) -> None:
    """What the other branch did meanwhile is no part of the range."""
    kernel.branch("topic", "mainline~1")
    kernel.write("README", "x\n")
    kernel.commit("readme")
    report = reviewed(run, "mainline..topic")
    assert report["whole"]["headers"] == []  # type: ignore[index]
    assert rules(report) == set()


def test_the_index(kernel: Kernel, run: Run) -> None:
    """What is staged is reviewed; what is only in the work tree is not."""
    kernel.replace(KVM, ANCHOR, HOLE + ANCHOR)
    assert rules(reviewed(run, "--staged")) == set()
    kernel.git("add", KVM)
    assert ("u64-compat-offset", "struct kvm_probe.flags") in rules(reviewed(run, "--staged"))


def test_a_first_commit(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit without a parent, and an index without a commit, are compared with nothing."""
    from tests.vcs.repos import create, git

    where = create(tmp_path / "new")
    header = where / "include/uapi/linux/x.h"
    header.parent.mkdir(parents=True)
    header.write_text(f"#include <linux/types.h>\n{HOLE}")
    git(where, "add", ".")
    monkeypatch.chdir(where)
    expected = ("u64-compat-offset", "struct kvm_probe.flags")
    assert expected in rules(reviewed(run, "--staged"))
    git(where, "commit", "--quiet", "-m", "x")
    assert expected in rules(reviewed(run, "HEAD"))


def test_mail_and_commits_give_one_answer(kernel: Kernel, run: Run, tmp_path: Path) -> None:
    """A series reviewed from its mails says what the branch itself says."""
    kernel.branch("topic", "mainline~3")
    kernel.replace(KVM, ANCHOR, HOLE + ANCHOR)
    kernel.commit("kvm: probe")
    kernel.replace(KVM, HOLE, NAMED)
    kernel.commit("kvm: name the hole")
    mails = kernel.series(
        tmp_path / "out", "mainline~3..topic", "--base=mainline~3", "--cover-letter", "-v2"
    )
    box = tmp_path / "box.mbox"
    box.write_bytes(b"".join(path.read_bytes() for path in reversed(mails)))
    kernel.git("checkout", "--quiet", "android13-5.15")
    by_mail, by_branch = reviewed(run, str(box)), reviewed(run, "mainline~3..topic")
    assert rules(by_mail) == rules(by_branch)
    assert rules(by_mail, "mended") == rules(by_branch, "mended") != set()


def test_a_patch_alone(
    kernel: Kernel, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a tree the patch's own lines are judged, and that this is a part is said: 2."""
    kernel.branch("topic", "mainline")
    kernel.replace(KVM, ANCHOR, HOLE + ANCHOR)
    kernel.commit("kvm: probe")
    (mail,) = kernel.series(tmp_path / "out", "mainline..topic")
    monkeypatch.chdir(tmp_path)
    done = run("review", str(mail), "--format", "json")
    assert done.code == 2
    report = json.loads(done.out)
    assert ("u64-compat-offset", "struct kvm_probe.flags") in rules(report)
    (step,) = report["steps"]
    assert "no tree here" in step["partial"]
    line = next(f["line"] for f in report["whole"]["findings"] if f["subject"].endswith("flags"))
    assert (kernel.path / KVM).read_text().splitlines()[line - 1] == "\t__u64 flags;"


def test_what_does_not_apply(kernel: Kernel, run: Run, tmp_path: Path) -> None:
    """A patch for another tree is judged by its own lines, and names the hunk: 2."""
    patch = tmp_path / "x.patch"
    patch.write_bytes(kernel.git("diff", "mainline~1", "mainline").encode())
    done = run("review", str(patch), "--onto", "android13-5.15")
    assert done.code == 2
    assert "does not apply: hunk 1 of" in " ".join(done.out.split())


def test_other_files_need_not_apply(kernel: Kernel, run: Run, tmp_path: Path) -> None:
    """A driver's part that does not fit this tree takes nothing from what is said of headers."""
    kernel.branch("topic", "mainline")
    kernel.write("drivers/x.c", "int x;\n")
    kernel.commit("x")
    kernel.replace(KVM, ANCHOR, HOLE + ANCHOR)
    kernel.write("drivers/x.c", "int y;\n")
    kernel.commit("kvm: probe")
    patch = tmp_path / "x.patch"
    patch.write_bytes(kernel.git("diff", "HEAD~1", "HEAD").encode())
    kernel.git("checkout", "--quiet", "mainline")
    done = run("review", str(patch), "--format", "json")
    assert done.code == 1
    assert ("u64-compat-offset", "struct kvm_probe.flags") in rules(json.loads(done.out))


def test_a_kernel_without_a_repository(
    fixture_tree: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A patch is applied to the tree around the current folder where no git knows of it."""
    import shutil

    tree = tmp_path / "linux"
    shutil.copytree(fixture_tree, tree)
    monkeypatch.chdir(tree)
    text = (tree / KVM).read_text()
    (tmp_path / "new.h").write_text(text.replace(ANCHOR, HOLE + ANCHOR))
    command = ["git", "diff", "--no-index", KVM, str(tmp_path / "new.h")]
    found = subprocess.run(command, capture_output=True, check=False).stdout
    named = found.replace(str(tmp_path / "new.h").encode(), f"/{KVM}".encode())
    (tmp_path / "x.patch").write_bytes(named)
    report = reviewed(run, str(tmp_path / "x.patch"))
    assert ("u64-compat-offset", "struct kvm_probe.flags") in rules(report)
    assert (tree / KVM).read_text() == text


def test_a_patch_on_what_a_file_was(kernel: Kernel, run: Run, tmp_path: Path) -> None:
    """Where a patch does not fit, the contents that it names are merged with what is here."""
    record = "struct kvm_near {\n\t__u32 a;\n\t__u32 b;\n\t__u32 c;\n\t__u32 d;\n};\n"
    kernel.branch("topic", "mainline")
    kernel.replace(KVM, ANCHOR, ANCHOR + record)
    kernel.commit("kvm: near")
    kernel.replace(KVM, "\t__u32 d;\n", "\t__u32 d;\n\t__u32 e;\n")
    kernel.commit("kvm: more")
    (mail,) = kernel.series(tmp_path / "out", "HEAD~1..HEAD")
    kernel.git("reset", "--quiet", "--hard", "HEAD~1")
    kernel.replace(KVM, "\t__u32 b;\n", "\t__s32 b;\n")
    kernel.commit("kvm: signed")
    report = reviewed(run, str(mail))
    assert ("struct-size-changed", "struct kvm_near") in rules(report)
    assert report["notes"] == ["kvm: more: merged three ways, as it does not fit as it is"]
    text = mail.read_text()
    mail.write_text(re.sub(r"(?m)^index \w{7}", "index 0123456", text))
    done = run("review", str(mail))
    assert (done.code, "hunk 1 of 1" in done.out) == (2, True)
    mail.write_text(re.sub(r"(?m)^index \w{7}", "index " + "0" * 7, text))
    assert run("review", str(mail)).code == 2


@pytest.mark.parametrize("words", [("mainline..mainline",), ("--staged",), ("HEAD",)])
def test_nothing_to_review(kernel: Kernel, run: Run, words: tuple[str, ...]) -> None:
    """An empty range, nothing staged, and a commit outside of uapi headers: one line, and 0."""
    kernel.write("README", "x\n")
    kernel.commit("readme")
    done = run("review", *words)
    assert (done.code, done.out.count("\n"), done.err) == (0, 1, "")
    assert "there is nothing to review" in done.out
    assert run("review", *words, "--format", "b4").out == "[]\n"
    reviewed(run, *words)


def test_what_cannot_be_answered_is_refused_first(
    kernel: Kernel, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commits have no mail to answer, which is said before anything is parsed."""

    def work(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("abicheck.engine.review.hearing.Hearings.read_ahead", work)
    done = run("review", "HEAD", "--format", "text", "--format", "mail=x")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert not (kernel.path / "x").exists()


@pytest.mark.parametrize(
    ("path", "text", "whole"),
    [
        ("drivers/a/b.h", "int a;\n", True),
        ("drivers/a/b.c", "struct compat_a {\n\tu32 b;\n};\n", True),
        ("drivers/a/b.h", "struct compat_a {\n\tu32 b;\n};\n", False),
        ("tools/include/uapi/linux/kvm.h", "#define A 1\n", False),
        ("Documentation/a.rst", "words\n", False),
    ],
)
def test_a_patch_that_does_not_apply(
    kernel: Kernel, run: Run, tmp_path: Path, path: str, text: str, whole: bool
) -> None:
    """It is looked at in part only where it touches what counts as a whole; else it is nothing."""
    kernel.branch("topic", "mainline")
    kernel.write(path, text)
    kernel.commit("before")
    kernel.write(path, text.replace("\n", "  \n") + "int more;\n")
    kernel.commit("after")
    (mail,) = kernel.series(tmp_path / "out", "HEAD~1..HEAD")
    kernel.git("checkout", "--quiet", "mainline")
    kernel.git("branch", "--quiet", "-D", "topic")
    done = run("review", str(mail), "--format", "b4")
    assert (done.code, done.out == "[]\n") == ((0, True) if whole else (2, False))


def test_rivals(kernel: Kernel, run: Run, tmp_path: Path) -> None:
    """The race for 214: a change that takes a rival's number has to move; others are not said."""
    (kernel.path / ".abicheck.toml").write_text('rivals = ["kvm/next", "not/here"]\n')
    report = reviewed(run, "kvmarm/next")
    told = json.dumps(report["collisions"])
    assert "214 is KVM_CAP_ARM_SYSTEM_SUSPEND in this change and KVM_CAP_VM_TSC_CONTROL" in told
    assert "the rival branch not/here was not compared" in told
    kernel.branch("later", "kvmarm/next")
    kernel.replace(KVM, ANCHOR, "#define KVM_CAP_LATER 4711\n" + ANCHOR)
    kernel.commit("kvm: later")
    later = reviewed(run, "HEAD")
    assert "214 is KVM_CAP_ARM_SYSTEM_SUSPEND" not in json.dumps(later["collisions"])
    kernel.git("checkout", "--quiet", "-b", "calm", "mainline")
    kernel.write("README", "x\n")
    kernel.commit("readme")
    assert run("review", "HEAD").code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nothing-of-the-kind",), "no such commit"),
        (("mainline..nothing",), "no such commit"),
        (("HEAD", "--format", "mail"), "--format mail answers a mail"),
        ((), "name one range"),
        (("a", "b"), "name one range"),
        (("--staged", "mainline"), "name no commit beside it"),
        (("--onto", "mainline", "HEAD"), "needs --onto BRANCH and --upstream BRANCH"),
        (("-",), "no patch in it"),
        (("--rule", "no-such-rule", "HEAD"), "no-such-rule"),
    ],
)
def test_what_names_no_change(
    kernel: Kernel,
    run: Run,
    arguments: tuple[str, ...],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Words that name no change are told in one line, with 2."""
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Subject: hello\n\nNothing.\n")))
    done = run("review", *arguments)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert told in done.err


def test_what_is_accepted_or_allowed(kernel: Kernel, run: Run) -> None:
    """A finding that the tree accepts, or allows inline, is no finding of the change."""
    (kernel.path / ".abicheck.toml").write_text('accepted = "accepted.toml"\n')
    kernel.replace(KVM, ANCHOR, HOLE + ANCHOR)
    assert run("accept", "--reason", "it is so", KVM).code == 0
    kernel.git("add", KVM)
    assert not {rule for rule, subject in rules(reviewed(run, "--staged")) if "probe" in subject}
    (kernel.path / ".abicheck.toml").unlink()
    kernel.replace(KVM, HOLE, HOLE.replace("flags;", "flags; " + ALLOWED))
    kernel.git("add", KVM)
    assert "u64-compat-offset" not in {rule for rule, _ in rules(reviewed(run, "--staged"))}


def test_a_tree_in_a_folder_of_its_repository(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kernel kept below ``vendor/`` is reviewed from its own folder: commits, index and mail."""
    from tests.vcs.repos import create, git

    where = create(tmp_path / "vendor-tree")
    root = where / "vendor/linux"
    header = root / "include/uapi/linux/x.h"
    header.parent.mkdir(parents=True)
    header.write_text("#include <linux/types.h>\n")
    (root / "arch/x86/include/uapi/asm").mkdir(parents=True)
    (root / "Makefile").write_text("VERSION = 6\n")
    (where / "notes.txt").write_text("one\n")
    git(where, "add", ".")
    git(where, "commit", "--quiet", "-m", "start")
    header.write_text(f"#include <linux/types.h>\n{HOLE}")
    (where / "notes.txt").write_text("two\n")
    git(where, "add", ".")
    monkeypatch.chdir(root)
    expected = ("u64-compat-offset", "struct kvm_probe.flags")
    assert expected in rules(reviewed(run, "--staged"))
    git(where, "commit", "--quiet", "-m", "x: probe")
    report = reviewed(run, "HEAD")
    assert expected in rules(report)
    git(where, "format-patch", "--quiet", "-1", "-o", str(tmp_path / "out"))
    git(where, "reset", "--quiet", "--hard", "HEAD~1")
    (mail,) = (tmp_path / "out").iterdir()
    by_mail = reviewed(run, str(mail))
    assert rules(by_mail) == rules(report)
    assert by_mail["steps"][0]["partial"] == ""  # type: ignore[index]


def test_a_first_commit_has_headers(kernel: Kernel, run: Run) -> None:
    """A commit without a parent is told with as many headers as it brings, not with none."""
    root = kernel.git("rev-list", "--max-parents=0", "mainline").split()[0]
    report = reviewed(run, root)
    paths = {item["path"] for item in report["whole"]["headers"]}  # type: ignore[index]
    assert KVM in paths
    assert f"in {len(paths)} files" in " ".join(run("review", root).out.split())


def test_a_table_of_calls_is_touched(kernel: Kernel, run: Run) -> None:
    """A change of a table of system calls alone is a change, and is told with its file."""
    table = "arch/x86/entry/syscalls/syscall_64.tbl"
    kernel.branch("topic", "mainline")
    kernel.write(table, "0\tcommon\tread\tsys_read\n")
    kernel.write("tools/perf/x.tbl", "0\tcommon\tread\tsys_read\n")
    kernel.commit("syscalls: a table")
    kernel.write(table, "0\tcommon\tread\tsys_read\n1\tcommon\twrite\tsys_write\n")
    kernel.write("tools/perf/x.tbl", "")
    kernel.commit("syscalls: write")
    report = reviewed(run, "HEAD")
    assert [item["path"] for item in report["whole"]["headers"]] == [table]  # type: ignore[index]
    shown = run("review", "HEAD").out
    assert "No break found." in shown
    assert "in 1 file" in shown


@pytest.mark.parametrize(
    ("path", "line", "header"),
    [
        ("include/uapi/Kbuild", "no-export-headers += linux/vfio.h", "linux/vfio.h"),
        ("arch/arm64/include/uapi/asm/Kbuild", "", "asm/kvm_para.h"),
    ],
)
def test_a_header_that_is_exported_no_more(
    kernel: Kernel, run: Run, path: str, line: str, header: str
) -> None:
    """A change of the list of exported headers alone takes a header from programs."""
    kernel.branch("topic", "mainline")
    old = (kernel.path / path).read_text()
    kernel.write(path, f"{old}{line}\n" if line else old.replace("generic-y += kvm_para.h\n", ""))
    kernel.commit("uapi: keep a header back")
    assert ("header-removed", header) in rules(reviewed(run, "HEAD"))


def test_a_header_that_is_exported_from_now_on(kernel: Kernel, run: Run) -> None:
    """A header that a list of exports kept back is judged by the change that lets it out."""
    kernel.branch("topic", "mainline")
    kbuild = "include/uapi/Kbuild"
    old = (kernel.path / kbuild).read_text()
    header = "include/uapi/linux/probe.h"
    kernel.write(header, "#include <linux/types.h>\n" + HOLE)
    kernel.write(kbuild, f"{old}no-export-headers += linux/probe.h\n")
    kernel.commit("kvm: probe, for ourselves")
    assert rules(reviewed(run, "HEAD")) == set()
    kernel.write(kbuild, old)
    kernel.commit("kvm: probe, for everybody")
    assert ("u64-compat-offset", "struct kvm_probe.flags") in rules(reviewed(run, "HEAD"))


def test_a_bit_given_twice_is_one_finding(kernel: Kernel, run: Run) -> None:
    """What lint says of a flag is not said beside the same of the comparison."""
    kernel.branch("topic", "mainline")
    both = "#define KVM_MEM_PROBE_A (1 << 0)\n#define KVM_MEM_PROBE_B (1 << 1)\n"
    kernel.replace(KVM, ANCHOR, both + ANCHOR)
    kernel.commit("kvm: flags")
    third = "#define KVM_MEM_PROBE_C (1 << 1)\n"
    kernel.replace(KVM, both, both + third)
    kernel.commit("kvm: a third one")
    found = {rule for rule, name in rules(reviewed(run, "HEAD")) if name == "KVM_MEM_PROBE_C"}
    assert len(found & {"number-overlap", "duplicate-number", "flag-overlap"}) == 1


def test_a_header_that_breaks_is_one_finding(kernel: Kernel, run: Run) -> None:
    """That a header no longer compiles is not said again of the header alone."""
    kernel.branch("topic", "mainline")
    kernel.replace(KVM, ANCHOR, "struct kvm_probe {\n\tstruct kvm_nowhere one;\n};\n" + ANCHOR)
    kernel.commit("kvm: probe")
    done = run("review", "HEAD", "--format", "json")
    found = rules(json.loads(done.out))
    assert {rule for rule, _ in found} & {"header-broken", "not-self-contained"} == {
        "header-broken"
    }
