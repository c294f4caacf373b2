# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds who may import whom, and what a command may load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

_PARSERS = {"clang", "pcpp", "pycparser"}
_NEVER_AT_START = {
    *_PARSERS,
    *("concurrent.futures", "ctypes", "email", "importlib.metadata", "jinja2", "json", "msgspec"),
    *("multiprocessing", "rich", "rich_argparse", "subprocess", "tomllib", "unittest"),
}
_VALUES = {"json", "msgspec"}
"""What the model is made of, and what its older releases load."""
_FOR_TEXT = _NEVER_AT_START - _VALUES - {"clang", "ctypes", "json", "subprocess"}
_KVM = "fixtures/tree/include/uapi/linux/kvm.h"

_RUN = """
import sys
from abicheck.cli import main
code = main({arguments!r})
loaded = sorted(set({modules!r}) & set(sys.modules))
print("loaded", *loaded, file=sys.stderr)
sys.exit(code)
"""


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_layers_hold() -> None:
    """The contracts in pyproject.toml hold: one direction, and one place for each heavy import."""
    pytest.importorskip("importlinter")
    lint = Path(sys.executable).with_name("lint-imports")
    done = _run(lint, "--no-cache")
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize(
    ("arguments", "forbidden"),
    [
        (["--version"], _NEVER_AT_START),
        (["abis"], _NEVER_AT_START - _VALUES),
        (["layout", "kvm_run", _KVM, "--abi", "i386", "--format", "text"], _FOR_TEXT),
        (["layout", "kvm_run", _KVM, "--abi", "i386", "--format", "json"], _FOR_TEXT),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_loads_only_what_it_needs(arguments: list[str], forbidden: set[str]) -> None:
    """A command imports no library whose work it does not do."""
    program = _RUN.format(arguments=arguments, modules=sorted(forbidden))
    done = _run(sys.executable, "-c", program)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "loaded"
