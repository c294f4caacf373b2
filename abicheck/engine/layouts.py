# SPDX-License-Identifier: GPL-2.0-or-later
"""This module answers which layouts records have: from paths and names to a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from abicheck import abis
from abicheck.engine.fields import plots
from abicheck.engine.frontends import front_end
from abicheck.engine.labour import absences, reap_all, records, whole_headers
from abicheck.engine.roots import open_roots
from abicheck.engine.selection import Wanted, wanted_records
from abicheck.engine.unknown import missing_names, without_headers
from abicheck.errors import UsageError
from abicheck.export import open_exports
from abicheck.model import LayoutReport

if TYPE_CHECKING:
    from collections.abc import Callable

    from abicheck.engine.frontends import FrontEnd
    from abicheck.export import Exports
    from abicheck.vcs.open import Opened


class LayoutRequest(Struct, frozen=True, kw_only=True):
    """What a user asks the layout command."""

    names: tuple[str, ...] = ("*",)
    """Tags, globs over them, and dotted paths such as ``kvm_run.system_event``."""
    paths: tuple[str, ...] = ()
    """Headers, folders or trees; () is the kernel tree around the current folder."""
    rev: str | None = None
    staged: bool = False
    abis: tuple[str, ...] = ()
    """Names of ABIs; () is all of them."""
    frontend: str = "auto"
    """``libclang``, ``pycparser``, ``both``, or ``auto`` for libclang where it loads."""
    jobs: int = 0
    """Processes; 0 is one per core."""


def layout(request: LayoutRequest, meanwhile: Callable[[], None] | None = None) -> LayoutReport:
    """The records asked for, under the ABIs asked for.

    ``meanwhile`` is what this process does while others parse. Raises UsageError where a name or
    path exists nowhere, InputError for what cannot be read.
    """
    report = _answer(request, meanwhile)
    _check_names(request, report)
    if report.records or report.not_checked:
        return report
    where = ", ".join(request.paths) or report.source
    return replace(report, notes=(f"no record is defined in {where}", *report.notes))


def layout_against(request: LayoutRequest, rev: str) -> tuple[LayoutReport, LayoutReport]:
    """(current, baseline): the same question asked of two states; a record may be in one only."""
    current, baseline = _answer(request), _answer(replace(request, rev=rev, staged=False))
    _check_names(request, current, baseline)
    return current, baseline


def _answer(request: LayoutRequest, meanwhile: Callable[[], None] | None = None) -> LayoutReport:
    names = request.abis or tuple(abi.name for abi in abis.all_abis())
    wanted = wanted_records(request.names)
    reports = [
        _report(request, opened, paths, wanted, names, meanwhile)
        for opened, paths in open_roots(request.paths, request.rev, request.staged)
    ]
    return reports[0] if len(reports) == 1 else _joined(reports)


def _check_names(request: LayoutRequest, *reports: LayoutReport) -> None:
    wanted = wanted_records(request.names)
    unknown = missing_names(wanted, reports)
    if unknown is None:
        return
    lacking = without_headers(reports)
    if lacking is not None:
        raise UsageError(lacking)
    few = request.paths and all(path.endswith(".h") for path in request.paths)
    outer = tuple(pattern.glob for pattern in wanted.patterns)
    wider = _answer(replace(request, names=("*",) if few else outer))
    raise UsageError(missing_names(wanted, (wider,)) or unknown)


def _report(
    request: LayoutRequest,
    opened: Opened,
    paths: tuple[str, ...],
    wanted: Wanted,
    names: tuple[str, ...],
    meanwhile: Callable[[], None] | None,
) -> LayoutReport:
    exports = open_exports(opened.tree)
    worlds = {name: exports.world(abis.get(name)) for name in names}
    plot = plots(exports, worlds, paths, wanted, opened.tree)
    front = front_end(request.frontend)
    (harvest,) = reap_all((plot,), front, request.jobs, meanwhile)
    return LayoutReport(
        source=opened.tree.label,
        abis=names,
        records=records(harvest),
        not_checked=(*plot.omitted, *whole_headers(harvest)),
        absent=absences(harvest, plot),
        notes=_notes(exports, front),
    )


def _notes(exports: Exports, front: FrontEnd) -> tuple[str, ...]:
    notes = [f"no ABI is known for arch/{arch}" for arch in exports.unknown_archs]
    return (*notes, *((front.note,) if front.note else ()))


def _joined(reports: list[LayoutReport]) -> LayoutReport:
    return LayoutReport(
        source=", ".join(dict.fromkeys(report.source for report in reports)),
        abis=reports[0].abis,
        records=tuple(record for report in reports for record in report.records),
        not_checked=tuple(item for report in reports for item in report.not_checked),
        absent=tuple(item for report in reports for item in report.absent),
        notes=tuple(dict.fromkeys(note for report in reports for note in report.notes)),
    )
