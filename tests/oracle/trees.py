# SPDX-License-Identifier: GPL-2.0-or-later
"""Whole trees before a compiler; this module compares every record and member they define.

Headers go to both sides in batches, since a compiler starts for each. A batch that either side
rejects is halved, down to the one header that is to blame.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abicheck.layout import Layouter
from abicheck.parse import libclang
from abicheck.parse.extract import Memo
from tests.oracle.probes import Assembly, Ir, differences, probe_text, probes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from abicheck.export import ExportedHeader, World
    from abicheck.model import Abi, Declarations
    from abicheck.parse.unit import Sizes, Unit
    from tests.conftest import Cc1
    from tests.oracle.probes import Answers, Probe

    Ask = Callable[[str, Sequence[str]], Answers]
    """Compiles C with arguments; AssertionError with the compiler's words where it rejects it."""

BATCH = 48
_WORD = re.compile(r"[A-Za-z_]\w*")


def by_gcc(gcc: Cc1, abi: Abi) -> Ask:
    """Asks GCC."""

    def ask(text: str, arguments: Sequence[str]) -> Answers:
        return Assembly(
            gcc.assemble(text, *arguments, "-nostdinc", "-O0"), big_endian=abi.big_endian
        )

    return ask


def by_clang(zig: str, triple: str, *flags: str) -> Ask:
    """Asks the clang that ziglang carries, without a backend."""

    def ask(text: str, arguments: Sequence[str]) -> Answers:
        command = [zig, "clang", "-cc1", "-triple", triple, *flags, *arguments]
        command += ["-nostdsysteminc", "-nobuiltininc", "-fgnuc-version=4.2.1"]
        command += ["-emit-llvm", "-x", "c", "-o", "-", "-"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return Ir(done.stdout)

    return ask


@dataclass(slots=True)
class Verdict:
    """What came of one tree under one ABI."""

    records: int = 0
    members: int = 0
    differences: list[str] = field(default_factory=list)
    unparsed: list[str] = field(default_factory=list)
    """Headers that our front end rejects."""
    uncompiled: dict[str, str] = field(default_factory=dict)
    """Headers that our front end takes and the compiler rejects, with its first error."""


@dataclass(slots=True)
class TreeJudge:
    """Asks one compiler about the headers of one world."""

    world: World
    ask: Ask
    folder: Path
    """Where the world's texts are written out for the compiler."""
    verdict: Verdict = field(default_factory=Verdict)
    memo: Memo = field(default_factory=Memo)
    seen: set[str] = field(default_factory=set)

    def judge(self, headers: Sequence[ExportedHeader]) -> Verdict:
        """Compares all records of these headers."""
        for name in self.world.names():
            text = self.world.text(name)
            if text is not None:
                path = self.folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text)
        for start in range(0, len(headers), BATCH):
            self._batch(headers[start : start + BATCH])
        return self.verdict

    def _batch(self, headers: Sequence[ExportedHeader]) -> None:
        unit = libclang.parse(self.world, _includes(self.world, headers), _measure, self.memo)
        if unit.problems:
            if not self._halved(headers):
                self.verdict.unparsed.append(headers[0].include)
            return
        probes = self._probes(unit, headers)
        text = self._text(headers, probes)
        try:
            answers = self.ask(text, self._arguments())
        except AssertionError as error:
            if not self._halved(headers):
                first = re.search(r"error: .*", str(error))
                self.verdict.uncompiled[headers[0].include] = first[0] if first else str(error)
            return
        self.verdict.records += len(probes)
        self.verdict.members += sum(len(p.questions) - 2 + len(p.bits) for p in probes)
        self.verdict.differences += differences(probes, answers)
        self.seen.update(header.path for header in headers)

    def _arguments(self) -> tuple[str, ...]:
        # NULL is what an inline function of linux/usb/audio.h takes from its user.
        return (*self.world.arguments, "-DNULL=0", "-I", str(self.folder), "-std=gnu11", "-w")

    def _halved(self, headers: Sequence[ExportedHeader]) -> bool:
        middle = len(headers) // 2
        if middle:
            self._batch(headers[:middle])
            self._batch(headers[middle:])
        return middle > 0

    def _probes(self, unit: Unit, headers: Sequence[ExportedHeader]) -> list[Probe]:
        paths = {header.path for header in headers} - self.seen
        records = [record for path in sorted(paths) for record in unit.records.get(path, ())]
        return probes_of(records, Layouter(self.world.abi, unit.declarations))

    def _text(self, headers: Sequence[ExportedHeader], probes: Sequence[Probe]) -> str:
        # A header may define a macro that is also a member's name: sa_handler, st_atime.
        asked = probe_text(probes)
        names = {word for p in probes for q in (*p.questions, *p.bits) for word in _path(q.what)}
        names |= {p.name.split()[-1] for p in probes}
        lines = [f"#include <{name}>\n" for name in _includes(self.world, headers)]
        lines += [f"#undef {name}\n" for name in sorted(names)]
        return "".join(lines) + asked


def _path(what: str) -> list[str]:
    return [] if what in {"sizeof", "alignof"} else _WORD.findall(what)


def _includes(world: World, headers: Sequence[ExportedHeader]) -> list[str]:
    names = [name for h in headers for name in (*world.prelude(h.include), h.include)]
    return list(dict.fromkeys(names))


def _measure(abi: Abi, declarations: Declarations) -> Sizes:
    """What the front end asks for the size of a type while it reads."""
    return Layouter(abi, declarations).size_of
