# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests what a merge is found to have lost, on real stories and on generated ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck.cli import main
from abicheck.diff.merge import Entry, losses
from abicheck.model import Severity, Span, Victim
from tests.merge.blocks import VERSIONS, MergeBlocks, lost, merges, tree
from tools.history import load

if TYPE_CHECKING:
    from pathlib import Path

HERE = Span("linux/example.h", 1, 1)
PAGE = tuple(merges())

versions = st.dictionaries(
    st.sampled_from("abcde"),
    st.sampled_from("123").map(lambda text: Entry(text=text, span=HERE)),
)


@pytest.fixture(scope="module")
def bpf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The history of bpf_prog_info's padding; read it, do not write to it."""
    path = tmp_path_factory.mktemp("bpf") / "kernel.git"
    load("bpf-prog-info", path, bare=True)
    return path


def _changes(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    main(["diff", *words, "--rule", "merge-lost-fix", "--format", "json"])
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["changes"]
    return found


@pytest.mark.parametrize("merge", PAGE, ids=lambda merge: str(merge.number))
def test_a_page_s_merges_lose_what_they_say(merge: MergeBlocks, tmp_path: Path) -> None:
    """The rule finds something on just the lines of its page that say so."""
    assert tuple(merge.texts) == VERSIONS
    found = {item.span.line - 1: set(item.abis) for item in merge.judged(tmp_path).findings}
    assert found.keys() == merge.expected.keys()
    assert all(abis <= found[line] for line, abis in merge.expected.items())


def test_the_page_shows_the_rule_both_ways() -> None:
    """One merge of the page loses something, another nothing."""
    assert {bool(merge.expected) for merge in PAGE} == {True, False}


def test_the_pad_that_a_merge_lost(
    bpf: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The pad behind gpl_compatible was mainline's own; without it m68k has another layout."""
    monkeypatch.chdir(bpf)
    (lost,) = _changes(capsys, "--merge", "v4.18-rc1")
    assert lost["subject"] == "struct bpf_prog_info"
    assert lost["severity"] == "error"
    assert "added `__u32 :31` after gpl_compatible" in lost["message"]
    assert lost["suggestion"] == "__u32 :31;"
    (group,) = lost["groups"]
    assert group["abis"] == lost["abis"] == ["m68k"]
    assert (group["old"]["offset"], group["new"]["offset"]) == (88, 86)


def test_a_merge_that_keeps_both_changes_is_silent(
    bpf: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same merge with the pad in it has lost nothing, and says so for the header."""
    monkeypatch.chdir(bpf)
    assert main(["diff", "--merge", "good"]) == 0
    said = capsys.readouterr().out
    assert "include/uapi/linux/bpf.h: has what good^1 and good^2 changed\n" in said


def test_a_layout_that_no_branch_had(
    fixture_history: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """linux-next kept the flags that kvm/next had removed, so that data lay elsewhere everywhere.

    The numbers that both branches had taken are warnings: the merge had to choose.
    """
    monkeypatch.chdir(fixture_history)
    found = _changes(capsys, "--merge", "linux-next")
    (flags,) = [item for item in found if item["severity"] == "error"]
    assert flags["subject"] == "struct kvm_run.system_event.flags"
    assert "system_event.data is at byte 48, and at byte 40 in linux-next^1" in flags["consequence"]
    assert {"arm64", "riscv32", "i386", "s390x"} <= set(flags["abis"])
    others = {item["subject"]: item["severity"] for item in found if item is not flags}
    assert others == dict.fromkeys(
        ("KVM_SYSTEM_EVENT_WAKEUP", "KVM_SYSTEM_EVENT_SUSPEND", "KVM_CAP_ARM_SYSTEM_SUSPEND"),
        Severity.WARNING,
    )


def test_two_members_at_one_place(tmp_path: Path) -> None:
    """Where both sides add a member at the end, the second one is where nobody has it."""
    start, end = "struct s {\n\t__u32 a;\n", "};\n"
    sides = ("", "\t__u32 ours;\n", "\t__u32 theirs;\n", "\t__u32 ours;\n\t__u32 theirs;\n")
    found = lost(
        *(
            tree(tmp_path / name, f"#include <linux/types.h>\n{start}{side}{end}")
            for name, side in zip(VERSIONS, sides, strict=True)
        ),
        abis=("x86_64",),
    ).findings
    assert [(item.subject, item.kind, item.severity) for item in found] == [
        ("struct s.theirs", "moved", Severity.WARNING)
    ]


@pytest.mark.parametrize(
    ("commit", "said"),
    [("v4.17", "v4.17 is no merge: it has one parent"), ("nowhere", "no such commit")],
)
def test_what_is_no_merge_is_refused(
    bpf: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    commit: str,
    said: str,
) -> None:
    """A commit with one parent, and a word that is no commit, are one line and exit code 2."""
    monkeypatch.chdir(bpf)
    assert main(["diff", "--merge", commit]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert said in output.err
    assert output.err.count("\n") == 1


def test_a_header_that_no_version_has_is_refused(
    bpf: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second revision beside a merge is no header, and is not taken for one that is clean."""
    monkeypatch.chdir(bpf)
    assert main(["diff", "--merge", "v4.18-rc1", "v4.17"]) == 2
    said = "v4.17: neither v4.18-rc1 nor a parent has a uapi header there"
    assert said in capsys.readouterr().err


def test_a_fix_for_compat_programs_hurts_these(tmp_path: Path) -> None:
    """Where only 32-bit ABIs lose a fix, those who meet another layout are their programs."""
    fields = (
        "a; __u64 b;",
        "a; __u64 b; __u64 c;",
        "a; __u32 pad; __u64 b;",
        "a; __u64 b; __u64 c;",
    )
    texts = (f"#include <linux/types.h>\nstruct s {{ __u32 {each} }};\n" for each in fields)
    trees = (tree(tmp_path / name, text) for name, text in zip(VERSIONS, texts, strict=True))
    (found,) = lost(*trees, abis=("x86_64", "i386")).findings
    assert (found.abis, found.victims) == (("i386",), (Victim.COMPAT,))


@given(versions, versions, versions)
def test_a_merge_that_takes_both_sides_loses_nothing(
    base: dict[str, Entry], ours: dict[str, Entry], theirs: dict[str, Entry]
) -> None:
    """Where each entry is what the only side that changed it has, nothing is lost."""
    merge = {}
    for name in {*base, *ours, *theirs}:
        sides = [side.get(name) for side in (ours, theirs)]
        changed = [side for side in sides if side != base.get(name)]
        chosen = changed[0] if changed else base.get(name)
        if chosen is not None:
            merge[name] = chosen
    found = list(losses(base, [ours, theirs], merge))
    assert all(loss.contested for loss in found)


@given(versions, versions, versions)
def test_every_change_that_is_not_in_the_merge_is_told_once(
    base: dict[str, Entry], ours: dict[str, Entry], merge: dict[str, Entry]
) -> None:
    """A side's change is lost just where the merge has something else than that side."""
    found = [loss.subject for loss in losses(base, [ours, base], merge)]
    names = {*base, *ours, *merge}
    expected = {n for n in names if ours.get(n) != base.get(n) and ours.get(n) != merge.get(n)}
    assert sorted(found) == sorted(expected)
