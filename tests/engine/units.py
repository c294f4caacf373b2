# SPDX-License-Identifier: GPL-2.0-or-later
"""What each header gives, parsed alone or with others; this module puts the two side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from abicheck import abis
from abicheck.engine.fields import exported
from abicheck.engine.harvest import Harvester
from abicheck.layout import Layouter, geometry
from abicheck.model import RecordLayout
from abicheck.parse import libclang
from abicheck.parse.extract import Memo

if TYPE_CHECKING:
    from abicheck.export import World
    from abicheck.model import Record
    from abicheck.parse.unit import Unit


class Yield(NamedTuple):
    """What one header gives: its records, the layout of each or why it has none, the errors."""

    records: tuple[Record, ...]
    layouts: tuple[object, ...]
    problems: tuple[str, ...]


def _facts(abi: str, unit: Unit, path: str) -> Yield:
    if unit.problems:
        return Yield((), (), tuple(f"{one.message} {one.span}" for one in unit.problems))
    layouter = Layouter(abis.get(abi), unit.declarations)
    records = unit.records.get(path, ())
    found = [layouter.lay_out(record) for record in records]
    layouts = (geometry(f) if isinstance(f, RecordLayout) else f.reason for f in found)
    return Yield(records, tuple(layouts), ())


def batched(world: World, harvester: Harvester) -> tuple[dict[str, Yield], int]:
    """By path what each header gives as the engine parses it, and how many shared a unit."""
    found: dict[str, Yield] = {}
    shared = 0
    for paths, unit in harvester._units(world, exported(world)):
        shared += len(paths) if len(paths) > 1 else 0
        for path in paths:
            assert path not in found
            found[path] = _facts(world.abi.name, unit, path)
    return found, shared


def alone(world: World) -> dict[str, Yield]:
    """By path what each header gives in a unit of its own, with a memo of its own."""
    return {
        path: _facts(
            world.abi.name,
            libclang.parse(world, (*world.prelude(name), name), new_harvester()._measure, Memo()),
            path,
        )
        for name, path in exported(world).items()
    }


def new_harvester() -> Harvester:
    """A harvester that has seen nothing yet."""
    return Harvester(libclang.parse, Memo())
