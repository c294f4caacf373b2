# SPDX-License-Identifier: GPL-2.0-or-later
"""This module asks libabigail's abidiff about two headers, as the kernel's check-uapi.sh does.

Each header is compiled with all its types in the debug information; what the script leaves out
(enumerators that are limits, members at the place of padding) is left out here too.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TYPES = "".join(
    f"typedef {kind} {prefix}{bits};\n"
    for bits, kind in ((8, "char"), (16, "short"), (32, "int"), (64, "long long"))
    for prefix, kind in (("__u", f"unsigned {kind}"), ("__s", f"signed {kind}"))
)
"""What the pairs need of linux/types.h, for a compiler without any headers."""

_LIMITS = ("_AFTER_LAST", "_CNT", "_COUNT", "_END", "_LAST", "_MASK", "_MAX", "_NUM", "_SIZE")
_PADS = ("end", "pad[0-9]?", "padding[0-9]?", "res", "resv[0-9]?", "reserved[0-9]?", "unused")
_FLAGS = ("-shared", "-nostdlib", "-fPIC", "-O0", "-g", "-fno-eliminate-unused-debug-types")
_CHANGED = re.compile(r"^ *\[C\] '(?:typedef )?(?:struct|union) (\w+)[^']*' changed", re.MULTILINE)
_SUMMARY = re.compile(r"^Unreachable types summary: (\d+) removed.*?, (\d+) changed", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Peer:
    """The programs: a compiler for this machine, and abidiff."""

    compiler: str
    abidiff: str
    library_path: str = ""

    @property
    def knows_pads(self) -> bool:
        """Whether it has the suppression by which the script lets padding be used: from 2.4 on.

        Older ones take it for one that fits every struct.
        """
        said = self._run("--version").stdout
        return tuple(map(int, re.findall(r"\d+", said)[:2])) >= (2, 4)

    def reports(self, old: Path, new: Path, header: str, *flags: str) -> str:
        """What is said about a header of two folders; empty where the script lets it pass."""
        suppressions = new.parent / "suppressions"
        suppressions.write_text(_suppressions(with_pads=self.knows_pads), encoding="utf-8")
        binaries = [self._compiled(folder, header, flags) for folder in (old, new)]
        asked = ("--non-reachable-types", "--suppressions", str(suppressions))
        done = self._run(*asked, *map(str, binaries))
        assert not done.returncode & 2, done.stderr  # it could not do its work
        summary = _SUMMARY.search(done.stdout)
        harmless = summary is not None and summary.groups() == ("0", "0")
        return "" if done.returncode == 0 or harmless else done.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "LD_LIBRARY_PATH": self.library_path}
        command = [self.abidiff, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def _compiled(self, folder: Path, header: str, flags: tuple[str, ...]) -> Path:
        binary = folder.parent / f"{folder.name}.so"
        command = [*self.compiler.split(), *_FLAGS, *flags, f"-I{folder}", "-include", header]
        subprocess.run(
            [*command, "-x", "c", "-", "-o", str(binary)],
            input="int f(void) { return 0; }\n",
            text=True,
            check=True,
            capture_output=True,
        )
        return binary


def changed_records(report: str) -> set[str]:
    """The tags of the records that a report says have changed."""
    return {match[1] for match in _CHANGED.finditer(report)}


def _suppressions(*, with_pads: bool) -> str:
    limits = ", ".join(f".*{name}$" for name in _LIMITS)
    blocks = [f"[suppress_type]\n  type_kind = enum\n  changed_enumerators_regexp = {limits}\n"]
    blocks += [
        "[suppress_type]\n  type_kind = struct\n"
        f"  has_data_member_inserted_at = offset_of_first_data_member_regexp(.*{name}$)\n"
        for name in _PADS
        if with_pads
    ]
    return "".join(blocks)
