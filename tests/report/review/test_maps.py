# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the pictures of records against the layouts they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.report.review.maps.cells import CellKind, body
from abicheck.report.review.maps.charts import Mark, charts
from abicheck.report.review.maps.drawing import pictures
from abicheck.report.views import Column, Panel
from tests.report import records
from tests.report.headers import Header

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import RecordAcross, RecordLayout
    from abicheck.report.review.maps.cells import Body
    from abicheck.report.review.maps.drawing import Drawn, Picture

_ALL = [
    records.runstate(),
    records.epoll(),
    records.event(repaired=False),
    records.event(repaired=True),
    records.motley(),
    records.order(),
]
_LAYOUTS = [(each.name, group.layout) for each in _ALL for group in each.groups]
every_layout = pytest.mark.parametrize(("name", "layout"), _LAYOUTS)


def _alone(layout: RecordLayout) -> Panel:
    return Panel(columns=(Column(label="", meaning="", layout=layout),))


def _beside(old: RecordAcross, new: RecordAcross, abi: str) -> Panel:
    found = [
        next(group.layout for group in each.groups if abi in group.abis) for each in (old, new)
    ]
    columns = tuple(
        Column(label=label, meaning="", layout=layout)
        for label, layout in zip(("old", "new"), found, strict=True)
    )
    return Panel(columns=columns, ordered_by=1)


def _bodies(each: Body) -> Iterator[Body]:
    yield each
    for union in each.unions:
        for arm in union.arms:
            yield from _bodies(arm)


@every_layout
def test_cells_cover_the_record(name: str, layout: RecordLayout) -> None:
    """The cells of a record, and of each arm of its unions, leave no bit out and share none."""
    for each in _bodies(body(layout, name)):
        at = each.start
        for cell in each.cells:
            assert cell.start == at, (each.title, cell)
            at = cell.end
        assert at == each.end


@every_layout
def test_holes_are_the_layout_s(name: str, layout: RecordLayout) -> None:
    """A record without records in it shows just the holes that its layout has."""
    if any(placed.element is not None for placed in layout.members):
        return
    shown = [
        (cell.start, cell.end - cell.start)
        for cell in body(layout, name).cells
        if cell.kind in (CellKind.HOLE, CellKind.TAIL)
    ]
    assert shown == [(hole.bit_offset, hole.bit_size) for hole in layout.holes]


@every_layout
def test_rectangles_do_not_overlap(name: str, layout: RecordLayout) -> None:
    """The rectangles of a picture cover its rows without overlap, but for what is cut out."""
    (chart, *_) = charts(_alone(layout), name)
    (picture,) = pictures(chart)
    boxes = [box for cell in picture.cells for box in cell.boxes]
    area = sum(box.width * box.height for box in boxes)
    cut = sum(row.cut for row in picture.rows)
    scale = 44 / 8 * 32
    assert area == pytest.approx((layout.bit_size - cut * 8) * scale)
    for index, one in enumerate(boxes):
        for other in boxes[:index]:
            across = one.x < other.x + other.width and other.x < one.x + one.width
            assert not (across and one.y < other.y + other.height and other.y < one.y + one.height)


class TestSideBySide:
    """Old beside new, as kvm_run's system event became."""

    @pytest.mark.parametrize(
        ("abi", "flags"), [("i386", Mark.MOVED), ("x86_64", Mark.SAME), ("arm", Mark.SAME)]
    )
    def test_a_member_that_goes_into_a_union(self, abi: str, flags: Mark) -> None:
        """A member that became an arm of a union has moved only where its offset has."""
        panel = _beside(records.event(repaired=False), records.event(repaired=True), abi)
        for side in (0, 1):
            assert self._cell(panel, side, "system_event.flags").mark is flags
        assert self._cell(panel, 1, "system_event.ndata").mark is Mark.ADDED

    def test_a_union_that_is_where_it_was(self) -> None:
        """A union whose arms alone differ is marked, and its rows are not cut out."""
        panel = _beside(records.event(repaired=False), records.event(repaired=True), "x86_64")
        (whole, *_) = charts(panel, "struct kvm_run")
        for picture in pictures(whole):
            marks = [cell.mark for cell in picture.cells]
            assert marks == [Mark.SAME, Mark.SAME, Mark.INSIDE, Mark.SAME]

    def test_a_hole_that_is_filled(self) -> None:
        """A hole that a member fills is gone on the old side and not there on the new one."""
        panel = _beside(records.event(repaired=False), records.event(repaired=True), "x86_64")
        holes = [
            (side.label, each.mark)
            for chart in charts(panel, "struct kvm_run")
            for side in chart.sides
            for each in side.cells
            if each.cell.kind is CellKind.HOLE
        ]
        assert holes == [("old", Mark.GONE)]

    def test_a_hole_beside_another_arm_s(self) -> None:
        """A hole is compared with the same arm alone: another arm's in the same place is not it."""
        old, new = self._arms("a", "b"), self._arms("b", "c")
        holes = [
            (chart.title, side.label, each.mark)
            for chart in charts(_beside(old, new, "x86_64"), "union arms")
            for side in chart.sides
            for each in side.cells
            if each.cell.kind is CellKind.HOLE
        ]
        assert holes == [("c", "new", Mark.ADDED), ("a", "old", Mark.GONE)]

    @staticmethod
    def _arms(*names: str) -> RecordAcross:
        h = Header()
        arms = [h.record("struct", h.m("__u32", "x"), h.m("__u64", "y")) for _ in names]
        pairs = zip(arms, names, strict=True)
        return h.across(h.record("union arms", *(h.inline(arm, name) for arm, name in pairs)))

    def test_only_arms_that_differ_are_drawn(self) -> None:
        """Of the arms of a union those that are the same on both sides are left out."""
        panel = _beside(records.event(repaired=False), records.event(repaired=True), "i386")
        titles = [chart.title for chart in charts(panel, "struct kvm_run")]
        assert titles == ["", "system_event", "system_event.flags", "system_event.data"]

    def test_equal_offsets_stand_level(self) -> None:
        """A byte's row is at the same height on all sides of a chart."""
        panel = _beside(records.event(repaired=False), records.event(repaired=True), "i386")
        for chart in charts(panel, "struct kvm_run"):
            heights = [{row.offset: row.y for row in side.rows} for side in pictures(chart)]
            for one in heights:
                for other in heights:
                    assert all(other[at] == y for at, y in one.items() if at in other)

    @staticmethod
    def _cell(panel: Panel, side: int, label: str) -> Drawn:
        found = [
            cell
            for chart in charts(panel, "struct kvm_run")
            for picture in _of(pictures(chart), ("old", "new")[side])
            for cell in picture.cells
            if cell.hover.startswith(f"{label}:")
        ]
        assert len(found) == 1
        return found[0]


def _of(found: tuple[Picture, ...], label: str) -> list[Picture]:
    return [picture for picture in found if picture.label == label]


def test_long_runs_are_cut_out() -> None:
    """A member of many words takes its first and last row, and what is cut is counted."""
    (across,) = [each for each in _ALL if each.name == "struct kvm_run"][:1]
    (chart, *_) = charts(_alone(across.groups[0].layout), across.name)
    (picture,) = pictures(chart)
    assert [row.cut for row in picture.rows if row.cut] == [240]
    assert len(picture.rows) == 5


class TestBounds:
    """Records that a stranger made to keep us busy."""

    def test_a_member_of_many_terabytes(self) -> None:
        """The rows of a picture are as many as its parts, not as its bytes."""
        h = Header()
        vast = h.across(h.record("struct vast", h.m(f"__u8 [{1 << 50}]", "a"), h.m("__u8", "b")))
        (chart,) = charts(_alone(vast.groups[0].layout), vast.name)
        (picture,) = pictures(chart)
        assert [row.cut > 0 for row in picture.rows] == [False, True, False, False]

    def test_records_that_multiply(self) -> None:
        """A record of records of records, a thousand million parts in all, is not drawn."""
        h = Header()
        last = h.record("union u0", h.m("__u8", "a"))
        for level in range(1, 10):
            inner = [h.m(f"union u{level - 1}", f"m{number}") for number in range(8)]
            last = h.record(f"union u{level}", *inner)
        layout = h.across(last, ["x86_64"]).groups[0].layout
        assert charts(_alone(layout), "union u9") == ()

    def test_many_members(self) -> None:
        """A thousand members beside a thousand others are drawn in no time worth noting."""
        h = Header()
        members = [h.m("__u64", f"m{number}") for number in range(2000)]
        wide = h.across(h.record("struct wide", *members), ["x86_64"])
        (chart,) = charts(_beside(wide, wide, "x86_64"), wide.name)
        one, other = pictures(chart)
        assert len(one.cells) == len(other.cells) == 2
        assert sum(row.cut for row in one.rows) == 1998 * 8
