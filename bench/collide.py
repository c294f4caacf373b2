# SPDX-License-Identifier: GPL-2.0-or-later
"""This module times ``abicheck collide``: 300 revisions of one header, and 30 whole trees.

Run ``python -m bench.collide [TREE...]``; the trees given are copied until there are 30 different
ones. Times are those of whole processes, the best of several; the budgets are those of a machine
with nothing else to do.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

_REVISIONS = 300
_TREES = 30
_BUDGETS = {"revisions": 0.25, "trees": 30.0}
_HEADER = "include/uapi/linux/kvm.h"


def main(words: list[str]) -> int:
    """Prints a line for each measurement; 1 if one is over its budget."""
    over = False
    with TemporaryDirectory() as folder:
        names = _repository(Path(folder) / "kernel.git")
        over |= _measure("revisions", Path(folder) / "kernel.git", ["--family", "kvm.cap", *names])
        if words:
            trees = _copies([Path(word) for word in words], Path(folder))
            over |= _measure("trees", Path(folder), ["--no-first", *trees])
    return int(over)


def _measure(name: str, here: Path, arguments: list[str]) -> bool:
    command = [sys.executable, "-m", "abicheck", "collide", "--fail-on", "never", *arguments]
    seconds = min(_seconds(command, here) for _ in range(5 if name == "revisions" else 1))
    late = seconds > _BUDGETS[name]
    print(f"{name:<12}{seconds:8.3f} s of {_BUDGETS[name]:g} s{'  OVER' if late else ''}")
    return late


def _seconds(command: list[str], here: Path) -> float:
    root = Path(__file__).resolve().parent.parent
    start = time.perf_counter()
    subprocess.run(
        command, cwd=here, env={"PYTHONPATH": str(root)}, check=True, capture_output=True
    )
    return time.perf_counter() - start


def _repository(path: Path) -> list[str]:
    """A repository whose branches hold three versions of one header among them."""
    body = "".join(f"#define KVM_CAP_{n} {n} /* what {n} is */\n" for n in range(240))
    parts = []
    for index in range(_REVISIONS):
        text = body + f"#define KVM_CAP_NEW_{index % 3} 240\n"
        other = f"number {index}\n"
        parts.append(
            f"commit refs/heads/b{index}\ncommitter A <a@example.org> {1650000000 + index} +0000\n"
            f"data 4\nb{index % 1000:03}\nM 100644 inline {_HEADER}\ndata {len(text)}\n{text}\n"
            f"M 100644 inline README\ndata {len(other)}\n{other}\n"
        )
    subprocess.run(["git", "init", "-q", "--bare", str(path)], check=True)
    subprocess.run(
        ["git", "-C", str(path), "fast-import", "--quiet"],
        input="".join(parts),
        text=True,
        check=True,
    )
    return [f"b{index}" for index in range(_REVISIONS)]


def _copies(trees: list[Path], folder: Path) -> list[str]:
    """So many trees that no two headers of them are the same file."""
    made = []
    for index in range(_TREES):
        source = trees[index % len(trees)]
        target = folder / f"tree-{index}"
        for header in source.rglob("*.h"):
            copy = target / header.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(header.read_bytes() + f"\n/* copy {index} */\n".encode())
        made.append(str(target))
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
