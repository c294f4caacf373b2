# SPDX-License-Identifier: GPL-2.0-or-later
"""This module sets views as lines that fit a page."""

from __future__ import annotations

from itertools import chain
from textwrap import wrap
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from abicheck.report.lines import BLANK, Line, Role, wrapped
from abicheck.report.remarks import closing, not_checked
from abicheck.report.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abicheck.model import LayoutReport
    from abicheck.report.views import Column, Panel, View

_CODE_WIDTH = 38
"""Characters that C text needs to be readable; panels are split to leave it that much."""


class Settings(Struct, frozen=True, kw_only=True):
    """What the reader asked for."""

    width: int = 80
    explain: bool = False
    """Say why each member lies where it does."""
    boundaries: tuple[int, ...] = (64, 4096)
    """Bytes between the boundaries an object may straddle: cache lines and pages."""


def page(
    views: Iterable[View], reports: Iterable[LayoutReport], settings: Settings
) -> Iterator[Line]:
    """The lines of all views, then what the reports say of whole headers."""
    blocks = chain(
        (_view(view, settings) for view in views),
        (block for report in reports for block in closing(report, settings.width)),
    )
    for index, block in enumerate(blocks):
        if index:
            yield BLANK
        yield from block


def changes(view: View, settings: Settings) -> Iterator[Line]:
    """One view, of its tables only the lines in which columns differ."""
    yield from _head(view, settings)
    for panel in view.panels:
        yield from _caption(panel, settings.width)
        for band in _bands(panel, settings.width):
            yield BLANK
            yield from Table(band, settings).changes()


def _view(view: View, settings: Settings) -> Iterator[Line]:
    yield from _head(view, settings)
    yield from _panels(view, settings)


def _head(view: View, settings: Settings) -> Iterator[Line]:
    title = (view.name, Role.TITLE), ("  ", Role.PLAIN), (view.place, Role.PLACE)
    if sum(len(text) for text, _ in title) <= settings.width:
        yield title
    else:
        yield title[:1]
        yield title[1:]
    for remark in view.remarks:
        yield from wrapped(remark, "  ", settings.width, Role.WARNING)
    for failure in view.not_checked:
        yield from not_checked(failure, settings.width)


def _panels(view: View, settings: Settings) -> Iterator[Line]:
    """The first table of a record is whole, further ones show what differs in them."""
    whole = True
    for panel in view.panels:
        yield from _caption(panel, settings.width)
        for band in _bands(panel, settings.width):
            yield BLANK
            table = Table(band, settings)
            whole = whole or len(band.columns) == 1
            yield from table.lines() if whole else table.differences()
            whole = False


def _caption(panel: Panel, width: int) -> Iterator[Line]:
    if panel.caption:
        yield BLANK
        yield from wrapped(panel.caption, "  ", width, Role.HEADING)
    yield from _legend(panel.columns, width)


def _legend(columns: Sequence[Column], width: int) -> Iterator[Line]:
    told = [column for column in columns if column.meaning]
    widest = max((len(column.label) for column in told), default=0)
    for column in told:
        label = f"  {column.label:<{widest}}  " if column.label else "  "
        first, *others = wrap(column.meaning, max(20, width - len(label))) or [""]
        yield (label, Role.HEADING), (first, Role.PLAIN)
        for other in others:
            yield ((" " * len(label) + other, Role.PLAIN),)


def _bands(panel: Panel, width: int) -> Iterator[Panel]:
    """The panel in parts that fit the width; each but the first repeats the first column."""
    across = max(1, (width - _CODE_WIDTH) // 13)
    first, rest = panel.columns[0], panel.columns[1:]
    if across == 1:
        yield from (replace(panel, columns=(column,), ordered_by=0) for column in panel.columns)
    elif not rest:
        yield panel
    step = max(1, across - 1)
    for start in range(0, len(rest) if across > 1 else 0, step):
        yield replace(panel, columns=(first, *rest[start : start + step]))
