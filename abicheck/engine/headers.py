# SPDX-License-Identifier: GPL-2.0-or-later
"""This module gathers what rules may ask of a header beyond its records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.facts import HeaderFacts
from abicheck.families.scan import read_text

if TYPE_CHECKING:
    from abicheck.engine.fields import Plot
    from abicheck.engine.harvest import Harvest


def header_facts(plot: Plot, harvest: Harvest) -> dict[str, HeaderFacts]:
    """By path: each header that at least one ABI exports and parses."""
    includes: dict[str, str] = {}
    exporting: dict[str, list[str]] = {}
    for abi, headers in plot.headers.items():
        for include, path in headers.items():
            includes.setdefault(path, include)
            exporting.setdefault(path, []).append(abi)
    spoiled = {(item.path, abi) for item in harvest.absent for abi in item.abis}
    for item in harvest.not_checked:
        if item.subject is None:
            spoiled.update((item.path, abi) for abi in item.abis)
    found = {}
    for path, abis in sorted(exporting.items()):
        good = tuple(abi for abi in abis if (path, abi) not in spoiled)
        if good:
            found[path] = _facts(plot, harvest, path, includes[path], good)
    return found


def _facts(
    plot: Plot, harvest: Harvest, path: str, include: str, abis: tuple[str, ...]
) -> HeaderFacts:
    world = plot.worlds[abis[0]]
    content = world.text(_stored(path, include)) or b""
    archs = {plot.worlds[abi].abi.arch for abi in abis}
    own = path.startswith("arch/") or include.startswith("asm/")
    return HeaderFacts(
        path=path,
        include=include,
        content=content,
        lines=tuple(content.decode("utf-8", "replace").split("\n")),
        text=read_text(path, content),
        abis=abis,
        arch=archs.pop() if own and len(archs) == 1 else None,
        types=harvest.types,
    )


def _stored(path: str, include: str) -> str:
    """The include path that gives a header's own text, not that of a wrapper around it."""
    folder, found, name = path.rpartition("asm-generic/")
    return f"{found}{name}" if found and (not folder or folder.endswith("/")) else include
