# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes collisions of number families as the JSON document ``collide-1``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.report.json import document

if TYPE_CHECKING:
    from abicheck.model.chronicle import Chronicle
    from abicheck.model.claims import (
        Claim,
        CollideReport,
        Collision,
        Commit,
        Definition,
        FamilyResult,
    )
    from abicheck.report.json import Object


def collisions(report: CollideReport, *, whole: bool) -> str:
    """The document; ``whole`` adds every definition of every family."""
    return document("collide-1", content(report, whole=whole))


def content(report: CollideReport, *, whole: bool) -> Object:
    """What the document holds, for documents that hold more."""
    return {
        "trees": [{"label": tree.label, "role": tree.role} for tree in report.trees],
        "families": [_family(result, whole=whole) for result in report.families],
        "collisions": [
            _collision(collision) for result in report.families for collision in result.collisions
        ],
        "absent": list(report.absent),
        "notes": list(report.notes),
    }


def chronicle(told: Chronicle) -> str:
    """The document ``chronicle-1``."""
    content: Object = {
        "baseline": told.baseline,
        "current": told.current,
        "events": [
            {
                "family": event.family,
                "change": event.change,
                "number": event.number,
                "name": event.name,
                "old": event.old,
                "first": _first(event.first),
            }
            for event in told.events
        ],
        "notes": list(told.notes),
    }
    return document("chronicle-1", content)


def _family(result: FamilyResult, *, whole: bool) -> Object:
    family = result.family
    row: Object = {
        "id": family.id,
        "title": family.title,
        "kind": family.kind.value,
        "headers": list(family.headers),
        "next": result.next_free,
        "free": list(result.free),
        "promised": [
            {
                "number": promise.number,
                "name": promise.name,
                "trees": list(promise.trees),
                "reservation": promise.reservation,
            }
            for promise in result.promised
        ],
        "missing": [missing.tree for missing in result.missing],
        "unevaluated": [claim(each) for each in result.unevaluated],
        "notes": list(result.notes),
    }
    if whole:
        row["claims"] = [
            {"trees": list(sheet.trees), **_definition(definition)}
            for sheet in result.sheets
            for definition in sheet.definitions
        ]
    return row


def _collision(collision: Collision) -> Object:
    return {
        "family": collision.family,
        "kind": collision.kind.value,
        "severity": collision.severity.value,
        "number": collision.number,
        "names": list(collision.names),
        "message": collision.message,
        "keeper": collision.keeper,
        "movers": list(collision.movers),
        "suggestion": collision.suggestion,
        "claims": [claim(each) for each in collision.claims],
        "follows": [_collision(each) for each in collision.follows],
    }


def claim(each: Claim) -> Object:
    """One tree's claim."""
    return {
        "tree": each.tree,
        **_definition(each.definition),
        "first": _first(each.first),
    }


def _first(commit: Commit | None) -> Object | None:
    if commit is None:
        return None
    return {
        "commit": commit.id,
        "date": commit.date,
        "subject": commit.subject,
        "tag": commit.tag,
    }


def _definition(definition: Definition) -> Object:
    row: Object = {
        "name": definition.name,
        "number": definition.number,
        "path": definition.path,
        "line": definition.line,
        "text": definition.text,
        "condition": list(definition.condition),
        "reservation": definition.reservation,
        "marker": definition.marker,
        "alias_of": definition.alias_of,
        "problem": definition.problem,
    }
    if definition.size is not None:
        row["size"] = definition.size
    if definition.ioctl is not None:
        command = definition.ioctl
        row["ioctl"] = {
            "direction": command.direction,
            "type": command.type,
            "nr": command.nr,
            "payload": command.payload,
            "size": command.size,
        }
    return row
