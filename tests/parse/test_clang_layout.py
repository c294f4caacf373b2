# SPDX-License-Identifier: GPL-2.0-or-later
"""libclang's own layouts of whole trees against ours, where its target is the ABI itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck import abis
from abicheck.engine.fields import exported
from abicheck.export import open_exports
from abicheck.layout import Layouter
from abicheck.model import RecordLayout
from abicheck.parse import libclang
from abicheck.parse.cursors import CursorKind
from abicheck.vcs.directory import DirectoryTree
from tests.engine.units import new_harvester
from tests.parse.texts import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from abicheck.export import World
    from abicheck.model import Abi
    from abicheck.parse.cursors import Cursor
    from abicheck.parse.extract import Memo
    from abicheck.parse.unit import Unit

ABIS = tuple(abi.name for abi in abis.all_abis() if abi.clang_lays_out)

KNOWN = dict.fromkeys(
    (("sparc", "struct mc_fpu"), ("sparc", "mcontext_t"), ("sparc", "struct ucontext")),
    "clang has a long double of 8 bytes for 32-bit sparc, GCC one of 16",
)
"""By (ABI, record): why clang's layout is not Linux's."""


class Judge(libclang._Reading):
    """Reads a unit as ever, then notes where libclang lays a record out unlike us."""

    differences: list[str]
    compared: int

    def unit(self, memo: Memo) -> Unit:
        """The unit; what differs is in ``Judge.differences``."""
        unit = super().unit(memo)
        abi = self._world.abi
        layouter = Layouter(abi, unit.declarations)
        # Of a file with errors clang knows less than it lays out.
        spoiled = {problem.span.path for problem in unit.problems if problem.span}
        seen = set()
        for cursor in self._lib.children(self._lib.clang_getTranslationUnitCursor(self._handle)):
            name = self._lib.text(self._lib.clang_getTypeSpelling(self._type(cursor)))
            record = unit.declarations.records.get(name)
            if record is None or name in seen or not self._lib.clang_isCursorDefinition(cursor):
                continue
            if record.span.path in spoiled:
                continue
            seen.add(name)
            layout = layouter.lay_out(record)
            if isinstance(layout, RecordLayout):
                Judge.compared += 1
                Judge.differences += self._differs(abi, name, layout, cursor)
        return unit

    def _type(self, cursor: Cursor) -> object:
        return self._lib.clang_getCursorType(cursor)

    def _differs(self, abi: Abi, name: str, layout: RecordLayout, cursor: Cursor) -> Iterator[str]:
        lib = self._lib
        theirs = (
            lib.clang_Type_getSizeOf(self._type(cursor)),
            lib.clang_Type_getAlignOf(self._type(cursor)),
        )
        if theirs != (layout.size, layout.align) and (abi.name, name) not in KNOWN:
            yield f"{abi.name} {name}: {theirs}, ours {layout.size, layout.align}"
        fields = [c for c in lib.children(cursor) if c.kind == CursorKind.FIELD]
        ours = [m for m in layout.members if m.member.name or m.member.bit_width is not None]
        named = [(lib.text(lib.clang_getCursorSpelling(c)), c) for c in fields]
        for placed in ours:
            for spelled, field in named:
                if spelled and spelled == placed.member.name:
                    offset = lib.clang_Cursor_getOffsetOfField(field)
                    if offset != placed.bit_offset and (abi.name, name) not in KNOWN:
                        yield f"{abi.name} {name}.{spelled}: {offset}, ours {placed.bit_offset}"


@pytest.fixture(autouse=True)
def judge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has every parse judged."""
    Judge.differences, Judge.compared = [], 0
    monkeypatch.setattr(libclang, "_Reading", Judge)


def _compare(world: World) -> None:
    for paths, _ in new_harvester()._units(world, exported(world)):
        assert paths


def test_the_judge_sees_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that lays records out wrongly is found out."""
    assert parse("struct s { char c; int x; };").problems == ()
    assert (Judge.differences, Judge.compared) == ([], 1)
    monkeypatch.setattr(Layouter, "lay_out", _without_padding(Layouter.lay_out))
    parse("struct s { char c; int x; };")
    assert Judge.differences


def _without_padding(lay_out: Callable[..., object]) -> Callable[..., object]:
    def wrong(self: Layouter, record: object) -> object:
        from msgspec.structs import replace

        found = lay_out(self, record)
        assert isinstance(found, RecordLayout)
        return replace(found, bit_size=found.bit_size - 8)

    return wrong


@pytest.mark.trees
@pytest.mark.parametrize("abi", ABIS)
def test_clang_agrees_on_a_source_tree(abi: str, linux_tree: Path) -> None:
    """libclang lays out every record of a kernel's exported headers as we do."""
    _judged(linux_tree, abi)


@pytest.mark.trees
@pytest.mark.parametrize("abi", ABIS)
def test_clang_agrees_on_exported_headers(abi: str, zig_tree: Callable[[str], Path]) -> None:
    """libclang lays out every record of an export of Linux 6.19 as we do."""
    _judged(zig_tree("0.16.0"), abi)


def _judged(root: Path, abi: str) -> None:
    world = open_exports(DirectoryTree(root, "tree")).world(abis.get(abi))
    assert world is not None
    _compare(world)
    assert Judge.differences == []
    assert Judge.compared > 3000
