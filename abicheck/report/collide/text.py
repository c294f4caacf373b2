# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells collisions of number families in lines for a terminal or a mail."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from abicheck.model import Severity
from abicheck.report.collide.advice import advice, several
from abicheck.report.collide.grid import grid, spell
from abicheck.report.collide.numbers import free_lines
from abicheck.report.lines import BLANK, Role, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.model.claims import Claim, CollideReport, Collision, FamilyResult
    from abicheck.report.collide.grid import Grid
    from abicheck.report.lines import Line

_SHOWN = {
    Severity.ERROR: Role.BAD,
    Severity.WARNING: Role.WARNING,
    Severity.NOTE: Role.COMMENT,
}
_MARKS: dict[Severity | None, str] = {Severity.ERROR: "! ", Severity.WARNING: "? "}


def lines(report: CollideReport, *, whole: bool, width: int) -> Iterator[Line]:
    """The families with collisions (``whole``: all of them), each with its matrix."""
    for result in report.families:
        if whole or _loud(result):
            yield from _family(result, whole=whole, width=width)
            yield BLANK
    yield from _unevaluated(report)
    yield from _missing(report)
    for note in report.notes:
        yield plain(f"note: {note}")
    quiet = any(c.severity is Severity.NOTE for r in report.families for c in r.collisions)
    hint = " (--all shows the notes)" if quiet and not whole else ""
    yield ((summary(report), Role.TITLE), (hint, Role.COMMENT))


def _loud(result: FamilyResult) -> bool:
    return any(collision.severity is not Severity.NOTE for collision in result.collisions)


def _family(result: FamilyResult, *, whole: bool, width: int) -> Iterator[Line]:
    family = result.family
    yield (
        (family.id, Role.TITLE),
        (f"  {family.title}", Role.PLAIN),
        (f"  {several(_homes(result))}", Role.PLACE),
    )
    yield from collision_lines(result, whole=whole)
    table = grid(result, whole=whole)
    if table.rows and (whole or len(table.columns) > 1):
        yield BLANK
        yield from _grid(table, width)
    yield from free_lines(result)
    for note in result.notes:
        yield plain(f"  note: {note}")


def _homes(result: FamilyResult) -> tuple[str, ...]:
    """The family's headers in which some tree has a member."""
    paths = {d.path for sheet in result.sheets for d in sheet.definitions}
    headers = result.family.headers
    return tuple(h for h in headers if any(p.endswith(h) for p in paths)) or headers


def collision_lines(result: FamilyResult, *, whole: bool) -> Iterator[Line]:
    """A family's collisions, each with its claims and who has to move; ``whole``: notes too."""
    for collision in result.collisions:
        if whole or collision.severity is not Severity.NOTE:
            yield from _collision(result, collision)


def _collision(result: FamilyResult, collision: Collision) -> Iterator[Line]:
    role = _SHOWN[collision.severity]
    yield (
        (f"  {collision.severity}", role),
        (f" [{collision.kind}] ", Role.HEADING),
        (collision.message, Role.PLAIN),
    )
    for line in claim_lines(result, collision.claims):
        yield plain(f"      {line}")
    yield from _first(collision)
    if asked := advice(result.family, collision):
        yield plain(f"      {asked}")
    if collision.follows:
        names = sorted({name for each in collision.follows for name in each.names})
        yield plain(f"      follow from it: {several(names)}")


def _first(collision: Collision) -> Iterator[Line]:
    """Who claimed first, where commits tell two claims apart."""
    dated = [(claim.first.date, claim) for claim in collision.claims if claim.first is not None]
    if len({claim.first.id for _, claim in dated if claim.first is not None}) > 1:
        first = min(dated, key=lambda row: row[0])[1]
        yield plain(f"      {first.definition.name} in {first.tree} was first")


def claim_lines(result: FamilyResult, claims: Sequence[Claim]) -> Iterator[str]:
    """One line for each distinct place, with the trees that hold it."""
    places: dict[tuple[object, ...], list[Claim]] = {}
    for claim in claims:
        d = claim.definition
        places.setdefault((d.name, d.number, d.path, d.line, d.condition, claim.first), []).append(
            claim
        )
    for rows in places.values():
        definition, first = rows[0].definition, rows[0].first
        number = "?" if definition.number is None else spell(result.family, definition.number)
        kept = "reserved for " if definition.reservation else ""
        where = f"{definition.path}:{definition.line}"
        under = f" under {' && '.join(definition.condition)}" if definition.condition else ""
        since = f", since {first.tag or first.id[:12]} ({first.subject})" if first else ""
        trees = several([claim.tree for claim in rows])
        yield f"{kept}{definition.name} {number}  {trees}  {where}{under}{since}"


def _grid(table: Grid, width: int) -> Iterator[Line]:
    """The matrix, in bands of as many columns as fit."""
    first = max(len(row.title) for row in table.rows) + 3
    widths = [
        max(len(column), *(len(row.cells[index]) for row in table.rows)) + 2
        for index, column in enumerate(table.columns)
    ]
    at = 0
    while at < len(table.columns):
        end, used = at, first
        while end < len(table.columns) and (end == at or used + widths[end] <= width):
            used += widths[end]
            end += 1
        heads = "".join(
            c.ljust(w) for c, w in zip(table.columns[at:end], widths[at:end], strict=True)
        )
        yield ((" " * first + heads, Role.HEADING),)
        for row in table.rows:
            mark = _MARKS.get(row.severity, "  ")
            cells = "".join(
                (cell or "-").ljust(w)
                for cell, w in zip(row.cells[at:end], widths[at:end], strict=True)
            )
            role = Role.DIFFERS if row.severity is Severity.ERROR else Role.PLAIN
            yield ((f"{mark}{row.title}".ljust(first), Role.NUMBER), (cells, role))
        at = end


def _unevaluated(report: CollideReport) -> Iterator[Line]:
    for result in report.families:
        for claim in result.unevaluated:
            d = claim.definition
            yield plain(
                f"note: {claim.tree}: {d.path}:{d.line}: {d.name} is not evaluated, "
                f"{d.problem}: {d.text}"
            )


def _missing(report: CollideReport) -> Iterator[Line]:
    """What some trees lack, one line for each set of trees."""
    without: dict[str, set[str]] = {}
    for result in report.families:
        for missing in result.missing:
            without.setdefault(missing.headers[0], set()).add(missing.tree)
    headers: dict[tuple[str, ...], list[str]] = {}
    for header, lacking in without.items():
        trees = tuple(tree.label for tree in report.trees if tree.label in lacking)
        headers.setdefault(trees, []).append(header)
    for trees, names in headers.items():
        yield plain(f"note: {several(trees)} without {several(names)}")
    if report.absent:
        yield plain(f"note: no tree has the headers of {several(report.absent)}")


def summary(report: CollideReport) -> str:
    """How much was compared, and how much of it collides."""
    counts = Counter(c.severity for result in report.families for c in result.collisions)
    told = [
        f"{counts[severity]} {severity}{'' if counts[severity] == 1 else 's'}"
        for severity in Severity
    ]
    trees, families = len(report.trees), len(report.families)
    return (
        f"{trees} tree{'' if trees == 1 else 's'}, "
        f"{families} famil{'y' if families == 1 else 'ies'}: {', '.join(told)}"
    )
