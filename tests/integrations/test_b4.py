# SPDX-License-Identifier: GPL-2.0-or-later
"""This module runs our checks under the real b4, from the package index."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integrations.conftest import Kernel

pytestmark = pytest.mark.packaging

_REVIEW = """
import argparse, email, email.policy, json, sys
import b4
from b4.review import checks
b4.setup_config(argparse.Namespace(config=None))
patches, series = checks.load_check_cmds()
message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
found = checks.run_perpatch_checks([("x", message)], patches, b4.git_get_toplevel())
print(json.dumps(found["x"]))
"""
"""What ``b4 review`` does with a patch, without its screen."""


@pytest.fixture
def checked(kernel: Kernel, snippet: Callable[[str], str], foreign: Path) -> Kernel:
    """The tree with b4 told of our checks, as the page says it."""
    kernel.shell(snippet("b4"))
    return kernel


def _reviewed(kernel: Kernel, foreign: Path, patch: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [foreign / "python", "-c", _REVIEW],
        cwd=kernel.path,
        input=patch,
        env={**os.environ, "XDG_CACHE_HOME": str(kernel.path.parent / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(
    ("commit", "status"), [("topic~2", "pass"), ("topic~1", "fail"), ("topic", None)]
)
def test_review(checked: Kernel, foreign: Path, commit: str, status: str | None) -> None:
    """b4 review shows a result for a patch to a uapi header, and none for another."""
    patch = checked.run("git", "format-patch", "-1", "--stdout", commit)
    checked.run("git", "checkout", "-q", f"{commit}~1")
    found = _reviewed(checked, foreign, patch)
    assert [result["status"] for result in found] == ([] if status is None else [status])
    if status == "fail":
        (detail,) = [d for d in json.loads(found[0]["details"]) if d["status"] == "fail"]
        assert "struct kvm_thing.where" in detail["description"]


def test_prep(checked: Kernel, foreign: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """b4 prep --check fails the bad patch of a branch alone, each judged on its parent."""
    monkeypatch.delenv("GIT_COMMITTER_DATE")  # b4 looks for its own commit among recent ones
    b4 = foreign / "b4"
    checked.run("git", "checkout", "-q", "master")
    checked.run(b4, "prep", "-n", "thing", "-f", "master")
    checked.run("git", "cherry-pick", "master..topic")
    done = subprocess.run(
        [b4, "prep", "--check"], cwd=checked.path, capture_output=True, text=True, check=False
    )
    told = re.sub(r"\x1b\[[\d;]*m", "", done.stdout + done.stderr)
    assert "Success: 2, Warning: 0, Error: 1" in told
    assert re.search(r"ERROR: u64-compat-offset: struct kvm_thing\.where", told)
