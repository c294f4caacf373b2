# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which numbers a change gives away that its own tree gives to something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.engine.collide import Run
from abicheck.engine.sources import Source
from abicheck.families.book import families_of, families_with
from abicheck.families.settle import spell
from abicheck.model import Finding, Severity, Span
from abicheck.model.claims import CollisionKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abicheck.model import Rule
    from abicheck.model.claims import Collision, Definition, Family, FamilyResult
    from abicheck.vcs.tree import Tree

_TABLE = ".tbl"
INSIDE = frozenset({CollisionKind.DUPLICATE, CollisionKind.OVERLAP, CollisionKind.RESERVATION})
"""What one tree can be told without another to compare it with."""


def doubles(
    old: Tree, new: Tree, includes: Iterable[str], rules: Mapping[str, Rule]
) -> Iterator[Finding]:
    """A finding for each name that the change adds to a number which is taken.

    Only families that live in headers of these include paths are looked at; ``rules`` are those
    in force, by name.
    """
    asked = {family.id: family for include in sorted(includes) for family in families_of(include)}
    if not asked or not any(kind.rule in rules for kind in INSIDE):
        return
    run = Run((Source(tree=new, label="", role="branch"),), with_history=False)
    for family in asked.values():
        before = {_key(definition) for definition in run.reader.at(family, old)}
        added = {_key(d) for d in run.reader.at(family, new) if not d.marker} - before
        if added:
            result = run.compare(family, *run.reader.sheets(family))
            for collision in result.collisions:
                rule = rules.get(collision.kind.rule)
                if rule is not None and _is_told(collision):
                    yield from _findings(collision, added, result, rule)


def tables(old: Tree, new: Tree) -> Iterator[str]:
    """The tables of system calls that differ; no program includes them, and yet they are uapi."""
    for family in families_with(_TABLE):
        for path in family.headers:
            if path.endswith(_TABLE) and old.blob(path) != new.blob(path):
                yield path


def _key(definition: Definition) -> tuple[str, int | None, bool]:
    return definition.name, definition.number, definition.reservation


def _is_told(collision: Collision) -> bool:
    return collision.kind in INSIDE and collision.severity is not Severity.NOTE


def _findings(
    collision: Collision,
    added: set[tuple[str, int | None, bool]],
    result: FamilyResult,
    rule: Rule,
) -> Iterator[Finding]:
    """One for the newest of the names, which is the one that can still move."""
    definitions = [claim.definition for claim in collision.claims]
    newcomers = [d for d in definitions if _key(d) in added]
    if not newcomers:
        return
    ours = max(newcomers, key=lambda d: (not d.reservation, d.line))
    others = dict.fromkeys(_title(d) for d in definitions if d.name != ours.name)
    yield Finding(
        rule=rule.name,
        catalogue=rule.catalogue,
        severity=collision.severity,
        breaks=rule.breaks,
        span=Span(ours.path, ours.line, 1),
        subject=ours.name,
        abis=(),
        message=_message(result.family, ours, tuple(others)),
        suggestion=_free(result) or rule.help,
        references=rule.references,
    )


def _title(definition: Definition) -> str:
    return f"{'reserved for ' * definition.reservation}{definition.name}"


def _message(family: Family, ours: Definition, others: tuple[str, ...]) -> str:
    told = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
    return f"{ours.name} takes {spell(family, ours.number)}, which is {told} already"


def _free(result: FamilyResult) -> str:
    """What to take instead; empty where nobody knows."""
    free = next(iter(result.free), None)
    return "" if free is None else f"{spell(result.family, free)} is free."
