# SPDX-License-Identifier: GPL-2.0-or-later
"""This module gathers what rules may ask of a header beyond its records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.abis import all_abis
from abicheck.checks.facts import HeaderFacts
from abicheck.engine.surroundings import Surroundings
from abicheck.families.scan import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abicheck.engine.fields import Plot
    from abicheck.engine.harvest import Harvest
    from abicheck.export import World
    from abicheck.model import NotChecked


def header_facts(plot: Plot, harvest: Harvest) -> dict[str, HeaderFacts]:
    """By path: each header that at least one ABI exports, also those that none parses."""
    includes: dict[str, str] = {}
    exporting: dict[str, list[str]] = {}
    for abi, headers in plot.headers.items():
        for include, path in headers.items():
            includes.setdefault(path, include)
            exporting.setdefault(path, []).append(abi)
    problems: dict[str, list[NotChecked]] = {}
    for item in harvest.not_checked:
        if item.subject is None:
            problems.setdefault(item.path, []).append(item)
    spoiled = {(item.path, abi) for item in harvest.absent for abi in item.abis}
    spoiled |= {(path, abi) for path in problems for item in problems[path] for abi in item.abis}
    layouts = {name: groups for (_, name), groups in harvest.groups.items()}
    order = [abi.name for abi in all_abis()]
    types = {
        name: next(known[abi] for abi in order if abi in known)
        for name, known in harvest.types.items()
    }
    found = {}
    for path, abis in sorted(exporting.items()):
        worlds = {abi: plot.worlds[abi] for abi in abis}
        good = tuple(abi for abi in abis if (path, abi) not in spoiled)
        content = worlds[abis[0]].text(_stored(path, includes[path])) or b""
        text = read_text(path, content)
        found[path] = HeaderFacts(
            path=path,
            include=includes[path],
            content=content,
            lines=tuple(content.decode("utf-8", "replace").split("\n")),
            text=text,
            abis=good,
            arch=_arch(path, includes[path], worlds),
            types=types,
            problems=tuple(problems.get(path, ())),
            around=Surroundings(plot.tree, worlds, includes[path], text, layouts),
        )
    return found


def _arch(path: str, include: str, worlds: Mapping[str, World]) -> str | None:
    """The architecture that a header of ``asm/`` belongs to, if it is of one only."""
    archs = {world.abi.arch for world in worlds.values()}
    own = path.startswith("arch/") or include.startswith("asm/")
    return archs.pop() if own and len(archs) == 1 else None


def _stored(path: str, include: str) -> str:
    """The include path that gives a header's own text, not that of a wrapper around it."""
    folder, found, name = path.rpartition("asm-generic/")
    return f"{found}{name}" if found and (not folder or folder.endswith("/")) else include
