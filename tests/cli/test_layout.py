# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests ``abicheck layout`` from arguments to text."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from abicheck.cli.commands.layout import is_path
from tests.report.schemas import problems

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

    from tests.cli.conftest import Done
    from tests.conftest import Cc1

KVM = "include/uapi/linux/kvm.h"


def test_a_nested_record(
    run: Callable[..., Done], in_tree: Path, recorded: SnapshotAssertion
) -> None:
    """The record that has no name of its own, under every ABI the header is exported for."""
    done = run("layout", "kvm_run.system_event", KVM)
    assert (done.code, done.err) == (0, "")
    assert done.out == recorded


def test_what_programs_see(
    run: Callable[..., Done], in_tree: Path, recorded: SnapshotAssertion
) -> None:
    """A 32-bit program and its 64-bit kernel, only where they differ."""
    done = run("layout", "kvm_run.system_event", "--compat", "--why", KVM)
    assert (done.code, done.err) == (0, "")
    assert done.out == recorded


def test_the_repair(
    run: Callable[..., Done], in_history: Path, recorded: SnapshotAssertion
) -> None:
    """Two revisions side by side: the member that moved, and for whom."""
    done = run("layout", "kvm_run.system_event", "--rev", "v5.18", "--against", "v5.18-rc2")
    assert (done.code, done.err) == (0, "")
    assert done.out == recorded


def test_a_comparison_as_a_document(run: Callable[..., Done], in_history: Path) -> None:
    """The same as JSON is valid, and says that flags moved for one ABI only."""
    record = ("layout", "kvm_run.system_event", "--rev", "v5.18", "--against", "v5.18-rc2")
    document = json.loads(run(*record, "--format", "json").out)
    assert problems("layout-comparison-1", document, strict=True) == []
    moved = [
        change["abis"]
        for change in document["changes"]
        for member in change["members"]
        if member["path"] == "flags"
    ]
    assert moved == [["i386"]]
    assert [document[side]["source"] for side in ("baseline", "current")] == ["v5.18-rc2", "v5.18"]


def test_a_document(run: Callable[..., Done], in_tree: Path) -> None:
    """A whole header as JSON is valid to the letter."""
    document = json.loads(run("layout", "*", KVM, "--format", "json").out)
    assert problems("layout-1", document, strict=True) == []
    assert {"struct kvm_run"} <= {record["name"] for record in document["records"]}


@pytest.mark.parametrize("triple", ["x86_64-linux-gnu", "i686-linux-gnu", "m68k-linux-gnu"])
def test_frozen_behind_its_own_header(
    triple: str, run: Callable[..., Done], fixture_tree: Path, cc1: Callable[..., Cc1]
) -> None:
    """The assertions of a vendor's records, behind the header's own text, compile and hold."""
    header = fixture_tree.parent / "vendor/xen_vcpu.h"
    asserts = run("layout", "*runstate*", str(header), "--format", "asserts").out
    text = header.read_text().replace(
        "#include <linux/types.h>", "typedef unsigned long long __u64;"
    )
    assert "#if" in asserts
    cc1(triple).assemble(f"{text}\n{asserts}", "-std=gnu11", "-Wall", "-Werror")


def test_several_names_and_globs(run: Callable[..., Done], in_tree: Path) -> None:
    """Several names, globs and tags with their keyword are one report."""
    names = ("struct kvm_run", "kvm_r*", "kvm_run.system_event")
    document = json.loads(run("layout", *names, KVM, "--format", "json").out)
    found = [(record["name"], record["path"]) for record in document["records"]]
    assert {("struct kvm_run", KVM), ("struct kvm_run.system_event", KVM)} <= set(found)
    assert len(found) == len(set(found))


def test_only_the_abis_asked_for(run: Callable[..., Done], in_tree: Path) -> None:
    """--abi takes lists, globs and classes, and says nothing of others."""
    arguments = ("--abi", "i386,x86_64", "--abi", "ppc*", "--format", "json")
    document = json.loads(run("layout", "kvm_run", KVM, *arguments).out)
    assert document["abis"] == ["x86_64", "i386", "ppc64", "ppc64le", "ppc"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["kvm_ran", KVM], "kvm_ran"),
        (["kvm_run", "include/uapi/linux/none.h"], "none.h"),
        (["kvm_run", KVM, "--abi", ""], "--abi takes names of ABIs, not ''"),
        (["", KVM], "'' is neither a record's name nor a path that exists"),
        (["kvm_run.", KVM], "there is no name on one side of a dot"),
        (["kvm_run", KVM, "--abi", "i387"], "unknown ABI 'i387'; did you mean i386?"),
        (["kvm_run", KVM, "--rev", "v0.0"], "v0.0"),
        (["kvm_run", KVM, "--rev", "v5.18", "--staged"], "not allowed with argument"),
        (["kvm_run", KVM, "--against", "HEAD", "--format", "asserts"], "--against"),
    ],
)
def test_what_is_not_there(
    arguments: list[str], message: str, run: Callable[..., Done], in_tree: Path
) -> None:
    """A record, header, ABI or revision that does not exist is an error of one line."""
    done = run("layout", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("abicheck: error: ")
    assert done.err.count("\n") == 1
    assert message in done.err


def test_what_cannot_be_parsed(
    run: Callable[..., Done], tmp_path: Path, recorded: SnapshotAssertion
) -> None:
    """A broken header is not checked: the report says why, and the exit code is 2."""
    header = tmp_path / "broken.h"
    header.write_text("struct good { int a; };\nstruct broken { __u65 b; };\n")
    done = run("layout", "*", str(header), "--abi", "x86_64")
    assert done.code == 2
    assert done.out == recorded


def test_strangers_get_no_word_in(run: Callable[..., Done], tmp_path: Path) -> None:
    """Escapes in a header's name and errors reach neither output."""
    header = tmp_path / "e\x1b[2J\nvil.h"
    header.write_text('struct s { int a; };\n#error "\x1b[31mred\x9b2J"\n')
    done = run("layout", "*", str(header), "--abi", "x86_64")
    assert "\x1b" not in done.out + done.err
    assert "\x9b" not in done.out + done.err


def test_what_is_staged(
    run: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--staged reads what will be committed, not what lies in the work tree."""
    folder = tmp_path / "include/uapi/linux"
    folder.mkdir(parents=True)
    (folder / "a.h").write_text("struct a { int staged; };\n")
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    (folder / "a.h").write_text("struct a { int edited; };\n")
    monkeypatch.chdir(tmp_path)
    path = "include/uapi/linux/a.h"
    assert "int staged;" in run("layout", "a", path, "--staged", "--abi", "i386").out
    assert "int edited;" in run("layout", "a", path, "--abi", "i386").out


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("kvm_run", False),
        ("kvm_run.system_event", False),
        ("kvm_sev_*", False),
        ("struct kvm_run", False),
        ("kvm.h", True),
        ("include/uapi", True),
        (".", True),
        ("arch", True),
    ],
)
def test_names_and_paths_are_told_apart(word: str, path: bool, in_tree: Path) -> None:
    """A word is a path if it has a slash, ends as a header does, or exists."""
    assert is_path(word) == path


def test_a_record_of_one_side_only(
    run: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that is new, or gone, is shown as that; one that neither side has is an error."""
    folder = tmp_path / "include/uapi/linux"
    folder.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    header = folder / "a.h"
    header.write_text("struct old { int a; };\n")
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "old"]):
        subprocess.run(["git", *command], check=True)
    header.write_text("struct new { int a; };\n")
    arguments = ("include/uapi/linux/a.h", "--abi", "i386", "--against", "HEAD")
    assert "new: not in HEAD" in run("layout", "new", *arguments).out
    assert "gone: not in work tree" in run("layout", "old", *arguments).out
    both = run("layout", "old", "new", *arguments).out
    assert both.index("struct new") < both.index("struct old")
    assert run("layout", "none", *arguments).code == 2
