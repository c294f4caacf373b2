# SPDX-License-Identifier: GPL-2.0-or-later
"""libabigail's idea of a change is never missed; this module checks it on generated pairs."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from abicheck import abis
from abicheck.config import Config
from abicheck.engine.diff import DiffRequest, diff_trees
from abicheck.model import (
    Array,
    InlineRecord,
    Member,
    Record,
    RecordRef,
    Scalar,
    ScalarKind,
    TypedefRef,
)
from abicheck.rulebook import read_rules
from abicheck.vcs.directory import DirectoryTree
from tests.oracle.ctext import c_text
from tests.oracle.soups import NOWHERE, Soup, soups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import DiffReport
    from tests.peers.abidiff import Peer

# What every ABI can parse: libabigail is asked on x86_64.
COMMON = abis.get("arm")
_BLOCK = re.compile(r"^  \[C\] '(struct|union) (\w+)[^']*' changed:\n((?:    .*\n)*)", re.MULTILINE)
_LAYOUT = re.compile(r"size changed from|offset changed from|data member (?:insertion|deletion)")


@dataclass(frozen=True, slots=True)
class Change:
    """A soup before and after."""

    old: Soup
    new: Soup

    def _repr_pretty_(self, printer: object, _cycle: bool) -> None:
        text = f"\n{c_text(self.old.items)}/* becomes */\n{c_text(self.new.items)}"
        printer.text(text)  # type: ignore[attr-defined]


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """A soup, and the same with a member dropped, added, moved or of another type."""
    soup = draw(soups(COMMON, most=6).filter(lambda soup: any(_editable(soup))))
    at, record = draw(st.sampled_from(list(_editable(soup))))
    index = draw(st.integers(0, len(record.members) - 1))
    members = list(record.members)
    match draw(st.sampled_from(("drop", "add", "swap", "retype"))):
        case "drop":
            del members[index]
        case "add":
            members.insert(index, _member(draw, "added"))
        case "swap":
            members.insert(0, members.pop(index))
        case _:
            members[index] = replace(_member(draw, "x"), name=members[index].name or "named")
    items = list(soup.items)
    items[at] = replace(record, members=tuple(members))
    return Change(soup, dataclasses.replace(soup, items=items))


def _editable(soup: Soup) -> Iterator[tuple[int, Record]]:
    for index, item in enumerate(soup.items):
        if isinstance(item, Record) and len(item.members) > 1 and not _is_flexible(item):
            yield index, item


def _is_flexible(record: Record) -> bool:
    last = record.members[-1].type
    return isinstance(last, Array) and last.count is None


def _member(draw: st.DrawFn, name: str) -> Member:
    kinds = (ScalarKind.UCHAR, ScalarKind.USHORT, ScalarKind.UINT, ScalarKind.ULLONG)
    return Member(name=name, type=Scalar(draw(st.sampled_from(kinds))), type_text="", span=NOWHERE)


def _changed(report: str) -> set[str]:
    """The records that libabigail says are laid out differently."""
    return {match[2] for match in _BLOCK.finditer(report) if _LAYOUT.search(match[3])}


def _compared(old: Path, new: Path) -> DiffReport:
    request = DiffRequest(abis=("x86_64",), jobs=1, rulebook=read_rules(), config=Config())
    return diff_trees(DirectoryTree(old, "old"), DirectoryTree(new, "new"), request)


def _below(soup: Soup, tag: str) -> set[str]:
    """The tags of a record and of all that it holds by value."""
    tables = soup.declarations
    by_tag = {key.split()[1]: record for key, record in tables.records.items()}
    found: set[str] = set()
    waiting = [member.type for member in by_tag[tag].members] if tag in by_tag else []
    while waiting:
        match waiting.pop():
            case Array(element, _):
                waiting.append(element)
            case TypedefRef(name):
                waiting.append(tables.typedefs[name].type)
            case InlineRecord(record):
                waiting += (member.type for member in record.members)
            case RecordRef(key) if key.split()[1] not in found:
                found.add(key.split()[1])
                waiting += (member.type for member in tables.records[key].members)
            case _:
                pass
    return {tag, *found}


@pytest.mark.fuzz
@settings(suppress_health_check=list(HealthCheck))
@given(change=changes())
def test_what_libabigail_sees_is_never_missed(peer: Peer, change: Change) -> None:
    """A record whose layout it says has changed on x86_64 is shown, and something is said.

    The finding may be about a record that it holds: one for each cause.
    """
    with TemporaryDirectory() as folder:
        old, new = Path(folder, "old"), Path(folder, "new")
        for place, soup in ((old, change.old), (new, change.new)):
            place.mkdir()
            (place / "soup.h").write_text(c_text(soup.items), encoding="utf-8")
        said = _changed(peer.reports(old, new, "soup.h", "-w"))
        report = _compared(old, new)
    assert not report.not_checked
    shown = {pair.name.split()[-1] for header in report.headers for pair in header.records}
    assert said <= shown
    told = {re.split(r"[ .]", finding.subject)[1] for finding in report.findings}
    for tag in said:
        assert told & _below(change.new, tag)
