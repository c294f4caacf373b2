# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shows that a comparison depends on what is compared, and on nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from abicheck.engine.harvest import Harvest
from abicheck.engine.labour import add
from abicheck.model import Scalar, ScalarKind
from tests.diff.versions import compared

if TYPE_CHECKING:
    from pathlib import Path

_WORD = """#ifdef __powerpc64__
typedef unsigned long word;
#else
typedef unsigned long long word;
#endif
#ifdef __powerpc64__
struct kept {
  word a;
};
#else
struct first {
  %s
};
#endif
"""
"""A typedef that is another scalar under each of two ABIs, as ``__u64`` is."""


def test_a_typedef_that_each_abi_has_its_own_way_is_no_change() -> None:
    """What stands for a typedef is compared ABI by ABI, whichever ABI showed it first."""
    report = compared(_WORD % "word a;", _WORD % "__u32 a, b;", abis=("x86_64", "ppc64"))
    assert [pair.name for header in report.headers for pair in header.records] == ["struct first"]


def test_the_process_that_ends_first_does_not_decide_what_a_typedef_is() -> None:
    """Parts of a harvest add up to the same types in either order."""
    parts = [
        Harvest(types={"__u64": {"x86_64": Scalar(ScalarKind.ULLONG)}}),
        Harvest(types={"__u64": {"ppc64": Scalar(ScalarKind.ULONG)}}),
    ]
    sums = []
    for order in (parts, parts[::-1]):
        total = Harvest()
        for part in order:
            add(total, part)
        sums.append(total.types)
    assert sums[0] == sums[1]
    assert sums[0]["__u64"].keys() == {"x86_64", "ppc64"}


def test_the_same_request_gives_the_same_bytes(tmp_path: Path) -> None:
    """Neither the seed of Python's hashes nor the number of processes shows in a report."""
    include = "#include <linux/types.h>\n"
    text = "struct %s {\n  __u64 a;\n  %s\n};\n#define %s_ONE 1\n#define %s_TWO %d\n"
    for version, body, two in (("old", "__u32 b;", 2), ("new", "__u32 b, c;", 3)):
        for number in range(3):
            header = tmp_path / version / "include" / "uapi" / "linux" / f"h{number}.h"
            header.parent.mkdir(parents=True, exist_ok=True)
            name = f"h{number}"
            header.write_text(include + text % (name, body, name, name, two))
    outputs = {
        _output(tmp_path, seed, jobs, form)
        for seed, jobs, form in (("1", "1", "text"), ("1", "2", "text"), ("7", "2", "text"))
    }
    assert len(outputs) == 1
    documents = {_output(tmp_path, seed, jobs, "json") for seed, jobs in (("1", "1"), ("7", "2"))}
    assert len(documents) == 1


def _output(folder: Path, seed: str, jobs: str, form: str) -> bytes:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "abicheck", "diff", "old", "new", "-j", jobs),
            *("--format", form, "--abi", "x86_64,i386,ppc64,m68k"),
        ],
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout
