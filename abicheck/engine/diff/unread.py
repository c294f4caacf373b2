# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells what a comparison could not check, and what nobody ever could."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from abicheck import abis
from abicheck.checks.changes.facts import HeaderBroken
from abicheck.engine.labour import whole_headers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.engine.diff.plots import Plots
    from abicheck.engine.fields import Plot
    from abicheck.engine.harvest import Harvest
    from abicheck.model import NotChecked, Span


class Unread(Struct, frozen=True):
    """What does not parse in one of the versions, or in both."""

    not_checked: tuple[NotChecked, ...]
    """Once for each header and reason."""
    notes: tuple[str, ...]
    """A remark about headers that are as they were, and failed then as they do now."""
    broken: tuple[HeaderBroken, ...]
    """Those that failed in the current version alone, by their errors."""


def unread_of(old: Harvest, new: Harvest, plots: Plots) -> Unread:
    """What the harvests of both versions lack."""
    before = {_key(item, plots): item for item in whole_headers(old)}
    found: list[NotChecked] = []
    steady: dict[str, None] = {}
    for item in whole_headers(new):
        known = before.get(_key(item, plots))
        if known is None or not set(known.abis).issuperset(item.abis):
            found.append(_said_of(item, _label(plots.new)))
            continue
        left = tuple(abi for abi in known.abis if abi not in item.abis)
        before[_key(item, plots)] = replace(known, abis=left)
        include = plots.include(item.path)
        if any(plots.differs(include, abi) for abi in item.abis):
            found.append(_said_of(item, "both versions"))
        else:
            steady[item.path] = None
    found += (_said_of(item, _label(plots.old)) for item in before.values() if item.abis)
    return Unread(tuple(found), tuple(_remark(steady)), tuple(_broken(old, new, plots)))


def _broken(old: Harvest, new: Harvest, plots: Plots) -> Iterator[HeaderBroken]:
    """The headers that the baseline has, and that nothing was wrong with there."""
    failed = {(plots.include(i.path), abi) for i in whole_headers(old) for abi in i.abis}
    had = {(include, abi) for abi, names in plots.old.headers.items() for include in names}
    causes: dict[tuple[Span, str], dict[str, dict[str, None]]] = {}
    for item in whole_headers(new):
        include = plots.include(item.path)
        abis = [abi for abi in item.abis if (include, abi) in had - failed]
        if abis and item.span is not None and item.subject is None:
            known = causes.setdefault((item.span, item.reason), {})
            known.setdefault(include, {}).update(dict.fromkeys(abis))
    for (span, reason), headers in causes.items():
        own = plots.include(span.path)
        first = own if own in headers else next(iter(headers))
        abis = [abi for abi in plots.worlds if any(abi in names for names in headers.values())]
        yield HeaderBroken(
            include=first,
            span=span,
            reason=reason,
            abis=tuple(abis),
            others=tuple(include for include in headers if include != first),
        )


def _key(item: NotChecked, plots: Plots) -> tuple[str, str, str | None, str]:
    """What is one header, and one reason, in both versions; each architecture has its ``asm/``."""
    include = plots.include(item.path)
    arch = abis.get(item.abis[0]).arch if item.abis and include.startswith("asm/") else ""
    return include, arch, item.subject, item.reason


def _label(plot: Plot) -> str:
    return plot.tree.label if plot.tree else ""


def _said_of(item: NotChecked, label: str) -> NotChecked:
    return replace(item, reason=f"in {label}: {item.reason}" if label else item.reason)


def _remark(paths: dict[str, None]) -> Iterator[str]:
    if paths:
        yield f"not checked in either version, and the same in both: {', '.join(sorted(paths))}"
