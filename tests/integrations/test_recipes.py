# SPDX-License-Identifier: GPL-2.0-or-later
"""This module runs the shell snippets of docs/integrations.md as they stand."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from tests.integrations.conftest import BAD, KVM, ROOT, snippets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from tests.integrations.conftest import Kernel

_MAIL_ROBOT = """#!/bin/sh
cat > "$SENT"
"""


def test_every_snippet_has_its_test() -> None:
    """The page shows nothing that no test of this folder runs."""
    tests = "".join(path.read_text() for path in (ROOT / "tests/integrations").glob("test_*.py"))
    assert [heading for heading in snippets() if f'snippet("{heading}")' not in tests] == []


def test_any_ci(kernel: Kernel, snippet: Callable[[str], str]) -> None:
    """The recipe leaves a report in every format, and fails for the bad commit."""
    (install, recipe) = snippet("Any CI").split("\n", maxsplit=1)
    assert install == "pip install --quiet uapi-abicheck"
    told = kernel.shell(recipe, 1, {"BASE": "master", "TIP": "topic"})
    assert "struct kvm_thing.where" in told
    for name in ("xml", "sarif", "md", "html"):
        assert "kvm_thing" in (kernel.path / f"abicheck.{name}").read_text()
    assert kernel.shell(recipe, 0, {"BASE": "master", "TIP": "topic~2"})


def test_git(kernel: Kernel, snippet: Callable[[str], str]) -> None:
    """The aliases review what is staged, what upstream has not, and a range."""
    kernel.shell(snippet("git"))
    assert "no uapi header is touched" in kernel.run("git", "abi")
    assert "kvm_thing" in kernel.run("git", "abi-review", code=1)
    assert "No break found" in kernel.run("git", "abi-review", "v6.1..topic~2")
    kernel.run("git", "checkout", "-q", "master")
    kernel.append(KVM, BAD)
    assert "kvm_thing" in kernel.run("git", "abi", code=1)


def test_mail(
    kernel: Kernel,
    snippet: Callable[[str], str],
    program: Callable[[str], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """mutt and git send-email take the draft, and send it where the thread is."""
    robot, sent = tmp_path / "robot", tmp_path / "sent"
    robot.write_text(_MAIL_ROBOT)
    robot.chmod(0o755)
    monkeypatch.setenv("SENT", str(sent))
    me = "Rita Reviewer <rita@example.org>"
    (tmp_path / "muttrc").write_text(f'set sendmail={robot} from="{me}" copy=no charset=utf-8\n')
    kernel.run("git", "config", "sendemail.from", me)
    kernel.run("git", "config", "sendemail.smtpServer", str(robot))
    kernel.run("git", "config", "sendemail.confirm", "never")
    kernel.run("git", "checkout", "-q", "master")
    series = "git format-patch --thread --stdout master..topic~1 > series.mbox"
    kernel.shell(series)
    make, mutt, send = snippet("Mail").splitlines()
    kernel.shell(make)
    kernel.shell(mutt.replace("mutt", f"{program('mutt')} -n -F {tmp_path}/muttrc"))
    _check(sent.read_text(encoding="utf-8"))
    sent.unlink()
    kernel.shell(send)
    _check(sent.read_text(encoding="utf-8"))


def _check(sent: str) -> None:
    head, _, body = sent.partition("\n\n")
    assert "Subject: Re: [PATCH 2/2] KVM: a thing" in head
    assert "To: A Developer <developer@example.org>" in head
    assert "From: Rita Reviewer <rita@example.org>" in head
    assert "In-Reply-To: <" in head
    assert "> +\t__u64 where;\n\nwhere is at byte 8" in body


def test_make(kernel: Kernel, snippet: Callable[[str], str], program: Callable[[str], str]) -> None:
    """Each target does what it is called, from a Makefile of its own or the tree's."""
    assert program("make")
    folder = kernel.path / "scripts"
    folder.mkdir(exist_ok=True)
    text = (ROOT / "integrations/Makefile.uapi").read_text()
    (folder / "Makefile.uapi").write_text(text)
    lint, diff, review = snippet("make").splitlines()
    assert "kvm_thing.where" in kernel.shell(lint, 2)
    assert KVM in kernel.shell(diff, 0)
    assert "kvm_thing.where" in kernel.shell(review, 2)
    (kernel.path / "Makefile").write_text("srctree := .\nQ := @\ninclude scripts/Makefile.uapi\n")
    told = kernel.run(
        "make", "uapi-review", "UAPI_BASE=topic~2", "ABICHECK_FLAGS=--format json", code=2
    )
    assert json.loads(told)["verdict"]["standing"] == "broken"


def test_hooks_of_pre_commit_are_commands() -> None:
    """Every hook that we publish is a command with arguments that we take."""
    import shlex

    from abicheck.cli.parser import parse

    lines = (ROOT / ".pre-commit-hooks.yaml").read_text().splitlines()
    entries = [line.partition(": ")[2] for line in lines if line.startswith("  entry: ")]
    assert len(entries) == 2
    for entry in entries:
        program, *arguments = shlex.split(entry)
        assert program == "abicheck"
        assert parse(arguments).staged


def test_the_makefile_is_complete() -> None:
    """make finds nothing wrong with the snippet by itself."""
    command = ("make", "-n", "-f", ROOT / "integrations/Makefile.uapi", "uapi-lint")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith("cd . && abicheck lint --since HEAD")
