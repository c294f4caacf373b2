# SPDX-License-Identifier: GPL-2.0-or-later
"""This module chooses the pictures and tables of the records that a change touches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.model import LayoutReport
from abicheck.report import views
from abicheck.report.diff.records import view
from abicheck.report.review.flat import tip
from abicheck.report.review.maps.charts import charts
from abicheck.report.review.maps.drawing import pictures
from abicheck.report.rows import differs, rows, striking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import RecordAcross, RecordPair, ReviewReport
    from abicheck.report.review.maps.drawing import Picture
    from abicheck.report.rows import Row
    from abicheck.report.views import Column, Panel, View


class Line(Struct, frozen=True, kw_only=True):
    """A line of a record's table; ``alike`` lines are left out where it is not 0."""

    row: Row | None
    differing: tuple[bool, ...]
    alike: int


class Figure(Struct, frozen=True, kw_only=True):
    """One way in which a record is laid out, or has changed."""

    caption: str
    abis: tuple[str, ...]
    """() where each column is about others."""
    columns: tuple[Column, ...]
    record: tuple[Picture, ...]
    """() for a record that is too large for a picture."""
    arms: tuple[tuple[str, tuple[Picture, ...]], ...]
    """Each arm of a union that is worth a picture of its own."""
    lines: tuple[Line, ...]


class Exhibit(Struct, frozen=True, kw_only=True):
    """All there is to show of one record."""

    name: str
    place: str
    verdict: str
    """``changed``, ``new`` or ``gone``."""
    remarks: tuple[str, ...]
    figures: tuple[Figure, ...]


def exhibits(report: ReviewReport) -> Iterator[Exhibit]:
    """Every record that the series as a whole changes, brings or takes away."""
    for header in report.whole.headers:
        for pair in header.records:
            yield _exhibit(pair, report)


def _exhibit(pair: RecordPair, report: ReviewReport) -> Exhibit:
    if pair.old is not None and pair.new is not None:
        return _shown(view(pair.old, pair.new, report.baseline, tip(report)), "changed")
    if pair.new is not None:
        return _shown(_alone(pair.new, report), "new")
    assert pair.old is not None  # one of the two exists
    return _shown(_alone(pair.old, report), "gone")


def _alone(record: RecordAcross, report: ReviewReport) -> View:
    source = LayoutReport(source=report.label, abis=report.abis, records=(record,))
    return next(views.across(source))


def _shown(shown: View, verdict: str) -> Exhibit:
    return Exhibit(
        name=shown.name,
        place=shown.place,
        verdict=verdict,
        remarks=shown.remarks,
        figures=tuple(_figure(panel, shown.name) for panel in shown.panels),
    )


def _figure(panel: Panel, name: str) -> Figure:
    drawn = charts(panel, name)
    return Figure(
        caption=panel.caption,
        abis=panel.abis,
        columns=panel.columns,
        record=pictures(drawn[0]) if drawn else (),
        arms=tuple((arm.title, pictures(arm)) for arm in drawn[1:]),
        lines=tuple(_lines(panel)),
    )


def _lines(panel: Panel) -> Iterator[Line]:
    """All rows of layouts that stand beside each other for the first time, else what differs."""
    found = rows([column.layout for column in panel.columns], panel.ordered_by)
    for each in striking(found) if panel.caption else found:
        if isinstance(each, int):
            yield Line(row=None, differing=(), alike=each)
        else:
            marks = tuple(differs(each, at) for at in range(len(each.cells)))
            yield Line(row=each, differing=marks, alike=0)
