# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds comparisons to laws: on generated records, old and new by random edits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from abicheck import abis
from abicheck.diff.causes import moves
from abicheck.diff.members import scopes
from abicheck.diff.same import is_same
from abicheck.layout import Layouter, geometry
from abicheck.model import InlineRecord, Record, RecordLayout, Victim
from tests.diff.versions import compared, said
from tests.layout.build import U8, U16, U32, U64, member, struct
from tests.oracle.ctext import c_text
from tests.oracle.soups import soups

if TYPE_CHECKING:
    from abicheck.model import DiffReport, Member
    from tests.oracle.soups import Soup

ABIS = ("x86_64", "i386", "arm", "arm-oabi", "m68k")
NEW_TYPES = (U8, U16, U32, U64)


@dataclass(frozen=True, repr=False)
class Edited:
    """A record with what it needs, and the same after some edits."""

    soup: Soup
    old: Record
    new: Record

    def __repr__(self) -> str:
        return f"\n{self.text(self.old)}\n/* becomes */\n{c_text([self.new])}"

    def text(self, record: Record) -> str:
        """C that declares all, with one of the two versions."""
        return c_text([item for item in self.soup.items if item is not self.old] + [record])


def _inserted(draw: st.DrawFn, members: list[Member], number: int) -> None:
    """A new member of a name that no generated one has."""
    made = member(f"fresh_{number}", draw(st.sampled_from(NEW_TYPES)))
    members.insert(draw(st.integers(0, len(members))), made)


def _edited(draw: st.DrawFn, record: Record, kinds: tuple[str, ...]) -> Record:
    members = list(record.members)
    for number in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(kinds))
        if kind == "insert" or not members:
            _inserted(draw, members, number)
            continue
        at = draw(st.integers(0, len(members) - 1))
        if kind == "remove":
            del members[at]
        elif kind == "swap":
            other = draw(st.integers(0, len(members) - 1))
            members[at], members[other] = members[other], members[at]
        elif kind == "retype" and members[at].bit_width is None:
            members[at] = replace(members[at], type=draw(st.sampled_from(NEW_TYPES)))
        elif kind == "wrap" and members[at].bit_width is None and members[at].name:
            members[at] = _wrapped(members[at], number)
    return replace(record, members=tuple(members))


def _wrapped(old: Member, number: int) -> Member:
    """The member as an arm of an unnamed union, beside a new one."""
    arms = (old, member(f"wrap_{number}", U32))
    union = Record(kind="union", name=None, members=arms, span=old.span)
    return replace(old, name=None, type=InlineRecord(union), aligned=None, packed=False)


@st.composite
def edits(draw: st.DrawFn, kinds: tuple[str, ...]) -> Edited:
    """A generated record, and what edits of those kinds make of it."""
    soup = draw(soups(abis.get("x86_64"), most=6))
    old = soup.records()[-1] if soup.records() else struct(member("first", U16))
    return Edited(soup, old, _edited(draw, old, kinds))


ALL = ("insert", "remove", "swap", "retype", "wrap")


def _laid_out(edited: Edited, abi: str) -> tuple[RecordLayout, RecordLayout] | None:
    layouter = Layouter(abis.get(abi), edited.soup.declarations)
    old, new = layouter.lay_out(edited.old), layouter.lay_out(edited.new)
    if isinstance(old, RecordLayout) and isinstance(new, RecordLayout):
        return old, new
    return None


@pytest.mark.parametrize("abi", ABIS)
@given(edited=edits(ALL))
def test_each_member_that_moves_is_told_of_once(edited: Edited, abi: str) -> None:
    """A named member is in exactly one cause's tale if its offset differs, else in none."""
    pair = _laid_out(edited, abi)
    if pair is None:
        return
    told = [m for move in moves(*pair) for m in (move.first, *move.follows)]
    for scope in scopes(*pair):
        for item in scope.members:
            if item.old and item.new and item.new.name:
                assert told.count(item) == (item.old.offset != item.new.offset)


@pytest.mark.parametrize("abi", ABIS)
@given(edited=edits(ALL))
def test_comparisons_mirror_each_other(edited: Edited, abi: str) -> None:
    """What moves one way moves back the other way, and what comes there goes here."""
    pair = _laid_out(edited, abi)
    if pair is None:
        return
    old, new = pair

    def facts(one: RecordLayout, other: RecordLayout, sign: int) -> set[tuple[str, str, int]]:
        found = set()
        for scope in scopes(one, other):
            for item in scope.members:
                if item.old and item.new and item.old.name == item.new.name:
                    found.add((scope.path, item.path, sign * item.distance))
        return found

    assert facts(old, new, 1) == facts(new, old, -1)


@pytest.mark.parametrize("abi", ABIS)
@given(edited=edits(ALL))
def test_nothing_moves_where_every_bit_stays(edited: Edited, abi: str) -> None:
    """Equal geometries have no cause of anything, and a record is the same as itself."""
    pair = _laid_out(edited, abi)
    if pair is None:
        return
    old, new = pair
    assert is_same(old, old)
    assert not moves(old, old)
    if geometry(old) == geometry(new):
        assert not moves(old, new)


@given(edited=edits(("insert",)))
def test_adding_members_takes_none_away(edited: Edited) -> None:
    """Where members were only added, each with a name has its partner; and the other way round."""
    pair = _laid_out(edited, "x86_64")
    if pair is None:
        return
    old, new = pair
    named = [item for scope in scopes(old, new) for item in scope.members if item.path]
    assert all(item.new and not item.renamed for item in named)
    named = [item for scope in scopes(new, old) for item in scope.members if item.path]
    assert all(item.old and not item.renamed for item in named)


def _both_ways(edited: Edited) -> tuple[DiffReport, DiffReport]:
    old, new = edited.text(edited.old), edited.text(edited.new)
    return (
        compared(old, new, abis=("x86_64", "i386", "m68k")),
        compared(new, old, abis=("x86_64", "i386", "m68k")),
    )


_SIZES = re.compile(r"\b(\w+) takes (\d+) bytes instead of (\d+)")


def _resized(report: DiffReport) -> set[tuple[str, bool]]:
    """(record, whether it grew), told by a finding of its own or by that of the cause."""
    found = {(f.subject, f.kind == "grew") for f in report.findings if f.kind in ("grew", "shrank")}
    for finding in report.findings:
        for name, new, old in _SIZES.findall(f"{finding.message}; {finding.consequence}"):
            found.add((f"{finding.subject.split()[0]} {name}", int(new) > int(old)))
    return found


@settings(max_examples=12)
@given(edited=edits(ALL))
def test_reports_mirror_each_other(edited: Edited) -> None:
    """Growth there is shrinking here, and an alignment that changes there changes back here."""
    there, back = _both_ways(edited)
    assert {(name, not grew) for name, grew in _resized(back)} == _resized(there)
    aligned = [[row for row in said(report) if row[1] == "aligned"] for report in (there, back)]
    assert aligned[0] == aligned[1]


@settings(max_examples=12)
@given(edited=edits(("insert",)))
def test_a_report_on_added_members_removes_nothing(edited: Edited) -> None:
    """Adding members never yields a finding that something is gone."""
    there, _ = _both_ways(edited)
    assert not [row for row in said(there) if row[1] in ("removed", "renamed")]


@settings(max_examples=12)
@given(edited=edits(ALL))
def test_what_compilers_cannot_see_breaks_no_compiled_program(edited: Edited) -> None:
    """A finding about moves or sizes is of no ABI on which every bit stays where it was."""
    there, _ = _both_ways(edited)
    for finding in there.findings:
        if finding.kind in ("moved", "grew", "shrank", "aligned"):
            assert Victim.OLD_PROGRAM in finding.victims or not finding.victims
            for abi in finding.abis:
                pair = _laid_out(edited, abi)
                assert pair is not None
                assert geometry(pair[0]) != geometry(pair[1])
