# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which numbers a change takes that a rival branch gives to something else."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from msgspec.structs import replace

from abicheck.engine.collide import Run
from abicheck.engine.court import in_force
from abicheck.engine.diff.doubles import INSIDE
from abicheck.engine.sources import Source, open_sources
from abicheck.errors import InputError, UsageError
from abicheck.families.book import read_families
from abicheck.families.places import candidates, wanted
from abicheck.model import Severity
from abicheck.model.claims import CollideReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abicheck.engine.review.change import Change
    from abicheck.engine.review.request import ReviewRequest
    from abicheck.model.claims import Collision, Definition, Family

_HERE = "this change"


def rival_claims(change: Change, words: Sequence[str], paths: frozenset[str]) -> CollideReport:
    """The collisions between the rival branches and what the change adds to any family."""
    rivals, notes = _open(words)
    ours = Source(
        tree=change.whole.step.new,
        label=_HERE,
        role="branch",
        repository=change.repository,
        commit=change.commit,
    )
    run = Run((ours, *rivals), with_history=False)
    results = []
    for family in touched_families(paths) if rivals else ():
        before = run.reader.at(family, change.whole.step.old)
        after = run.reader.at(family, change.whole.step.new)
        added = _claims(after) - _claims(before)
        if added:
            result = run.compare(family, *run.reader.sheets(family))
            met = tuple(c for c in result.collisions if not _is_own(c) and _concerns(c, added))
            results.append(replace(result, collisions=met))
    return CollideReport(
        trees=(ours.name, *(rival.name for rival in rivals)),
        families=tuple(results),
        notes=(*notes, *run.lineage.notes(), *run.reader.closed),
    )


def in_force_of(report: CollideReport, request: ReviewRequest) -> CollideReport:
    """The report as configuration wants it; what only looks like a collision stays a note."""
    rules = {rule.name for rule in in_force(request.rulebook, request.config, request.only)}

    def told(collisions: Iterable[Collision]) -> Iterator[Collision]:
        for collision in collisions:
            path = collision.claims[0].definition.path
            level = request.config.level(collision.kind.rule, path)
            if collision.kind.rule not in rules or level == "off":
                continue
            weighs = collision.severity
            if level and weighs is not Severity.NOTE:
                weighs = Severity(level)
            yield replace(collision, severity=weighs, follows=tuple(told(collision.follows)))

    families = (replace(one, collisions=tuple(told(one.collisions))) for one in report.families)
    return replace(report, families=tuple(families))


def touched_families(paths: Iterable[str]) -> Iterator[Family]:
    """The families with a header among the paths of a tree."""
    asked = tuple(paths)
    for family in read_families(()):
        places = (path for h in wanted(family, family.headers) for path, _ in candidates(*h))
        if any(fnmatchcase(path, place) for place in places for path in asked):
            yield family


def _open(words: Sequence[str]) -> tuple[tuple[Source, ...], list[str]]:
    """The rival branches that are here, and a note about each that is not."""
    found: list[str] = []
    notes: list[str] = []
    for word in words:
        try:
            open_sources((word,), (), ())
        except (InputError, UsageError) as error:
            notes.append(f"the rival branch {word} was not compared: {error}")
        else:
            found.append(word)
    return (open_sources(found, (), ()) if found else ()), notes


def _claims(definitions: Iterable[Definition]) -> frozenset[tuple[str, int | None, bool]]:
    return frozenset((d.name, d.number, d.reservation) for d in definitions if not d.marker)


def _is_own(collision: Collision) -> bool:
    """Whether the change's tree contradicts itself, which the steps are told of."""
    return collision.kind in INSIDE and {claim.tree for claim in collision.claims} == {_HERE}


def _concerns(collision: Collision, added: frozenset[tuple[str, int | None, bool]]) -> bool:
    """Whether a collision, or one with the same root, is about something the change adds."""
    told = (claim for claim in collision.claims if claim.tree == _HERE)
    return any(_claims((claim.definition,)) <= added for claim in told) or any(
        _concerns(follower, added) for follower in collision.follows
    )
