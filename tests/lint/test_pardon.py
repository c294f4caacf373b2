# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests what people and configuration can take from a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.cli import main

if TYPE_CHECKING:
    import pytest

    from tests.lint.conftest import Kernel

HEADER = "include/uapi/linux/thing.h"
BAD = "#include <linux/types.h>\nstruct thing {\n\t__u32 kind;\n\t__u64 where;%s\n};\n"


def _write(kernel: Kernel, comment: str = "") -> None:
    (kernel.root / HEADER).write_text(BAD % comment, encoding="utf-8")


def test_a_comment_with_a_reason_allows_the_finding(kernel: Kernel) -> None:
    """The line's own finding is gone, and the exit code with it."""
    _write(kernel, "\t/* abicheck: allow(u64-compat-offset) converted by hand */")
    assert kernel.lint(HEADER) == (0, [])


def test_a_comment_that_allows_nothing_is_reported(kernel: Kernel) -> None:
    """An allowance for what is not found is a finding of its own."""
    text = "struct thing {\n\tint kind;\t/* abicheck: allow(u64-compat-offset) old */\n};\n"
    (kernel.root / HEADER).write_text(text, encoding="utf-8")
    _, lines = kernel.lint(HEADER)
    assert [line.split(": ")[2] for line in lines] == ["unused-allowance"]


def test_a_comment_about_no_rule_is_an_error(kernel: Kernel) -> None:
    """A misspelt rule allows nothing, says so, and leaves the finding standing."""
    _write(kernel, "\t/* abicheck: allow(u64-compat-ofset) typo */")
    _, lines = kernel.lint(HEADER)
    assert sorted(line.split(": ")[2] for line in lines) == [
        "malformed-allowance",
        "u64-compat-offset",
    ]


def test_accepted_findings_are_gone_until_they_no_longer_match(
    kernel: Kernel, capsys: pytest.CaptureFixture[str]
) -> None:
    """Accepting silences; mending makes the entry stale; pruning drops it."""
    (kernel.root / ".abicheck.toml").write_text('accepted = "ok.toml"\n', encoding="utf-8")
    _write(kernel)
    accept = ["accept", "--rule", "u64-compat-offset", HEADER]
    assert main([*accept, "--reason", "shipped so"]) == 0
    capsys.readouterr()
    assert kernel.lint(HEADER) == (0, [])
    (kernel.root / HEADER).write_text("struct thing {\n\tint kind;\n};\n", encoding="utf-8")
    _, lines = kernel.lint(HEADER)
    assert [line.split(": ")[2] for line in lines] == ["stale-acceptance"]
    assert main([*accept, "--prune"]) == 0
    capsys.readouterr()
    assert kernel.lint(HEADER) == (0, [])


def test_a_level_in_the_configuration_decides_the_exit_code(kernel: Kernel) -> None:
    """A rule made a note for a folder no longer fails the run, and one that is off is silent."""
    _write(kernel)
    entry = '[[per-path]]\npaths = ["include/uapi/linux"]\nrules = { u64-compat-offset = "%s" }\n'
    file = kernel.root / ".abicheck.toml"
    file.write_text(entry % "note", encoding="utf-8")
    code, lines = kernel.lint(HEADER)
    assert (code, [line.split(": ")[1] for line in lines]) == (0, ["note"])
    file.write_text(entry % "off", encoding="utf-8")
    assert kernel.lint(HEADER) == (0, [])


def test_an_unknown_rule_in_the_configuration_is_refused(kernel: Kernel) -> None:
    """A rule that does not exist is a mistake, not a rule that finds nothing."""
    (kernel.root / ".abicheck.toml").write_text('[rules]\nno-such-rule = "off"\n')
    _write(kernel)
    assert main(["lint", HEADER]) == 2
