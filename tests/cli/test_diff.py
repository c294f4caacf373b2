# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests ``abicheck diff``: which two versions words mean, and what a run leaves."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from abicheck.cli import output
from tools.history import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Done

KVM = "include/uapi/linux/kvm.h"
FEW = ("--abi", "x86_64,i386", "-j", "1")
_OLD = "#include <linux/types.h>\nstruct gz_run {\n\t__u32 a;\n\t__u64 b;\n};\n"
_NEW = _OLD.replace("__u64 b", "__u32 pad;\n\t__u64 b")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The history of system_event with a work tree at 6.0, as the current folder."""
    load("system-event", tmp_path / "kernel")
    monkeypatch.chdir(tmp_path / "kernel")
    return tmp_path / "kernel"


def _compared(done: Done) -> tuple[str, str]:
    document: dict[str, Any] = json.loads(done.out)
    return document["baseline"], document["current"]


class TestVersions:
    """The words before the paths."""

    @pytest.mark.parametrize(
        ("words", "versions"),
        [
            (("v5.15", "v5.18"), ("v5.15", "v5.18")),
            (("v5.15..v5.18",), ("v5.15", "v5.18")),
            (("v5.15..",), ("v5.15", "HEAD")),
            (("..v5.18",), ("HEAD", "v5.18")),
            (("kvm/next...linux-next",), ("where kvm/next and linux-next parted", "linux-next")),
            (("v5.18",), ("v5.18", "work tree")),
            ((), ("HEAD", "work tree")),
            ((KVM,), ("HEAD", "work tree")),
            (("v5.18", "--staged"), ("v5.18", "index")),
            (("--staged",), ("HEAD", "index")),
            (("v5.18", "v6.0", KVM), ("v5.18", "v6.0")),
            (("v5.18", KVM), ("v5.18", "work tree")),
            (("v5.18", "linux/kvm.h"), ("v5.18", "work tree")),
        ],
    )
    @pytest.mark.usefixtures("checkout")
    def test_words_are_read_as_git_reads_them(
        self,
        run: Callable[..., Done],
        words: tuple[str, ...],
        versions: tuple[str, str],
    ) -> None:
        """Revisions, ranges, one revision and none mean what they mean to git diff."""
        done = run("diff", *words, *FEW, "--format", "json", "--fail-on", "never")
        assert done.err == ""
        assert _compared(done) == versions

    @pytest.mark.usefixtures("in_history")
    def test_three_dots_start_where_both_parted(self, run: Callable[..., Done]) -> None:
        """A...B holds what B changed, and nothing that A changed since."""
        span = ("v6.0...kvmarm/next", "v5.18-rc2..kvmarm/next")
        one, other = (
            json.loads(run("diff", word, *FEW, "--format", "json", "--fail-on", "never").out)
            for word in span
        )
        assert one["changes"] == other["changes"]
        assert one["headers"] == other["headers"] != []

    def test_a_subfolder_is_as_good_as_the_root(
        self, checkout: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Paths are those of the current folder."""
        monkeypatch.chdir(checkout / "include/uapi/linux")
        done = run("diff", "v5.15..v5.18", "kvm.h", *FEW, "--format", "json", "--fail-on", "never")
        assert [header["path"] for header in json.loads(done.out)["headers"]] == [KVM]

    def test_what_is_staged_is_not_what_lies_there(
        self, checkout: Path, run: Callable[..., Done]
    ) -> None:
        """The work tree's changes are no part of the index."""
        text = (checkout / KVM).read_text()
        (checkout / KVM).write_text(text.replace("__u8 pad[64];", "__u8 pad[60];"))
        assert "kvm_enable_cap" in run("diff", *FEW).out
        assert run("diff", "--staged", *FEW).out == "HEAD to index: no uapi header differs\n"

    def test_two_trees_need_no_git(
        self, fixture_tree: Path, tmp_path: Path, run: Callable[..., Done]
    ) -> None:
        """Two folders are compared whole, under the names that tell them apart."""
        shutil.copytree(fixture_tree, tmp_path / "new/tree")
        header = tmp_path / "new/tree" / KVM
        header.write_text(header.read_text().replace("__u8 pad[64];", "__u8 pad[60];"))
        done = run("diff", str(fixture_tree), str(tmp_path / "new/tree"), *FEW, "--format", "json")
        assert done.code == 1
        assert _compared(done) == ("fixtures", "new")

    @pytest.mark.parametrize("name", ["gz.h", "gz-1.0.h"])
    def test_two_headers_need_no_tree(
        self, tmp_path: Path, run: Callable[..., Done], name: str
    ) -> None:
        """A vendor's header is compared with its older version, whatever that one is called."""
        old, new = tmp_path / f"old/{name}", tmp_path / "new/gz.h"
        for path, text in ((old, _OLD), (new, _NEW)):
            path.parent.mkdir()
            path.write_text(text)
        done = run("diff", str(old), str(new), *FEW)
        assert done.code == 1
        assert "struct gz_run.b" in done.out
        assert "\ngz.h: breaks" in done.out
        assert str(tmp_path) not in done.out

    @pytest.mark.usefixtures("in_history")
    def test_a_version_and_itself_are_the_same(self, run: Callable[..., Done]) -> None:
        """(x, x) is silent whatever x is."""
        done = run("diff", "v5.18..v5.18")
        assert (done.code, done.out) == (0, "v5.18 to v5.18: no uapi header differs\n")


class TestExitCodes:
    """What a script learns, as from lint."""

    @pytest.mark.usefixtures("in_history")
    def test_findings(self, run: Callable[..., Done]) -> None:
        """An error is 1, and 0 where errors are not what it should fail on."""
        words = ("diff", "v5.18-rc2..v5.18", KVM, *FEW)
        assert run(*words).code == 1
        assert run(*words, "--fail-on", "never").code == 0

    @pytest.mark.usefixtures("in_history")
    @pytest.mark.parametrize("form", output.FORMATS)
    def test_a_format_does_not_change_the_code(self, run: Callable[..., Done], form: str) -> None:
        """Every format says something and ends alike."""
        done = run("diff", "v5.18-rc2..v5.18", KVM, *FEW, "--format", form)
        assert done.code == 1
        assert done.out

    def test_what_was_not_checked_outranks_findings(
        self, checkout: Path, run: Callable[..., Done]
    ) -> None:
        """A header that no longer parses is reported with its reason, and the code is 2."""
        text = (checkout / KVM).read_text()
        (checkout / KVM).write_text(text + "\nstruct broken {\n")
        done = run("diff", "HEAD", KVM, *FEW)
        assert done.code == 2
        assert f"not checked: {KVM}" in done.out
        assert f"{KVM}: breaks recompiling; not checked" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere",), "nowhere"),
        (("v5.18..nowhere",), "nowhere"),
        (("v5.18", "v6.0", "linux/nothing.h"), "linux/nothing.h"),
        (("v5.18", "include/uapi/linux/nothing.h"), "include/uapi/linux/nothing.h"),
        (("v5.18", "v6.0", "v5.15"), "v5.15"),
        (("v5.18..v6.0", "--staged"), "--staged"),
        (("--staged", "--merge", "linux-next"), "not allowed with"),
        (("v5.18", "--abi", "i387"), "did you mean i386"),
        (("v5.18", "--abi", "i386", "--compat"), "exclude each other"),
        (("v5.18", "--rule", "no-such-rule"), "no-such-rule"),
        (("v5.18", "-j", "0"), "-j takes a number"),
        (("",), "empty word"),
        (("--stagged",), "did you mean '--staged'"),
    ],
)
@pytest.mark.usefixtures("checkout")
def test_bad_input_is_one_line(run: Callable[..., Done], words: tuple[str, ...], said: str) -> None:
    """What cannot be compared is one line on standard error, nothing else, and code 2."""
    done = run("diff", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1


@pytest.mark.usefixtures("in_history")
def test_a_bare_repository_has_no_work_tree(run: Callable[..., Done]) -> None:
    """One revision alone needs a work tree to stand against."""
    done = run("diff", "v5.18")
    assert done.code == 2
    assert "without a work tree" in done.err
